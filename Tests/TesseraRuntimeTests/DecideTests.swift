import TesseraModel
import TesseraRuntime
import Testing

@Suite struct DecideTests {
  @Test func anUnknownCustomerGetsTheDecisionOfEveryone() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 200)
    let before = try fixture.decide(.customer(Array("nobody".utf8)))
    #expect(before["fallback"]?.text == "no_decision")
    _ = try await fixture.engine.runCycle()
    let after = try fixture.decide(.customer(Array("nobody".utf8)))
    #expect(after["fallback"]?.text == "unknown_customer")
    #expect(after["segment"]?["description"]?.text == "everyone")
    #expect(throws: DecideError.self) { try fixture.decide(.customer([65]), "home_her") }
  }

  @Test func aFactChangesTheSegmentAtOnce() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill()
    _ = try await fixture.engine.runCycle()
    #expect(try fixture.decide(.customer(Array("new".utf8)))["fallback"]?.text == "unknown_customer")
    try await fixture.ingest([fixture.event("n1", "page_viewed", "new")])
    let answer = try fixture.decide(.customer(Array("new".utf8)))
    #expect(answer["fallback"]?.isNull ?? false)
    #expect(answer["segment"]?["id"]?.text != nil)
  }

  /// The stored distribution is the one drawn from: over many subjects the frequencies are the propensities, group by
  /// group.
  @Test func drawsFollowThePropensities() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 300)
    _ = try await fixture.engine.runCycle()
    var groups: [String: Int] = [:]
    var seen: [String: Int] = [:]
    var expected: [String: Double] = [:]
    let n = 20_000
    for i in 0..<n {
      let answer = try fixture.decide(.customer(Array("ghost\(i)".utf8)))
      let group = try #require(answer["group"]?.text)
      groups[group, default: 0] += 1
      guard group == "decisioned" else { continue }
      let creative = JSONWriter.text(answer["action"] ?? .null)
      seen[creative, default: 0] += 1
      expected[creative] = answer["propensity"]?.double
    }
    #expect(abs(Double(groups["decisioned"] ?? 0) / Double(n) - 0.8) < 0.01)
    #expect(abs(Double(groups["holdout"] ?? 0) / Double(n) - 0.05) < 0.01)
    let total = Double(groups["decisioned"] ?? 1)
    for (creative, count) in seen {
      #expect(abs(Double(count) / total - (expected[creative] ?? 0)) < 0.015, "\(creative)")
    }
    #expect(abs(expected.values.reduce(0, +) - 1) < 1e-6)
  }

  @Test func holdoutSeesNothingAndEmailNeedsConsent() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 300)
    _ = try await fixture.engine.runCycle()
    for i in 0..<300 {
      let answer = try fixture.decide(.customer(Array("ghost\(i)".utf8)))
      if answer["group"]?.text == "holdout" {
        #expect(answer["action"]?.isNull ?? false)
        #expect(answer["content"]?.isNull ?? false)
        #expect(answer["propensity"]?.double == 1)
      }
      let email = try fixture.decide(.customer(Array("ghost\(i)".utf8)), "email")
      #expect(email["action"]?.isNull ?? false, "nobody unknown gets mail")
    }
  }

  @Test func mergeTagsAreFilledForThePersonAndOnlyWhereItMay() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 300)
    let json: JSONValue = ["id": "ana", "first_name": "<Ana>", "consents": ["email": "subscribed"]]
    try await fixture.ingest([try FactEntry(kind: .customer, json: json), fixture.event("a1", "page_viewed", "ana")])
    try await fixture.ingest([
      FactEntry(identify: Identify(anonymous: "browser", customer: "ana", at: fixture.now.adding(-1_000)))
    ])
    _ = try await fixture.engine.runCycle()
    let own = try fixture.decide(.customer(Array("ana".utf8)), "email")
    if own["group"]?.text == "decisioned" || own["group"]?.text == "random" {
      #expect(own["content"]?["subject"]?.text == "Hello <Ana>")
    }
    let server = try fixture.decide(.anonymous(Array("browser".utf8)), "email")
    #expect(server["customer"]?.text == "ana")
    let browser = JSONWriter.text(try fixture.decide(.browser(Array("browser".utf8)), "email"))
    #expect(!browser.contains("Ana"))
  }

  @Test func anUnprovenIdLearnsNothing() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 100)
    _ = try await fixture.engine.runCycle()
    let before = try fixture.decide(.unproven(Array("x1".utf8)))
    try await fixture.ingest([fixture.event("x", "page_viewed", "x1")])
    #expect(try fixture.decide(.unproven(Array("x1".utf8))) == before)
  }
}
