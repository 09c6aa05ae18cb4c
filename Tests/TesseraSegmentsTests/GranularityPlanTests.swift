import TesseraModel
import TesseraSegments
import Testing

@Suite struct GranularityPlanTests {
  static let axes = ["visits", "orders", "last-order", "spend", "brand"]
  static let price = GranularityPlan.Price(model: "m", input: 1, output: 2, cachedInput: 0.1, asOf: "2026-11")

  /// People whose outcome follows the values of one axis, or of none.
  static func people(_ count: Int, following axis: Int?, seed: UInt64 = 1) -> [GranularityPlan.Person] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      var key = SegmentKey()
      for i in axes.indices { key[i] = UInt16(1 + random.below(4)) }
      var outcomes = SIMD16<Float>.zero
      outcomes[0] = Float(axis.map { key[$0] } ?? 0) + Float(random.unit())
      return GranularityPlan.Person(
        key: key, isActive: true, pastKey: key, outcomes: outcomes, pastOutcomes: .zero, hash: random.next())
    }
  }

  static func plan(_ people: [GranularityPlan.Person], order: [Int], budget: Double = 1e9) -> GranularityPlan {
    GranularityPlan(people, axes: axes, order: order, minMembers: 10, price: price, budget: budget)
  }

  @Test func theRungThatTellsTheAxisApartIsRecommended() {
    let plan = GranularityPlanTests.plan(GranularityPlanTests.people(3_000, following: 4), order: [0, 1, 2, 3, 4])
    let rung = plan.rungs[plan.recommended]
    #expect(rung.axes.contains("brand") && rung.name == "2 axes")
    #expect(rung.valueKept > 0.97 && plan.rungs[0].valueKept < 0.02)
    #expect(plan.rungs.first { $0.name.hasPrefix("recency") }.map { $0.valueKept < 0.05 } ?? false)
    // One outcome in four values and a uniform noise of variance 1/12 beside it: 1.25 of 1.333 is explained.
    #expect(abs(rung.explained - 1.25 / (1.25 + 1.0 / 12)) < 0.02)
  }

  @Test func whatCannotBePredictedIsNoReasonToTellPeopleApart() {
    let plan = GranularityPlanTests.plan(GranularityPlanTests.people(3_000, following: nil), order: [0, 1, 2, 3, 4])
    #expect(plan.recommended == 0 && plan.rungs.allSatisfy { $0.explained < 0.01 })
  }

  @Test func segmentsAndPeopleAddUp() {
    let people = GranularityPlanTests.people(2_000, following: 0)
    let plan = GranularityPlanTests.plan(people, order: [4, 3, 2, 1, 0])
    for rung in plan.rungs { #expect(abs(rung.onAllAxes + rung.fallsBack - 1) < 1e-9) }
    #expect(plan.rungs[0].segments == 1 && plan.rungs[0].people == [2_000, 2_000, 2_000, 2_000, 2_000])
    #expect(plan.rungs.last?.segments == 2_000)
    let cells = plan.rungs.first { $0.name == "every combination" }
    #expect(cells?.segments == Set(people.compactMap(\.key)).count)
    let decided = plan.rungs.filter { $0.name != "every combination" && $0.name != "one per customer" }
    #expect(decided.allSatisfy { $0.people[0] >= 10 })
    // Costs are looks times the price of a look.
    for rung in plan.rungs {
      #expect(abs(rung.dollarsPerHour - rung.looksPerHour * GranularityPlanTests.price.perLook) < 1e-12)
    }
  }

  @Test func theBudgetBounds() {
    let people = GranularityPlanTests.people(3_000, following: 4)
    let free = GranularityPlanTests.plan(people, order: [0, 1, 2, 3, 4])
    let least = free.rungs[free.recommended].dollarsPerMonth
    let tight = GranularityPlanTests.plan(people, order: [0, 1, 2, 3, 4], budget: least * 0.9)
    #expect(tight.rungs[tight.recommended].dollarsPerMonth <= least * 0.9)
  }

  @Test func nobodyIsNoMistake() {
    let plan = GranularityPlanTests.plan([], order: [0, 1, 2, 3, 4])
    #expect(plan.recommended == 0 && plan.rungs.allSatisfy { $0.explained == 0 })
  }
}
