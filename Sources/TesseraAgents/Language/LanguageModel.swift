/// A language model that can be asked, wherever it runs.
package protocol LanguageModel: Sendable {
  /// The model's name at its provider.
  var name: String { get }
  var profile: ModelProfile { get }

  /// Asks one question. Tries again where that may help, and gives up at `deadline`. Never throws: what was sent and
  /// received is part of the record whatever came of it.
  func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange

  /// Tells the breaker whether an answer passed the caller's validation.
  func noteValidation(isAccepted: Bool)

  /// Hands in questions for later at a lower price. Identifiers are unique: letters, digits, `_` and `-`, at most 64.
  /// - Returns: the batch's identifier.
  func submit(batch: [(id: String, request: ModelRequest)]) async throws(ModelFailure) -> String

  /// How a batch stands, with the results once it has ended.
  func batch(_ id: String) async throws(ModelFailure) -> ModelBatch

  /// Asks for the end of a batch. What was answered already stays, and costs.
  func cancel(batch id: String) async throws(ModelFailure)

  /// Tokens of a request's prompt, counted by the provider.
  func countTokens(_ request: ModelRequest) async throws(ModelFailure) -> Int

  /// The models that the provider offers, for a check at the start.
  func models() async throws(ModelFailure) -> [ModelListing]
}

extension LanguageModel {
  package func noteValidation(isAccepted: Bool) {}

  package func submit(batch: [(id: String, request: ModelRequest)]) async throws(ModelFailure) -> String {
    throw ModelFailure(.unsupported, "\(name) takes no batches")
  }

  package func batch(_ id: String) async throws(ModelFailure) -> ModelBatch {
    throw ModelFailure(.unsupported, "\(name) takes no batches")
  }

  package func cancel(batch id: String) async throws(ModelFailure) {
    throw ModelFailure(.unsupported, "\(name) takes no batches")
  }

  package func countTokens(_ request: ModelRequest) async throws(ModelFailure) -> Int {
    throw ModelFailure(.unsupported, "\(name) counts no tokens")
  }

  package func models() async throws(ModelFailure) -> [ModelListing] {
    throw ModelFailure(.unsupported, "\(name) lists no models")
  }
}
