import TesseraAgents
import TesseraModel
import Testing

@Suite struct ModelFailureTests {
  @Test func messagesAreOneShortLine() {
    let failure = ModelFailure(.badRequest, String(repeating: "é", count: 400) + "\n", status: 400)
    #expect(failure.message.count == ModelFailure.messageMax)
    #expect(ModelFailure(.server, "a\r\nb\u{7f}c").message == "a  b c")
    #expect(failure.description.hasSuffix("(status 400): the request is wrong for this model: check its profile"))
  }

  @Test func theHeaderOverrules() {
    #expect(!ModelFailure(.server, "", status: 500, shouldRetry: false).isRetryable)
    #expect(ModelFailure(.badRequest, "", status: 400, shouldRetry: true).isRetryable)
    #expect(!ModelFailure(.quota, "", status: 429, shouldRetry: true).isRetryable, "what is used up stays so")
  }

  @Test func timeouts() {
    #expect(ModelFailure(.timeout, "", status: 504).isRetryable)
    #expect(!ModelFailure(.timeout, "").isRetryable, "the caller's own deadline is final")
    #expect(ModelFailure(.connection, "").isRetryable)
    #expect(!ModelFailure(.malformed, "", status: 200).isRetryable, "it was answered, and paid for")
  }
}
