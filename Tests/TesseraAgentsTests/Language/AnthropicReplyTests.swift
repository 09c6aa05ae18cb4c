import TesseraAgents
import TesseraModel
import Testing

/// What the Messages API answers, read.
@Suite struct AnthropicReplyTests {
  let dialect = AnthropicDialect()

  func reply(_ text: String, _ headers: [(String, String)] = []) throws -> ModelReply {
    try dialect.reply(from: Array(text.utf8), headers: ModelHeaders(headers))
  }

  func reply(stop: String, content: String = "[]", more: String = "") throws -> ModelReply {
    try reply(
      #"{"id":"msg_1","model":"m","content":\#(content),"stop_reason":"\#(stop)"\#(more),"usage":{"input_tokens":1}}"#)
  }

  @Test func blocksArePickedByType() throws {
    let reply = try reply(
      #"""
      {"id":"msg_1","type":"message","model":"claude-haiku-5-5-20261001","container":null,"content":[
       {"type":"thinking","thinking":"Hm.","signature":"x"},{"type":"brand_new","text":"not this"},
       {"type":"text","text":"Two ","citations":null},{"type":"text","text":"parts."},
       {"type":"tool_use","id":"t1","name":"a","input":{"k":[1]},"caller":{"type":"direct"}},
       {"type":"tool_use","id":"t2","name":"b","input":"odd"}],
       "stop_reason":"tool_use","stop_details":null,"usage":{"input_tokens":7,"cache_creation_input_tokens":100,
       "cache_read_input_tokens":50,"cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40},
       "output_tokens":9,"service_tier":"later"}}
      """#, [("Request-Id", "req_9")])
    #expect(reply.model == "claude-haiku-5-5-20261001" && reply.requestID == "req_9" && reply.stop == .toolUse)
    #expect(reply.text == "Two parts.")
    #expect(reply.calls.map(\.id) == ["t1", "t2"])
    #expect(reply.calls[0].arguments == ["k": [1]] && reply.calls[0].problem == nil)
    #expect(reply.calls[1].problem == "the arguments must be a JSON object")
    #expect(reply.assistant.elements?.count == 6)
    #expect(reply.usage == ModelUsage(input: 7, cacheWrite5m: 60, cacheWrite1h: 40, cacheRead: 50, output: 9))
    #expect(reply.json == nil, "an answer that waits for tools is not final")
  }

  @Test func stops() throws {
    #expect(try reply(stop: "end_turn").stop == .end)
    #expect(try reply(stop: "stop_sequence").stop == .end)
    #expect(try reply(stop: "max_tokens").stop == .cut)
    #expect(try reply(stop: "pause_turn").stop == .paused)
    #expect(try reply(stop: "model_context_window_exceeded").stop == .contextExceeded)
    #expect(try reply(stop: "something_new").stop == .other("something_new"))
    #expect(try reply(stop: "refusal").stop == .refused("no reason given"))
    let details = #","stop_details":{"type":"refusal","category":"cyber","explanation":"No."}"#
    #expect(try reply(stop: "refusal", more: details).stop == .refused("cyber: No."))
  }

  /// JSON is taken from finished answers only.
  @Test func cutJSONIsNone() throws {
    let whole = #"[{"type":"text","text":"{\"a\":1}"}]"#
    #expect(try reply(stop: "end_turn", content: whole).json == ["a": 1])
    #expect(try reply(stop: "max_tokens", content: whole).json == nil)
    #expect(try reply(stop: "end_turn", content: #"[{"type":"text","text":"{\"a\":"}]"#).json == nil)
  }

  @Test func whatIsNoAnswer() {
    for text in ["", "{\"id\": \"msg_", "<html>", "[]", #"{"content":"text"}"#] {
      let failure = LanguageFixture.failure { () throws(ModelFailure) in
        try dialect.reply(from: Array(text.utf8), headers: ModelHeaders())
      }
      #expect(failure?.kind == .malformed && failure?.isRetryable == false, "\(text)")
    }
    let error = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
    let failure = LanguageFixture.failure { () throws(ModelFailure) in
      try dialect.reply(from: Array(error.utf8), headers: ModelHeaders())
    }
    #expect(failure?.kind == .overloaded)
  }

  @Test(arguments: [
    (400, "invalid_request_error", ModelFailure.Kind.badRequest, false),
    (401, "authentication_error", .authentication, false), (402, "billing_error", .billing, false),
    (403, "permission_error", .permission, false), (404, "not_found_error", .notFound, false),
    (409, "conflict_error", .conflict, true), (413, "request_too_large", .tooLarge, false),
    (429, "rate_limit_error", .rateLimited(retryAfter: .seconds(3)), true), (500, "api_error", .server, true),
    (504, "timeout_error", .timeout, true), (529, "overloaded_error", .overloaded, true),
  ])
  func errors(_ status: Int, _ type: String, _ kind: ModelFailure.Kind, _ isRetryable: Bool) {
    let body = #"{"type":"error","error":{"type":"\#(type)","message":"Why."},"request_id":"req_b"}"#
    let failure = dialect.failure(
      status: status, headers: ModelHeaders([("retry-after", "3")]), body: Array(body.utf8))
    #expect(failure.kind == kind && failure.isRetryable == isRetryable)
    #expect(failure.message == "Why." && failure.requestID == "req_b" && failure.status == status)
  }
}
