import TesseraAgents
import TesseraModel

/// A model that gives the same answer to every question.
struct AnsweringModel: LanguageModel {
  let name = "claude-haiku-5-5"
  let profile = ModelProfile()
  let result: Result<ModelReply, ModelFailure>

  static let usage = ModelUsage(input: 1_000, output: 200)

  init(_ text: String) {
    result = .success(
      ModelReply(
        model: "claude-haiku-5-5", requestID: nil, stop: .end, text: text, calls: [], assistant: [],
        usage: AnsweringModel.usage))
  }

  init(_ failure: ModelFailure) { result = .failure(failure) }

  func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange {
    ModelExchange(
      requestBytes: Array("{\"asked\":\"<script>alert(5)</script>\",\"text\":\"<data>\"}".utf8),
      responseBytes: Array("<img src=x>".utf8), attempts: 2, result: result, latency: .milliseconds(7))
  }
}
