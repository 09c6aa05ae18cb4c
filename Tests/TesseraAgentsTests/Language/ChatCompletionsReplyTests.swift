import TesseraAgents
import TesseraModel
import Testing

/// What Chat Completions answers, read.
@Suite struct ChatCompletionsReplyTests {
  let dialect = ChatCompletionsDialect()

  func reply(_ message: String, _ finish: String = "stop", usage: String = "{}") throws -> ModelReply {
    let text =
      #"{"id":"c1","model":"m","new":1,"choices":[{"index":0,"message":\#(message),"finish_reason":"\#(finish)"}],"#
      + #""usage":\#(usage)}"#
    return try dialect.reply(from: Array(text.utf8), headers: ModelHeaders([("X-Request-Id", "r1")]))
  }

  @Test func textAndUsage() throws {
    let usage =
      #"{"prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":30}}"#
    let reply = try reply(#"{"role":"assistant","content":"{\"a\":1}","annotations":[],"refusal":null}"#, usage: usage)
    #expect(reply.model == "m" && reply.requestID == "r1" && reply.stop == .end && reply.json == ["a": 1])
    #expect(reply.usage == ModelUsage(input: 10, cacheWrite5m: 30, cacheRead: 60, output: 5))
    #expect(reply.usage.prompt == 100)
    #expect(reply.assistant == ["role": "assistant", "content": "{\"a\":1}"], "annotations are not sent back")
  }

  @Test func calls() throws {
    let message = #"""
      {"role":"assistant","content":null,"tool_calls":[
       {"id":"c1","type":"function","function":{"name":"a","arguments":"{\"k\":[1]}"},"extra_content":{"s":"x"}},
       {"id":"c2","type":"function","function":{"name":"b","arguments":"{\"k\":"}},
       {"id":"c3","type":"function","function":{"name":"c","arguments":"[1]"}},
       {"id":"c4","type":"function","function":{"name":"d","arguments":""}},
       {"type":"function"}]}
      """#
    for finish in ["tool_calls", "stop", "function_call"] {
      let reply = try reply(message, finish)
      #expect(reply.stop == .toolUse && reply.text == nil)
      #expect(reply.calls.map(\.id) == ["c1", "c2", "c3", "c4", "call_4"])
      #expect(reply.calls[0].arguments == ["k": [1]] && reply.calls[0].problem == nil)
      #expect(reply.calls[1].problem?.hasPrefix("the arguments are not JSON: byte 5") == true)
      #expect(reply.calls[2].problem == "the arguments must be a JSON object")
      #expect(reply.calls[3].problem == nil && reply.calls[3].arguments == [:])
      #expect(reply.calls[4].problem == "the call names no function")
      #expect(reply.assistant["tool_calls"]?.elements?.first?["extra_content"] == ["s": "x"])
    }
  }

  @Test func stops() throws {
    #expect(try reply(#"{"content":"x"}"#, "length").stop == .cut)
    #expect(try reply(#"{"content":null}"#, "content_filter").stop == .refused("content filter"))
    #expect(try reply(#"{"content":null,"refusal":"I can't."}"#).stop == .refused("I can't."))
    #expect(try reply(#"{"content":"x"}"#, "novel").stop == .other("novel"))
  }

  @Test func listsOfParts() throws {
    let parts = #"{"content":[{"type":"text","text":"a"},{"type":"other"},{"type":"text","text":"b"}]}"#
    #expect(try reply(parts).text == "ab")
  }

  @Test func whatIsNoAnswer() {
    for text in ["", "{", #"{"choices":[]}"#, #"{"choices":[{"message":null}]}"#, "null"] {
      let failure = LanguageFixture.failure { () throws(ModelFailure) in
        try dialect.reply(from: Array(text.utf8), headers: ModelHeaders())
      }
      #expect(failure?.kind == .malformed, "\(text)")
    }
  }

  func failure(_ status: Int, _ body: String) -> ModelFailure {
    dialect.failure(status: status, headers: ModelHeaders(), body: Array(body.utf8))
  }

  @Test func errors() {
    let quota = failure(429, #"{"error":{"message":"Pay.","type":"insufficient_quota","code":"insufficient_quota"}}"#)
    #expect(quota.kind == .quota && !quota.isRetryable)
    let rate = failure(429, #"{"error":{"message":"Slow.","type":"requests","code":"rate_limit_exceeded"}}"#)
    #expect(rate.kind == .rateLimited(retryAfter: nil) && rate.isRetryable)
    #expect(failure(400, #"{"error":{"message":"m","code":"context_length_exceeded"}}"#).kind == .tooLarge)
    #expect(failure(400, #"{"error":{"message":"m","code":"content_filter"}}"#).kind == .refused)
    #expect(failure(404, #"{"error":"model not found"}"#).message == "model not found")
    #expect(failure(502, "<html>bad gateway</html>").kind == .server)
    #expect(failure(302, "").message.contains("not followed"))
  }
}
