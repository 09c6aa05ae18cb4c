import TesseraAgents
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// Recorded looks, gone through again by today's parser and validator.
@Suite struct LookReplayTests {
  /// Boosts the first arm on the first change, once with evidence and once without; asks a tool before that if it can.
  private static func opinion(_ request: ModelRequest, _ effect: String = "boost") -> Result<ModelReply, ModelFailure> {
    guard case .user(let texts)? = request.turns.first, let digest = texts.first,
      let json = try? JSONParser.parse(String(digest.dropFirst("<data>\n".count).dropLast("\n</data>".count))),
      let id = json["id"]?.text, let arm = json["arms"]?.members?.names.first
    else { return ScriptedModel.reply("{\"answers\":[]}") }
    if !request.tools.isEmpty, request.turns.count == 1 {
      let call = ModelCall(id: "call_1", name: "segment_trend", arguments: ["hours": 24])
      return .success(
        ModelReply(
          model: "claude-haiku-5-5", requestID: nil, stop: .toolUse, text: nil, calls: [call], assistant: [],
          usage: ModelUsage(input: 900, output: 20)))
    }
    func item(_ evidence: String) -> String {
      """
      {"arm_id":"\(arm)","effect":"\(effect)","strength":"small","confidence":"high","reason_code":"restock",
      "reason":"It is back.","evidence":["\(evidence)"],"expires_hours":24}
      """
    }
    return ScriptedModel.reply(
      """
      {"answers":[{"segment_id":"\(id)","verdict":"supplement","summary":"Back in stock.","arm_effects":[
      \(item("e1")),\(item("e77"))],"proposed_copy":[],"flags":[]}]}
      """)
  }

  private func cycle(_ model: ScriptedModel?) async throws -> EngineFixture {
    let fixture = try EngineFixture(model: model)
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    _ = try await fixture.engine.runCycle()
    return fixture
  }

  @Test(arguments: [true, false]) func theSameRecordComesToTheSame(_ hasModel: Bool) async throws {
    let fixture = try await cycle(hasModel ? ScriptedModel { LookReplayTests.opinion($0) } : nil)
    let report = try await fixture.restarted().engine.replay(cycle: 1)
    let looks = try #require(report.looks)
    #expect(report.isIdentical && looks.count > 0 && looks.isSame, "\(looks.differences)")
    #expect(!looks.isContractOther)
  }

  @Test func aFailedLookFailsAgain() async throws {
    let fixture = try await cycle(ScriptedModel { _ in .failure(ModelFailure(.overloaded, "busy", status: 529)) })
    let looks = try #require(await fixture.engine.replay(cycle: 1).looks)
    #expect(looks.count > 0 && looks.isSame, "\(looks.differences)")
  }

  /// What was accepted then but would not be today, bytes that are not what they were: each is told.
  @Test(arguments: ["verdict", "bytes", "answer"]) func whatWasTamperedWithIsNoticed(_ what: String) async throws {
    let fixture = try await cycle(ScriptedModel { LookReplayTests.opinion($0) })
    let store = InMemoryStore()
    var isChanged = false
    for stored in try await fixture.store.runs(ofCycle: 1) {
      var text = String(decoding: stored.record, as: UTF8.self)
      let record = try #require(AgentRunRecord(json: try JSONParser.parse(text)))
      var blobs = try await fixture.store.blobs(record.hashes.sorted())
      let response = try #require(record.exchanges.last?.response)
      switch what {
      case "verdict": text = text.replacing("\"no_evidence\"", with: "\"expiry\"")
      case "bytes": blobs[response]?.append(32)
      default:
        // Another answer under its own name, as if the record had been swapped whole.
        let bytes = String(decoding: blobs[response] ?? [], as: UTF8.self).replacing("boost", with: "suppress").utf8
        blobs[ContentHash.of(Array(bytes))] = Array(bytes)
        text = text.replacing(response, with: ContentHash.of(Array(bytes)))
      }
      isChanged = true
      try await store.put(
        runs: [StoredRun(id: stored.id, cycle: 1, segments: stored.segments, record: Array(text.utf8))], blobs: blobs)
    }
    #expect(isChanged)
    let again = try await fixture.replacingRuns(with: store)
    let report = try await again.replay(cycle: 1)
    #expect(report.isIdentical)
    let looks = try #require(report.looks)
    #expect(!looks.isSame && !looks.differences.isEmpty)
  }

  @Test func askingAgainTellsHowFarTheModelAgrees() async throws {
    let fixture = try await cycle(ScriptedModel { LookReplayTests.opinion($0) })
    let same = try #require(await fixture.engine.replay(cycle: 1, isLive: true).looks?.live)
    #expect(same.looks > 0 && same.segments > 0 && same.sameVerdict == same.segments)
    #expect(same.effectsThen > 0 && same.effectsBoth == same.effectsThen && same.effectsNow == same.effectsThen)
    #expect(same.cost > 0 && same.stopped == nil)
    let other = try await fixture.replacingRuns(
      with: fixture.store, model: ScriptedModel { LookReplayTests.opinion($0, "suppress") })
    let opposed = try #require(await other.replay(cycle: 1, isLive: true).looks?.live)
    #expect(opposed.effectsThen > 0 && opposed.effectsBoth == 0 && opposed.sameVerdict == opposed.segments)
  }
}
