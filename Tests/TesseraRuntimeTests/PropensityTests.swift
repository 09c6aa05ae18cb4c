import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraSimulator
import Testing

@testable import TesseraRuntime

/// The propensities of a book, of answers and of receipts are the probabilities with which people get actions: over
/// thousands of random books, with guardrails, floor, groups, the agent's share, and what a person may not get.
@Suite struct PropensityTests {
  private let at = Instant(milliseconds: 1_780_000_000_000)

  @Test func drawsFollowThePropensitiesOfThousandsOfBooks() throws {
    var random = SeededGenerator(seed: 2_026)
    var bins = [DrawBin](repeating: DrawBin(), count: 20)
    var groups = [DrawBin](repeating: DrawBin(), count: 4)
    var agent = DrawBin()
    var (draws, books) = (0, 0)
    for number in 0..<2_000 {
      let policy = try policy(&random)
      let book = Planner(input(policy, &random)).plan()
      let serving = try serving(book, policy, number)
      books += 1
      let placement = policy.placements[0]
      let record = try #require(book.records[book.entries[0].decisions[0]])
      let decision = try #require(Decision(json: try JSONParser.parse(record)))
      let allowed = decision.arms.filter { policy.offer($0.action.offer)?.endsAt == nil }
      let now = at.adding(30 * Instant.minute)
      for _ in 0..<12 {
        let subject = "s\(random.next())"
        var out: [UInt8] = []
        try Decider(serving, now: now).answer(.customer(Array(subject.utf8)), placement: placement.id, to: &out)
        let answer = try JSONParser.parse(out)
        let receipt = try #require(answer["receipt"]?.text.flatMap { serving.seal.open($0) })
        draws += 1
        for group in Group.allCases {
          groups[Int(group.number)].add(
            Double(policy.groups.share(of: group)) / 100, isFound: receipt.group == group)
        }
        guard receipt.group == .decisioned || receipt.group == .random else { continue }
        let q = receipt.group == .decisioned ? policy.agent.q : 0
        if receipt.group == .decisioned { agent.add(q, isFound: receipt.agentOn) }
        let chosen = Action(json: answer["action"])
        if allowed.isEmpty {
          #expect(chosen == nil && answer["fallback"]?.text == "no_allowed_action")
          continue
        }
        let (off, on) = (allowed.reduce(0) { $0 + $1.off }, allowed.reduce(0) { $0 + $1.on })
        // One arm each time goes into the bins, in turn: all of a draw together come true once, whatever they are.
        for (i, arm) in allowed.enumerated() {
          let p =
            receipt.group == .random
            ? 1 / Double(allowed.count)
            : q * Double(arm.on) / Double(on) + (1 - q) * Double(arm.off) / Double(off)
          if i == draws % allowed.count { bins[min(19, Int(p * 20))].add(p, isFound: arm.action == chosen) }
          guard arm.action == chosen else { continue }
          // Logged is what was drawn with, to the last few units of 2⁻³².
          #expect(abs(Propensity.double(receipt.propensity) - p) < 1e-8)
          #expect(abs((answer["propensity"]?.double ?? -1) - p) < 1e-8)
          #expect(receipt.action == arm.action.code)
        }
        #expect(chosen != nil && allowed.contains { $0.action == chosen })
      }
    }
    #expect(books == 2_000 && draws == 24_000)
    for (i, bin) in bins.enumerated() { #expect(!bin.isFar, "bin \(i): \(bin)") }
    for bin in groups + [agent] { #expect(bin.variance > 5 && !bin.isFar, "\(bin)") }
  }

  private func policy(_ random: inout SeededGenerator) throws -> Policy {
    let creatives = (0..<1 + random.below(5)).map { i -> JSONValue in
      ["id": .string("c\(i)"), "placements": ["home"], "style": .string("s\(i % 2)"), "content": ["title": "Hi"]]
    }
    var offers: [JSONValue] = []
    if random.happens(1 / 2) { offers.append(["id": "ten", "kind": "percentage", "value": 10]) }
    // Over when people come, though not yet when the book is made.
    if random.happens(1 / 2) {
      offers.append(["id": "ends", "kind": "free-shipping", "ends_at": .instant(at.adding(10 * Instant.minute))])
    }
    if random.happens(1 / 4) { offers.append(["id": "ended", "kind": "free-shipping", "ends_at": .instant(at)]) }
    let shares = random.pick([[80, 5, 10, 5], [50, 50, 0, 0], [25, 25, 25, 25], [97, 1, 1, 1]])
    return try Policy(
      json: [
        "groups": [
          "decisioned": .integer(shares[0]), "random": .integer(shares[1]), "business_as_usual": .integer(shares[2]),
          "holdout": .integer(shares[3]),
        ],
        "bandit": [
          "policy": .string(random.pick(BanditRules.policies)),
          "exploration_floor": .double(random.pick([0, 0.03, 0.3, 1])), "exploration": .double(0.1 + random.unit()),
        ],
        "agent": ["enabled": .bool(!random.happens(1 / 5)), "share": .integer(random.below(101))],
        "placements": [
          ["id": "home", "reward": "click", "reward_window_hours": 1, "do_nothing": .bool(random.happens(1 / 3))]
        ],
        "creatives": .array(creatives), "offers": .array(offers),
      ], box: AxisRegistry.box)
  }

  private func input(_ policy: Policy, _ random: inout SeededGenerator) -> PlannerInput {
    var table = PosteriorTable()
    let placement = policy.placements[0]
    let anyone = ContextCode(codes: policy.axes.map { _ in 0 })
    for action in policy.actions(for: placement) where !random.happens(1 / 4) {
      let exposures = random.below(400)
      table.add(
        .init(exposures: exposures, rewards: exposures / (2 + random.below(30))),
        to: .init(placement: placement.code, action: action.code, context: anyone))
    }
    let census = Census(axes: policy.axes.map(\.name), values: policy.axes.map { _ in [] }, entries: [])
    var overlays: [Overlay] = []
    if random.happens(1 / 2) {
      let everyone = Segment(axes: census.axes, values: census.axes.map { _ in .any })
      overlays = [
        Overlay(
          segment: everyone.id, placement: placement.id, author: "rules", claims: [],
          effects: [
            .init(
              part: ActionPart(creative: "c\(random.below(3))", offer: nil),
              direction: random.pick(Overlay.Direction.allCases), strength: random.pick(Overlay.Strength.allCases),
              claim: "", weight: Double(random.below(5)) / 4)
          ], note: "")
      ]
    }
    return PlannerInput(
      cycle: 1 + random.below(1_000), at: at, position: 1, previous: "", policy: policy, utcOffsetSeconds: 0,
      census: census, spendCuts: .none, catalog: CatalogSummary(), posterior: table, offerOrders: [:], spellings: [:],
      overlays: overlays)
  }

  private func serving(_ book: DecisionBook, _ policy: Policy, _ number: Int) throws -> Serving {
    let space = AxisSpace(policy.axes)
    let keys = StoreKeys(bytes: (0..<80).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number &* 7) })
    let served = ServingPolicy(policy)
    let serving = Serving(policy: served, keys: keys, space: space)
    var profiles = Profiles()
    var builder = ServingBookBuilder(policy: policy, space: space)
    serving.swap(to: try #require(builder.build(book, profiles: &profiles)), under: served)
    return serving
  }
}

extension SeededGenerator {
  fileprivate mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}
