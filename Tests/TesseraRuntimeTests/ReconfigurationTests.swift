import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// A store changes what it shows while people visit.
@Suite struct ReconfigurationTests {
  /// Answers for many customers at a placement.
  private func answers(_ fixture: EngineFixture, _ placement: String = "home_hero") throws -> [JSONValue] {
    try (1...400).map { try fixture.decide(.customer(Array("c\($0)".utf8)), placement) }
  }

  private func creatives(_ answers: [JSONValue]) -> Set<String> {
    Set(answers.compactMap { $0["action"]?["creative"]?.text })
  }

  @Test func whatIsWithdrawnGoesAtOnceAndWhatIsNewComesWithTheNextCycle() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 400)
    let (first, _) = try await fixture.engine.runCycle()
    let before = try answers(fixture)
    #expect(creatives(before).isSuperset(of: ["bestsellers", "new-arrivals"]))

    // Another placement before the one there is, one creative less and one more.
    guard case .object(let json) = EngineFixture.policyJSON, var placements = json["placements"]?.elements,
      var shown = json["creatives"]?.elements
    else { throw ConfigurationError(path: "", message: "the fixture's policy is no object") }
    placements.insert(["id": "footer", "channel": "onsite", "reward": "click", "reward_window_hours": 1], at: 0)
    shown.removeAll { $0["id"]?.text == "bestsellers" }
    shown.append(["id": "fresh", "placements": ["home_hero", "footer"], "content": ["title": "Fresh"]])
    let policy = try EngineFixture.policy([
      "placements": .array(placements), "creatives": .array(shown),
      "groups": ["decisioned": 100, "random": 0, "business_as_usual": 0, "holdout": 0],
    ])
    try await fixture.engine.reconfigure(policy)
    let between = try answers(fixture)
    #expect(!creatives(between).contains("bestsellers") && !creatives(between).contains("fresh"))
    #expect(creatives(between).contains("new-arrivals"))
    #expect(between.allSatisfy { $0["cycle"]?.integer == first.number && $0["group"]?.text == "decisioned" })
    #expect(between.map { $0["segment"] } == before.map { $0["segment"] })
    #expect(try answers(fixture, "footer").allSatisfy { $0["action"]?.isNull ?? true })

    fixture.clock.set(fixture.now.adding(Instant.hour))
    let (second, _) = try await fixture.engine.runCycle()
    let after = try answers(fixture)
    #expect(creatives(after).contains("fresh") && after.allSatisfy { $0["cycle"]?.integer == second.number })
    #expect(creatives(try answers(fixture, "footer")) == ["fresh"])
    for number in [first.number, second.number] {
      #expect(try await fixture.engine.replay(cycle: number).isIdentical)
    }
  }

  /// A cap of no messages holds at once, for everybody.
  @Test func anotherCapHoldsAtOnce() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 400)
    _ = try await fixture.engine.runCycle()
    #expect(!creatives(try answers(fixture, "email")).isEmpty)
    try await fixture.engine.reconfigure(
      EngineFixture.policy(["guardrails": ["frequency_cap": ["messages": 0, "days": 7]]]))
    #expect(creatives(try answers(fixture, "email")).isEmpty)
  }

  /// Whoever works with the axes while they change sees the old ones or the new ones.
  @Test func questionsDuringAChangeSeeOneConfiguration() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 400)
    _ = try await fixture.engine.runCycle()
    let now = fixture.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for _ in 0..<6 {
          let (axes, customers) = await fixture.engine.assignments(at: now)
          #expect(customers.allSatisfy { $0.segment.axes == axes })
          _ = await fixture.engine.granularityPlan(at: now, budget: 100)
        }
      }
      group.addTask {
        for i in 0..<20 {
          let axes: JSONValue = i % 2 == 0 ? ["visits", "orders"] : AxisChangeTests.axes
          try await fixture.engine.reconfigure(EngineFixture.policy(["axes": axes]))
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func anotherCurrencyIsRefused() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 100)
    _ = try await fixture.engine.runCycle()
    let before = try answers(fixture)
    let policy = try EngineFixture.policy(["shop": ["name": "Test", "currency": "EUR", "time_zone": "UTC"]])
    await #expect(throws: EngineError.self) { try await fixture.engine.reconfigure(policy) }
    #expect(try answers(fixture) == before && fixture.engine.policy.shop.currency == "USD")
  }

  /// Before the first book, the policy alone changes; an offer that is used up stays closed.
  @Test func aStoreWithoutABookTakesItToo() async throws {
    let fixture = try EngineFixture()
    fixture.engine.serving.turnOn()
    let offers: JSONValue = [["id": "few", "kind": "percentage", "value": 10, "code": "FEW", "budget_orders": 0]]
    try await fixture.engine.reconfigure(EngineFixture.policy(["offers": offers]))
    try await fixture.fill(customers: 400)
    _ = try await fixture.engine.runCycle()
    let offered = Set(try answers(fixture).compactMap { $0["action"]?["offer"]?.text })
    #expect(offered == ["none"])
  }
}
