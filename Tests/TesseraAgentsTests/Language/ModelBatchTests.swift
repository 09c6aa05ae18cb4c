import TesseraAgents
import TesseraModel
import Testing

@Suite struct ModelBatchTests {
  let dialect = AnthropicDialect()

  func batch(_ text: String) throws(ModelFailure) -> ModelBatch {
    try dialect.batch(from: Array(text.utf8), headers: ModelHeaders())
  }

  @Test func states() throws {
    let running = try batch(#"{"id":"b1","processing_status":"in_progress","request_counts":{"processing":2}}"#)
    #expect(running.id == "b1" && running.state == .running && running.counts == ["processing": 2])
    #expect(try batch(#"{"id":"b1","processing_status":"canceling"}"#).state == .cancelling)
    #expect(try batch(#"{"id":"b1","processing_status":"resting"}"#).state == .other("resting"))
    #expect(LanguageFixture.failure { () throws(ModelFailure) in try batch("{}") }?.kind == .malformed)
  }

  @Test func resultsComeInAnyOrder() throws {
    var ended = try batch(#"{"id":"b1","processing_status":"ended"}"#)
    let lines = [
      #"{"custom_id":"s3","result":{"type":"expired"}}"#, "",
      #"{"custom_id":"s1","result":{"type":"succeeded","message":{"model":"m","content":[{"type":"text","text":"1"}],"stop_reason":"end_turn"}}}"#,
      "not json", #"{"custom_id":"s4","result":{"type":"canceled"}}"#,
      #"{"custom_id":"s2","result":{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error","message":"Bad."}}}}"#,
      #"{"custom_id":"s5","result":{"type":"succeeded"}}"#, #"{"custom_id":"s6","result":{"type":"new"}}"#,
    ]
    dialect.take(results: Array(lines.joined(separator: "\r\n").utf8), into: &ended)
    #expect(ended.unreadable == 1 && ended.results.count == 6)
    #expect(try ended.results["s1"]?.get().text == "1")
    func kind(_ id: String) -> ModelFailure.Kind? {
      if case .failure(let failure)? = ended.results[id] { failure.kind } else { nil }
    }
    #expect(kind("s2") == .badRequest && kind("s3") == .timeout && kind("s4") == .cancelled)
    #expect(kind("s5") == .malformed && kind("s6") == .malformed)
  }

  @Test func identifiers() {
    #expect(ModelBatch.isIdentifier("seg-1_A") && !ModelBatch.isIdentifier("") && !ModelBatch.isIdentifier("a/b"))
    #expect(!ModelBatch.isIdentifier(String(repeating: "a", count: 65)))
    #expect(dialect.batchPath("b1", "/results") == "/v1/messages/batches/b1/results")
    #expect(dialect.batchPath("../models") == nil && dialect.batchPath("b1?x") == nil && dialect.batchPath("") == nil)
    #expect(ChatCompletionsDialect().batchPath("b1") == nil)
  }

  @Test func retirement() throws {
    let text = #"""
      {"data":[{"id":"a","lifecycle":"active","retires_at":null,"max_input_tokens":1000000,"max_tokens":64000},
       {"id":"b","lifecycle":"deprecated","retires_at":"2026-12-01T00:00:00Z"},{"id":"c","lifecycle":"retired"},
       {"id":"d","object":"model"},{"no":1},{"id":"e","lifecycle":"deprecated","retires_at":"2027-12-01T00:00:00Z"}]}
      """#
    let list = try ModelListing.list(from: Array(text.utf8), headers: ModelHeaders())
    let now = try Instant(parsing: "2026-11-25T00:00:00Z")
    #expect(list.count == 5 && list[0].inputTokensMax == 1_000_000)
    #expect(ModelListing.warning(of: "a", in: list, at: now) == nil)
    #expect(ModelListing.warning(of: "d", in: list, at: now) == nil)
    #expect(ModelListing.warning(of: "b", in: list, at: now)?.contains("retires at 2026-12-01") == true)
    #expect(ModelListing.warning(of: "c", in: list, at: now)?.contains("is retired") == true)
    #expect(ModelListing.warning(of: "e", in: list, at: now)?.contains("deprecated") == true)
    #expect(ModelListing.warning(of: "x", in: list, at: now)?.contains("does not list") == true)
  }
}
