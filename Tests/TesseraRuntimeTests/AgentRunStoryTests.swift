import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// A look's story after the fact: what came of its predictions.
@Suite struct AgentRunStoryTests {
  /// Shoppers of a brand that is back in stock, a first cycle, and the look that boosts the brand's creative.
  private func look(shoppers: Int) async throws -> (EngineFixture, String) {
    let fixture = try EngineFixture()
    fixture.engine.serving.turnOn()
    var facts = CycleTests.brandStore(fixture, withNews: true)
    for c in 30..<shoppers {
      for v in 0..<3 {
        facts.append(fixture.event("e\(c)-\(v)", "product_viewed", "c\(c)", secondsAgo: 600, product: "p1"))
      }
    }
    try await fixture.ingest(facts)
    _ = try await fixture.engine.runCycle()
    let (runs, _) = try await fixture.engine.agentRuns(cursor: nil, limit: 100)
    let run = try #require(
      runs.first { $0["segments"]?.elements?.contains { ($0["effects"]?.integer ?? 0) > 0 } ?? false })
    return (fixture, run["id"]?.text ?? "")
  }

  private func score(_ fixture: EngineFixture, _ run: String) async throws -> JSONValue {
    let story = try await fixture.engine.agentRun(run, isRaw: false)
    return try #require(
      story["scores"]?.elements?.first { $0["part"]?["creative"]?.text == "brand-spotlight" })
  }

  @Test func aPredictionIsTooEarlyThenUndecided() async throws {
    let (fixture, run) = try await look(shoppers: 30)
    let early = try await score(fixture, run)
    #expect(early["outcome"] == "too_early" && early["exposures"] == 0)
    fixture.clock.set(fixture.now.adding(25 * Instant.hour))
    let late = try await score(fixture, run)
    #expect(late["outcome"] == "undecided")
  }

  @Test(arguments: [true, false])
  func aPredictionIsHeldAgainstWhatPeopleDid(_ areClicked: Bool) async throws {
    let (fixture, run) = try await look(shoppers: 400)
    var facts: [FactEntry] = []
    for c in 0..<400 {
      let answer = try fixture.decide(.customer(Array("c\(c)".utf8)))
      guard answer["action"]?["creative"]?.text == "brand-spotlight", let receipt = answer["receipt"]?.text else {
        continue
      }
      facts.append(fixture.event("s\(c)", "decision_shown", "c\(c)", secondsAgo: 0, receipt: receipt))
      if areClicked {
        facts.append(fixture.event("k\(c)", "decision_clicked", "c\(c)", secondsAgo: 0, receipt: receipt))
      }
    }
    try await fixture.ingest(facts)
    fixture.clock.set(fixture.now.adding(25 * Instant.hour))
    let score = try await score(fixture, run)
    #expect((score["exposures"]?.integer ?? 0) >= 30)
    #expect(score["outcome"]?.text == (areClicked ? "came_true" : "did_not"))
    #expect(score["mean"]?.double == (areClicked ? 1 : 0))
  }

  @Test func aLookSaysWhatItChanged() async throws {
    let (fixture, run) = try await look(shoppers: 30)
    let story = try await fixture.engine.agentRun(run, isRaw: true)
    let change = try #require(story["changed"]?.elements?.first { $0["part"]?["creative"]?.text == "brand-spotlight" })
    let (off, on) = (change["off"]?.double ?? 1, change["on"]?.double ?? 0)
    #expect(on > off && change["weight"]?.double == 0.3)
    let decision = try await fixture.engine.decision(change["decision"]?.text ?? "")
    #expect(decision["overlay"]?["run"]?.text == run)
    await #expect(throws: EngineError.self) { try await fixture.engine.agentRun("run_0", isRaw: false) }
  }
}
