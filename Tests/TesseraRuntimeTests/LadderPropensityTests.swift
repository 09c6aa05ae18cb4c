import Synchronization
import TesseraAgents
import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraSimulator
import TesseraTesting
import Testing

@testable import TesseraRuntime

/// The same of people who are known, where each has something of their own: texts that only some can be told, products
/// that are sold out since, offers that have ended; and who gets nothing on their own rung gets it on the next.
@Suite struct LadderPropensityTests {
  private let at = Instant(milliseconds: 1_780_000_000_000)
  private static let people = 24

  @Test func whatKnownPeopleGetIsDrawnAsItSays() async throws {
    var random = SeededGenerator(seed: 2_027)
    var bins = [String: [DrawBin]]()
    var rungs = [Int: Int]()
    var (draws, blanks, unlike) = (0, 0, 0)
    var shop = try await shop(&random, 0)
    for number in 0..<200 {
      if number % 10 == 9 { shop = try await self.shop(&random, number) }
      let (fixture, decider) = try await served(shop, &random, number)
      for person in 0..<LadderPropensityTests.people {
        let subject = DecideSubject.customer(Array("b\(person)".utf8))
        let answer = try fixture.decide(subject, "home_hero")
        let receipt = try #require(answer["receipt"]?.text.flatMap { fixture.engine.serving.seal.open($0) })
        let chosen = Action(json: answer["action"])
        guard receipt.group == .decisioned || receipt.group == .random else { continue }
        draws += 1
        guard let (odds, rung) = try decider.odds(subject, placement: "home_hero", group: receipt.group) else {
          #expect(chosen == nil && answer["fallback"]?.text == "no_allowed_action")
          blanks += 1
          continue
        }
        rungs[rung, default: 0] += 1
        if odds.count > 1, Set(odds.values).count > 1 { unlike += 1 }
        let kind = "\(receipt.group.rawValue), \(rung == 0 ? "own rung" : "further down")"
        // One of them each time, in turn: all of a draw together come true once, whatever they are.
        let arms = odds.sorted { $0.key.code < $1.key.code }
        let (action, p) = arms[draws % arms.count]
        bins[kind, default: [DrawBin](repeating: DrawBin(), count: 10)][min(9, Int(p * 10))].add(
          p, isFound: action == chosen)
        let told = try #require(chosen.flatMap { odds[$0] }, "\(answer)")
        #expect(abs(Propensity.double(receipt.propensity) - told) < 1e-8)
        #expect(abs((answer["propensity"]?.double ?? -1) - told) < 1e-8)
      }
    }
    // Everything that is spoken of was there.
    #expect(draws > 4_000 && blanks > 20 && unlike > 1_500, "\(draws) \(blanks) \(unlike)")
    #expect(rungs.filter { $0.key > 0 }.values.reduce(0, +) > 200, "\(rungs)")
    #expect(bins.count == 4)
    for (kind, bins) in bins {
      #expect(bins.contains { $0.variance > 10 }, "\(kind): nothing was drawn")
      for (i, bin) in bins.enumerated() where bin.isFar { Issue.record("\(kind), \(i): \(bin)") }
    }
  }

  /// A store of a few people under a random policy.
  private struct Shop {
    let fixture: EngineFixture
    let input: PlannerInput
  }

  private func shop(_ random: inout SeededGenerator, _ number: Int) async throws -> Shop {
    let fixture = try EngineFixture(now: at, axes: ["brand", "basket"], more: try rules(&random))
    let engine = fixture.engine
    engine.serving.turnOn()
    try await fixture.ingest(try facts(fixture, &random))
    let snapshot = engine.memory.withLock { $0 }
    let gathered = await engine.gather(snapshot, cycle: 1, at: at, previous: "", previousRelaxation: nil)
    return Shop(fixture: fixture, input: gathered.input)
  }

  /// A book of it by random evidence; after it is made, products are sold out and offers end.
  private func served(
    _ shop: Shop, _ random: inout SeededGenerator, _ number: Int
  ) async throws -> (EngineFixture, PlainDecider) {
    let (fixture, engine) = (shop.fixture, shop.fixture.engine)
    fixture.clock.set(at)
    try await fixture.ingest(try ["p1", "p2", "p3"].map { try product($0, inventory: 5) })
    var input = shop.input
    input.cycle = 1 + number
    input.posterior = posterior(input, &random)
    input.overlays = overlays(input, &random)
    let book = Planner(input).plan()
    engine.activate(book, space: engine.space, policy: engine.policy)
    let then = engine.profiles.catalog
    for product in ["p1", "p2", "p3"] where random.happens(0.8) {
      try await fixture.ingest([try self.product(product, inventory: 0)])
    }
    fixture.clock.set(at.adding(30 * Instant.minute))
    var decider = PlainDecider(engine, book, now: fixture.now, placedAt: at)
    decider.catalogThen = then
    return (fixture, decider)
  }

  private func rules(_ random: inout SeededGenerator) throws -> [String: JSONValue] {
    func creative(_ id: String, _ title: String, _ more: [(String, JSONValue)] = []) -> JSONValue {
      let base: [(String, JSONValue)] = [
        ("id", .string(id)), ("placements", ["home_hero"]), ("content", ["title": .string(title)]),
      ]
      return .object(JSONObject(base + more))
    }
    // Two of each, so that there is something to draw on every rung.
    var creatives: [JSONValue] = []
    for (id, title, brand) in [
      ("own", "New: {{ product.title }}", "segment"), ("fixed", "{{ product.title }}", "Ursa"),
      ("basket", "Your {{ customer.basket[0].title }}", nil), ("name", "Dear {{ customer.first_name }}", nil),
      ("anyone", "Hello", nil),
    ] as [(String, String, JSONValue?)] where id == "name" || random.happens(id == "anyone" ? 0.2 : 0.8) {
      for number in 1...2 { creatives.append(creative("\(id)\(number)", title, brand.map { [("brand", $0)] } ?? [])) }
    }
    var offers: [JSONValue] = []
    if random.happens(0.5) {
      offers.append(["id": "ends", "kind": "free-shipping", "ends_at": .instant(at.adding(10 * Instant.minute))])
    }
    return [
      "creatives": .array(creatives), "offers": .array(offers),
      "segments": ["min_members": 2, "max_segments": 50],
      "groups": ["decisioned": 60, "random": 40, "business_as_usual": 0, "holdout": 0],
      "guardrails": ["tag_coverage": .double([0, 0.6, 0.6, 0.6][random.below(4)])],
      "bandit": [
        "policy": .string(BanditRules.policies[random.below(BanditRules.policies.count)]),
        "exploration_floor": .double([0, 0.03, 0.3][random.below(3)]),
      ],
      "agent": ["enabled": .bool(!random.happens(0.2)), "share": .integer(random.below(101))],
      "placements": [["id": "home_hero", "reward": "click", "reward_window_hours": 1]],
    ]
  }

  private func product(_ id: String, inventory: Int) throws -> FactEntry {
    let brand = ["p1": "Ursa", "p2": "Lynx", "p3": "Ursa"][id] ?? ""
    let json: JSONValue = [
      "id": .string(id), "title": .string("T \(id)"), "brand": .string(brand), "inventory": .integer(inventory),
      "price": 10,
    ]
    return try FactEntry(kind: .product, json: json)
  }

  private func facts(_ fixture: EngineFixture, _ random: inout SeededGenerator) throws -> [FactEntry] {
    var facts = try ["p1", "p2", "p3"].map { try product($0, inventory: 5) }
    for person in 0..<LadderPropensityTests.people {
      let id = "b\(person)"
      let likes = ["p1", "p1", "p2", nil, nil][person % 5]
      // Those who lean to Ursa hardly have names.
      let hasName = random.happens(likes == "p1" ? 0.45 : 0.9)
      facts.append(
        try FactEntry(kind: .customer, json: ["id": .string(id), "first_name": .string(hasName ? "Ann" : "")]))
      for visit in 0..<(likes == nil ? 1 : 3) {
        let product = likes ?? "p3"
        facts.append(
          fixture.event("v\(person)-\(visit)", "product_viewed", id, secondsAgo: 60 + Int64(visit), product: product))
      }
      guard random.happens(0.15) else { continue }
      facts.append(fixture.event("k\(person)", "product_added_to_cart", id, secondsAgo: 30, product: "p2"))
    }
    return facts
  }

  private func posterior(_ input: PlannerInput, _ random: inout SeededGenerator) -> PosteriorTable {
    var table = PosteriorTable()
    let placement = input.policy.placements[0]
    let segments = Planner.segments(input, Planner.rollUp(input))
    for context in segments.contexts {
      for action in input.policy.actions(for: placement) where random.happens(0.7) {
        let exposures = random.below(300)
        table.add(
          .init(exposures: exposures, rewards: exposures / (2 + random.below(20))),
          to: .init(placement: placement.code, action: action.code, context: context))
      }
    }
    return table
  }

  private func overlays(_ input: PlannerInput, _ random: inout SeededGenerator) -> [Overlay] {
    Planner.rollUp(input).decided.compactMap { decided in
      guard random.happens(0.5) else { return nil }
      let effect = Overlay.Effect(
        part: ActionPart(creative: ["name1", "own2", "fixed1"][random.below(3)], offer: nil),
        direction: random.happens(0.5) ? .boost : .suppress, strength: .large, claim: "")
      return Overlay(
        segment: input.census.segment(of: decided.key).id, placement: "home_hero", author: "rules", claims: [],
        effects: [effect], note: "")
    }
  }
}
