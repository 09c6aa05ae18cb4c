import Synchronization
import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// Whatever a model does, the cycle ends with a decision for every segment, and what was said before lives on.
@Suite struct AgentFailureTests {
  /// Answers, boosting the first arm, until it is told to fail.
  private static func model(_ isDown: SharedFlag) -> ScriptedModel {
    ScriptedModel { request in
      if isDown.value.withLock({ $0 }) { return .failure(ModelFailure(.connection, "the line is dead")) }
      guard case .user(let texts)? = request.turns.first, let digest = texts.first,
        let json = try? JSONParser.parse(String(digest.dropFirst("<data>\n".count).dropLast("\n</data>".count))),
        let id = json["id"]?.text, let arm = json["arms"]?.members?.names.first
      else { return ScriptedModel.reply("{\"answers\":[]}") }
      return ScriptedModel.reply(
        """
        {"answers":[{"segment_id":"\(id)","verdict":"supplement","summary":"Back.","arm_effects":[
        {"arm_id":"\(arm)","effect":"boost","strength":"large","confidence":"high","reason_code":"restock","reason":"",
        "evidence":["e1"],"expires_hours":30}],"proposed_copy":[],"flags":[]}]}
        """)
    }
  }

  @Test func theLastOverlaysLiveToTheirExpiryWhileTheModelIsDown() async throws {
    let isDown = SharedFlag()
    let fixture = try EngineFixture(axes: ["brand"], model: AgentFailureTests.model(isDown))
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    _ = try await fixture.engine.runCycle()
    isDown.value.withLock { $0 = true }
    var overlays: [Int] = []
    for _ in 1...31 {
      fixture.clock.set(fixture.now.adding(Instant.hour))
      // People keep coming, so that there are segments to decide for.
      try await fixture.ingest(AgentFailureTests.visits(fixture))
      let report = try await fixture.engine.runCycle().row.report
      overlays.append(report["agent"]?["overlays"]?.integer ?? -1)
      if (report["agent"]?["failed"]?.integer ?? 0) > 0 {
        #expect(report["agent"]?["trouble"]?.text?.contains("the line is dead") ?? false)
      }
      let (_, book) = try #require(await fixture.engine.bookInForce())
      #expect(book.entries.flatMap(\.decisions).allSatisfy { book.decision($0) != nil })
    }
    #expect(overlays.prefix(29).allSatisfy { $0 > 0 }, "\(overlays)")
    #expect(overlays.last == 0, "\(overlays)")
  }

  private static func visits(_ fixture: EngineFixture) -> [FactEntry] {
    (0..<30).map { c in
      fixture.event(
        "v\(c)-\(fixture.now.milliseconds)", "product_viewed", "c\(c)", secondsAgo: 600, product: "p1")
    }
  }

  /// A model that never answers costs a cycle its deadline and no more; what it did not look at is told.
  @Test func aSilentModelEndsAtTheDeadline() async throws {
    let fixture = try EngineFixture(
      model: HangingModel(), agent: ["deadline_seconds": 1, "together": 1, "with_tools": 0])
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    let began = ContinuousClock.now
    let row = try await fixture.engine.runCycle().row
    // Generous, for busy machines: what is shown is that it ends at all, and the model never would.
    #expect(ContinuousClock.now - began < .seconds(600))
    // On a busy machine the deadline comes before the first call goes out; either way it is told.
    let agent = try #require(row.report["agent"])
    #expect((agent["failed"]?.integer ?? 0) + (agent["why_skipped"]?["deadline"]?.integer ?? 0) > 0)
    #expect(agent["trouble"]?.text != nil)
    let (_, book) = try #require(await fixture.engine.bookInForce())
    #expect(!book.entries.isEmpty && book.entries.flatMap(\.decisions).allSatisfy { book.decision($0) != nil })
  }
}

/// A flag that a closure and a test share.
private final class SharedFlag: Sendable {
  let value = Mutex(false)
}

/// Takes the question and says nothing until whoever asked gives up.
private struct HangingModel: LanguageModel {
  let name = "claude-haiku-5-5"
  let profile = ModelProfile()

  func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange {
    try? await ContinuousClock().sleep(until: deadline)
    return ModelExchange(
      requestBytes: [], responseBytes: [], attempts: 1, result: .failure(ModelFailure(.timeout, "no answer in time")),
      latency: .seconds(1))
  }
}
