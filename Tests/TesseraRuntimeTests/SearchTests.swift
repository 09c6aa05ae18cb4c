import TesseraAgents
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// What people searched for reaches an agent as shares of a segment, and never as anybody's words.
@Suite struct SearchTests {
  /// Asks for searches once, when it has tools.
  private static func curious(_ request: ModelRequest) -> Result<ModelReply, ModelFailure> {
    guard !request.tools.isEmpty, request.turns.count == 1 else { return ScriptedModel.reply("{\"answers\":[]}") }
    let call = ModelCall(
      id: "call_1", name: "segment_interests", arguments: ["of": "search", "window_days": 7, "limit": 10])
    return .success(
      ModelReply(
        model: "claude-haiku-5-5", requestID: nil, stop: .toolUse, text: nil, calls: [call], assistant: [],
        usage: ModelUsage(input: 900, output: 20)))
  }

  private static func fixture() async throws -> EngineFixture {
    let fixture = try EngineFixture(axes: ["brand"], model: ScriptedModel { curious($0) })
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    for c in 0..<30 {
      // Twenty-five look for rain jackets, one of them twice and one before they were known; one for themselves.
      let term = c < 25 ? "  Rain \n JACKET" : "my name is canary\(c)"
      var event = Event(
        id: "s\(c)", type: "search_submitted", at: fixture.now.adding(-600_000), customer: "c\(c)", search: term)
      if c == 0 {
        (event.customer, event.anonymous) = (nil, "v0")
        try await fixture.ingest([
          try FactEntry(kind: .identify, json: ["anonymous": "v0", "customer": "c0", "at": .instant(fixture.now)])
        ])
      }
      try await fixture.ingest([FactEntry(event: event)])
      if c == 1 {
        event.id = "again"
        try await fixture.ingest([FactEntry(event: event)])
      }
    }
    return fixture
  }

  private static func rows(_ fixture: EngineFixture) async throws -> [JSONValue] {
    _ = try await fixture.engine.runCycle()
    let number = try #require(await fixture.engine.bookInForce()).row.number
    let runs = try await fixture.store.runs(ofCycle: number).compactMap {
      AgentRunRecord(json: try JSONParser.parse($0.record))
    }
    return runs.flatMap(\.tools).filter { $0.tool == "segment_interests" }.flatMap(\.answer.rows)
  }

  @Test func searchesAreSharesOfTheSegment() async throws {
    let rows = try await SearchTests.rows(try await SearchTests.fixture())
    #expect(rows == [["name": "rain jacket", "share": .double(0.83)]])
  }

  @Test func aRestartKnowsThemAndAnErasureForgetsThem() async throws {
    let fixture = try await SearchTests.fixture()
    let later = try await fixture.restarted(model: ScriptedModel { SearchTests.curious($0) })
    // Six fewer leave nineteen, of whom nothing is told.
    for c in 1...6 { #expect(try await later.engine.erase(customer: "c\(c)")) }
    let names = try await SearchTests.rows(later).compactMap { $0["name"]?.text }
    #expect(!names.contains { $0.contains("jacket") || $0.contains("canary") })
  }
}
