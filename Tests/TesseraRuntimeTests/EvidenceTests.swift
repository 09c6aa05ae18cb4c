import TesseraModel
import TesseraRuntime
import TesseraSimulator
import TesseraStorage
import TesseraTesting
import Testing

/// What a store can say about its decisions from its own facts.
@Suite struct EvidenceTests {
  /// Some hours of shoppers, with a cycle each.
  private func shop(hours: Int, more: [String: JSONValue] = [:]) async throws -> EngineFixture {
    let fixture = try EngineFixture(more: more)
    try await fixture.fill(customers: 1_500)
    let store = SimulatedStore(customers: 1_500, seed: 5, endingAt: fixture.now)
    var live = LiveShoppers(store, seed: 3)
    _ = try await fixture.engine.runCycle()
    for _ in 0..<hours {
      let end = fixture.now.adding(Instant.hour)
      for visit in live.visits(from: fixture.now, to: end) {
        try await fixture.ingest(visit.opening)
        let subject: DecideSubject =
          visit.shopper.customer.map { .customer(Array($0.utf8)) } ?? .anonymous(Array(visit.shopper.anonymous.utf8))
        let answer = try fixture.decide(subject)
        guard let receipt = answer["receipt"]?.text else { continue }
        let shown = LiveShoppers.ShownDecision(
          placement: "home_hero", creative: answer["action"]?["creative"]?.text,
          offer: answer["action"]?["offer"]?.text, receipt: receipt, at: visit.startsAt.adding(10_000))
        try await fixture.ingest(live.respond(visit, to: shown))
      }
      fixture.clock.set(end)
      _ = try await fixture.engine.runCycle()
    }
    return fixture
  }

  @Test func groupsAreComparedAndRulesAreTried() async throws {
    let fixture = try await shop(hours: 5)
    let evidence = try await fixture.engine.evidence()
    let hero = try #require(evidence["placements"]?.elements?.first { $0["placement"]?.text == "home_hero" })
    let groups = hero["groups"]?.elements ?? []
    let exposures = groups.reduce(0) { $0 + ($1["exposures"]?.integer ?? 0) }
    #expect(exposures > 50 && (hero["matured"]?.integer ?? 0) >= exposures)
    // Clicks are compared with those who are shown something to click; so few people say nothing yet.
    let over = (hero["comparisons"]?.elements ?? [])
    #expect(over.compactMap { $0["over"]?.text } == ["random"])
    #expect(over.allSatisfy { $0["verdict"]?.text == "not_enough_data" && ($0["low"]?.isNull ?? false) })
    #expect(hero["sample_ratio"]?["alarm"]?.flag == false)

    // The rules as they were: hardly any weight, nothing without support.
    var question = PolicyQuestion()
    question.floor = 0.03
    let same = try await fixture.engine.evaluate(question)
    let row = try #require(same["placements"]?.elements?.first)
    #expect(row["missing_support"]?.double == 0)
    #expect((row["effective_sample_size"]?.double ?? 0) > 0.5 * Double(row["rows"]?.integer ?? 0))
    #expect(same["cycles"]?.integer ?? 0 > 2)
    let again = try await fixture.restarted()
    #expect(try await again.engine.evaluate(question) == same)

    // Without guardrails some actions would be shown that never were: these two keep the same ones back.
    question.without = ["nothing-to-speak-of", "merge-tag"]
    let free = try await fixture.engine.evaluate(question)
    let missing = free["placements"]?.elements?.first?["missing_support"]?.double ?? 0
    #expect(missing > 0.01)
    #expect(free["placements"]?.elements?.first?["warnings"]?.elements?.isEmpty == false)
    question = PolicyQuestion()
    question.policy = "uniform"
    let uniform = try await fixture.engine.evaluate(question)
    let dr = uniform["placements"]?.elements?.first?["estimates"]?.elements?.first { $0["estimator"]?.text == "dr" }
    let value = try #require(dr?["value"]?.double)
    #expect(value > 0 && value < 0.2)
  }

  /// Under the rules as they were every row weighs one, though some people could be shown less than their segment.
  @Test func rulesAsTheyWereChangeNothing() async throws {
    func creative(_ id: String, _ title: String) -> JSONValue {
      ["id": .string(id), "placements": ["home_hero"], "content": ["title": .string(title)]]
    }
    let fixture = try await shop(
      hours: 4,
      more: [
        "guardrails": ["tag_coverage": .double(0)],
        "creatives": [
          creative("a", "Just in"), creative("b", "Hi {{ customer.first_name }}, look"),
          creative("c", "Still thinking of {{ customer.basket[0].title }}?"),
        ],
        "offers": [], "groups": ["decisioned": 100, "random": 0, "business_as_usual": 0, "holdout": 0],
      ])
    var question = PolicyQuestion()
    question.floor = 0.03
    let same = try await fixture.engine.evaluate(question)
    let row = try #require(same["placements"]?.elements?.first)
    #expect((row["rows"]?.integer ?? 0) > 30)
    #expect(abs((row["weight_max"]?.double ?? 0) - 1) < 1e-6)
    let ips = row["estimates"]?.elements?.first { $0["estimator"]?.text == "ips" }
    #expect(abs(ips?["gain"]?.double ?? 1) < 1e-6)
  }

  /// Only the decisioned are told of at first; once the others are told of too, the counts fit, and the alarm stands.
  @Test func anAlarmOfTheGroupsSizesStands() async throws {
    let groups: JSONValue = ["decisioned": 50, "random": 50, "business_as_usual": 0, "holdout": 0]
    let fixture = try EngineFixture(more: ["groups": groups])
    try await fixture.fill(customers: 300)
    _ = try await fixture.engine.runCycle()
    var others: [FactEntry] = []
    for i in 0..<300 {
      let answer = try fixture.decide(.customer(Array("c\(i)".utf8)))
      let shown = fixture.event("s\(i)", "decision_shown", "c\(i)", receipt: answer["receipt"]?.text)
      if answer["group"]?.text == "decisioned" { try await fixture.ingest([shown]) } else { others.append(shown) }
    }
    func ratio(_ fixture: EngineFixture) async throws -> JSONValue {
      let evidence = try await fixture.engine.evidence()
      return evidence["placements"]?.elements?.first { $0["placement"]?.text == "home_hero" }?["sample_ratio"] ?? .null
    }
    func nextHour() async throws {
      fixture.clock.set(fixture.now.adding(2 * Instant.hour))
      _ = try await fixture.engine.runCycle()
    }
    #expect(try await ratio(fixture)["alarm"]?.flag == false)
    try await nextHour()
    #expect(try await ratio(fixture)["alarm"]?.flag == true)
    #expect(try await ratio(fixture)["since_cycle"]?.integer == 2)
    try await fixture.ingest(others)
    // A cycle that is cut off leaves a row with nothing in it.
    _ = try await fixture.engine.state.begin(at: fixture.now.adding(Instant.hour))
    try await nextHour()
    let standing = try await ratio(fixture)
    #expect(standing["alarm"]?.flag == true && (standing["p_value_bound"]?.double ?? 0) > 0.001)
    #expect(standing["sentence"]?.text?.hasPrefix("Cycle 2 raised an alarm") == true, "\(standing)")
    let rows = try await fixture.engine.state.cycles(before: .max, limit: 1)
    #expect(rows.first?.report["sample_ratio"]?["alarms"]?.elements?.count == 1)
    // Other sizes are another trial.
    try await fixture.engine.reconfigure(
      try EngineFixture.policy(["groups": ["decisioned": 60, "random": 40, "business_as_usual": 0, "holdout": 0]]))
    try await nextHour()
    #expect(try await ratio(fixture)["alarm"]?.flag == false)
  }

  /// A cap chooses nothing: what it holds back is counted, and what that would come to is told as a most.
  @Test func theCapIsAQuestionOfItsOwn() async throws {
    let fixture = try EngineFixture(more: ["guardrails": ["frequency_cap": ["messages": 2, "days": 7]]])
    fixture.engine.serving.turnOn()
    for (id, messages) in [("full", 2), ("free", 1), ("off", 3)] {
      try await fixture.ingest([
        try FactEntry(
          kind: .customer,
          json: ["id": .string(id), "consents": ["email": .string(id == "off" ? "unsubscribed" : "subscribed")]])
      ])
      try await fixture.ingest(
        (0..<messages).map { fixture.event("\(id)\($0)", "message_delivered", id, secondsAgo: 3_600) })
    }
    let operations = Operations(engine: fixture.engine, settings: fixture.store) { name, _ throws(FactSourceError) in
      throw FactSourceError("there is no source \(name)")
    }
    let answer = try await operations.run("evaluate", ["without": ["frequency-cap"]])
    let email = try #require(answer["held_back"]?.elements?.first)
    #expect(answer["held_back"]?.elements?.count == 1 && email["placement"]?.text == "email")
    #expect(email["people"]?.integer == 1 && answer["cap"]?["messages"]?.integer == 2)
    #expect(email["rate"]?.isNull == true && email["at_most"]?.isNull == true)
    #expect(answer["warnings"]?.elements?.isEmpty == false)
    await #expect(throws: EngineError.self) {
      _ = try await operations.run("evaluate", ["without": ["frequency-cap", "out-of-stock"]])
    }
  }

  @Test func everythingIsTheSameAfterARestart() async throws {
    let fixture = try await shop(hours: 3)
    let again = try await fixture.restarted()
    #expect(try await again.engine.evidence() == fixture.engine.evidence())
  }
}
