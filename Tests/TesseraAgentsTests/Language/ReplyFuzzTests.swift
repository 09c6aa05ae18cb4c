import TesseraAgents
import TesseraModel
import Testing

/// Answers with bytes changed at random: they are read or refused, and never end the process.
@Suite struct ReplyFuzzTests {
  static let answers = [
    #"{"id":"m","model":"x","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"t","name":"n","input":{}}],"#
      + #""stop_reason":"tool_use","usage":{"input_tokens":99999999999,"cache_creation_input_tokens":5,"#
      + #""cache_creation":{"ephemeral_1h_input_tokens":9},"output_tokens":-1}}"#,
    #"{"model":"x","choices":[{"message":{"content":"a","tool_calls":[{"id":"c","function":{"name":"n","#
      + #""arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1e99,"#
      + #""prompt_tokens_details":{"cached_tokens":7}}}"#,
    #"{"type":"error","error":{"type":"overloaded_error","message":"m","code":"c"},"request_id":"r"}"#,
  ]

  @Test func changedBytes() {
    var generator = XorShift(state: 0x9E37_79B9_7F4A_7C15)
    var read = 0
    for answer in ReplyFuzzTests.answers {
      for _ in 0..<2_000 {
        var bytes = Array(answer.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
          let i = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: bytes[i] = UInt8.random(in: 0...255, using: &generator)
          case 1: bytes.remove(at: i)
          default: bytes.insert(contentsOf: "{}[]\"1e".utf8.shuffled(using: &generator).prefix(2), at: i)
          }
        }
        for dialect in [AnthropicDialect(), ChatCompletionsDialect()] as [any ModelDialect] {
          let headers = ModelHeaders([("retry-after", String(decoding: bytes.prefix(9), as: UTF8.self))])
          if let reply = try? dialect.reply(from: bytes, headers: headers) {
            read += 1
            let usage = reply.usage
            #expect(min(usage.input, usage.cacheRead, usage.cacheWrite5m, usage.cacheWrite1h, usage.output) >= 0)
          }
          let failure = dialect.failure(status: 429, headers: headers, body: bytes)
          #expect(failure.message.count <= ModelFailure.messageMax)
        }
      }
    }
    #expect(read > 500, "some are still answers")
  }
}

/// A small generator with a seed (Marsaglia's xorshift64).
private struct XorShift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
