import TesseraModel
import Testing

@testable import TesseraSegments

/// Axes put together at random mean what the vocabulary says, whatever the facts, and time moves people exactly when it
/// should.
@Suite struct MeasureTests {
  static let rule = PlacedColumnsTests.rule

  private func profiles(_ seed: UInt64) -> Profiles {
    var generator = FactGenerator(seed: seed, customers: 20)
    return ProfilesPlacement.fold(ProfilesPlacement.deduplicated(generator.facts()))
  }

  private func space(_ seed: UInt64, count: Int = 12) throws -> AxisSpace {
    var axes = RandomAxis(seed: seed)
    return AxisSpace(try (0..<count).map { _ in try axes.definition() })
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func randomAxesMeanWhatTheySay(seed: UInt64) throws {
    let (profiles, space) = (profiles(seed &* 71), try space(seed))
    var random = SplitMix64(seed: seed)
    var seen = 0
    for _ in 0..<6 {
      let step = FactGenerator.cuts[random.below(FactGenerator.cuts.count)] + Int64(random.below(3)) - 1
      let instant = FactGenerator.anchor.adding(random.oneIn(2) ? step : -step)
      for c in 0..<profiles.customers.count {
        guard let view = profiles.view(of: .customer(Int32(c)), at: instant, spendCuts: .none) else { continue }
        let segment = space.segment(of: space.key(of: view), in: profiles.catalog)
        let plain = PlainMeasure(view: view)
        for axis in space.definitions {
          guard let theirs = plain.value(axis) else { continue }
          let ours = segment[axis.name]?.canonical
          if ours != theirs {
            Issue.record("\(ours ?? "") is \(theirs) by \(JSONWriter.text(axis.json)) for \(c) at \(instant)")
          }
          seen += 1
        }
      }
    }
    #expect(seen > 500)
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func timeMovesPeopleWhenItShould(seed: UInt64) throws {
    let space = seed == 1 ? AxisSpace(AxisRegistry.box.definitions) : try space(seed &* 3, count: 8)
    let fresh = profiles(seed &* 17)
    var (placed, random) = (fresh, SplitMix64(seed: seed))
    var instant = FactGenerator.anchor.adding(-40 * Instant.day)
    let steps = [1, 999, 60_000, Instant.hour, 7 * Instant.hour, Instant.day, 7 * Instant.day, 29 * Instant.day]
    for _ in 0..<20 {
      let expected = Sweep(fresh, space: space, at: instant, activity: MeasureTests.rule)
      let held = Sweep(placed, space: space, at: instant, activity: MeasureTests.rule)
      for (a, b) in zip(held.placements, expected.placements) where a.key != b.key {
        let segments = [a, b].map { space.segment(of: $0.key, in: fresh.catalog) }
        let axis = space.definitions.first { segments[0][$0.name] != segments[1][$0.name] }
        Issue.record("stale at \(instant): \(segments[0].json) by \(axis.map { JSONWriter.text($0.json) } ?? "")")
        return
      }
      if random.oneIn(2) {
        var view = ProfileView(placed, at: instant, spendCuts: expected.spendCuts)
        for c in 0..<placed.customers.count {
          _ = placed.place(.customer(Int32(c)), in: &view, space: space, activity: MeasureTests.rule)
        }
      }
      instant = instant.adding(steps[random.below(steps.count)] + Int64(random.below(3)) - 1)
    }
  }

  /// Whether products that fall into other tiers take their people with them.
  @Test func changedPricesMovePeople() throws {
    let space = AxisSpace(AxisRegistry.box.definitions)
    func product(_ id: String, _ price: Int) -> Fact {
      var record = ProductRecord(id: id)
      (record.price, record.category) = (Money(price), "jackets")
      return .product(record)
    }
    let at = FactGenerator.anchor
    var facts: [Fact] = (1...3).map { product("p\($0)", 100 * $0) }
    for i in 0..<4 {
      facts.append(
        .event(Event(id: "e\(i)", type: "product_viewed", at: at.adding(-1_000), customer: "c", product: "p2")))
    }
    var profiles = ProfilesPlacement.fold(facts)
    func tier() -> AxisValue? {
      var view = ProfileView(profiles, at: at.adding(1), spendCuts: .none)
      let (placed, _) = profiles.place(.customer(0), in: &view, space: space, activity: MeasureTests.rule)
      return space.segment(of: placed.key, in: profiles.catalog)["price-tier"]
    }
    #expect(tier() == .word("mid"))
    profiles.fold(product("p3", 150), position: 100)
    #expect(tier() == .word("premium"))
  }

  /// Percentiles of a store's own choice, with as many values as it names.
  @Test func percentilesCanBeChosen() throws {
    let axis = try AxisReader.definition(
      ["axis": "worth", "sum": "revenue", "percentiles": [25], "values": ["small", "large"]], path: "", box: [])
    let space = AxisSpace([axis])
    let facts = (1...8).map { i -> Fact in
      var order = OrderRecord(id: "o\(i)", customer: "c\(i)", placedAt: FactGenerator.anchor.adding(-1_000))
      order.lines = [OrderRecord.Line(product: "p", quantity: 1, price: Money(i))]
      return .order(order)
    }
    let profiles = ProfilesPlacement.fold(facts + [.customer(CustomerRecord(id: "c9"))])
    let sweep = Sweep(profiles, space: space, at: FactGenerator.anchor, activity: MeasureTests.rule)
    let values = sweep.placements.map { space.segment(of: $0.key, in: profiles.catalog).values[0].text }
    #expect(values == ["small", "small"] + Array(repeating: "large", count: 6) + ["none"])
    #expect(SpendCuts(json: sweep.spendCuts.json) == sweep.spendCuts && sweep.spendCuts.percentiles == [25])
    // Cuts made for three ranks, as of a book before, stay within the values.
    let view = try #require(profiles.view(of: .customer(7), at: FactGenerator.anchor, spendCuts: .none))
    #expect(space.segment(of: space.key(of: view), in: profiles.catalog).values[0].text == "large")
  }
}
