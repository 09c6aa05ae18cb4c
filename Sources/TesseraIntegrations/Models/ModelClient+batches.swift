package import TesseraAgents
import TesseraModel

extension ModelClient {
  package func submit(batch: [(id: String, request: ModelRequest)]) async throws(ModelFailure) -> String {
    let (dialect, path) = try batching()
    let ids = Set(batch.map(\.id))
    guard ids.count == batch.count, !batch.isEmpty, batch.count <= ModelBatch.itemsMax else {
      throw ModelFailure(
        .badRequest, "a batch has 1 to \(ModelBatch.itemsMax) questions with identifiers of their own")
    }
    if let bad = batch.first(where: { !ModelBatch.isIdentifier($0.id) }) {
      throw ModelFailure(.badRequest, "\(bad.id.prefix(80)) cannot be an identifier: use letters, digits, _ and -")
    }
    let body = JSONWriter.bytes(dialect.batchBody(batch, model: name, profile: profile))
    // not sent twice when the connection fails: the first may have arrived, and both would cost
    let call = ModelCallPlan(
      path: path, body: body, requestBytesMax: ModelClientSettings.batchBytesMax, isRepeatable: false)
    return try await ask(call) { answer throws(ModelFailure) in
      try dialect.batch(from: answer.bytes, headers: answer.headers).id
    }
  }

  package func batch(_ id: String) async throws(ModelFailure) -> ModelBatch {
    let (dialect, _) = try batching()
    var batch = try await ask(ModelCallPlan(method: .get, path: try path(of: id))) { answer throws(ModelFailure) in
      try dialect.batch(from: answer.bytes, headers: answer.headers)
    }
    guard batch.state == .ended else { return batch }
    // the address in the answer is not followed: the key goes nowhere but to the base URL
    let results = ModelCallPlan(
      method: .get, path: try path(of: id, "/results"), replyBytesMax: ModelClientSettings.resultsBytesMax)
    let bytes = try await ask(results) { answer in answer.bytes }
    dialect.take(results: bytes, into: &batch)
    return batch
  }

  package func cancel(batch id: String) async throws(ModelFailure) {
    _ = try batching()
    try await ask(ModelCallPlan(path: try path(of: id, "/cancel"))) { _ in }
  }

  package func countTokens(_ request: ModelRequest) async throws(ModelFailure) -> Int {
    guard profile.hasTokenCount, let path = settings.dialect.countPath,
      case .object(var body) = settings.dialect.body(request, model: name, profile: profile)
    else { throw ModelFailure(.unsupported, "\(name) counts no tokens") }
    body[profile.maxTokensKey.rawValue] = nil
    return try await ask(ModelCallPlan(path: path, body: JSONWriter.bytes(.object(body)))) {
      answer throws(ModelFailure) in
      guard let count = (try? JSONParser.parse(answer.bytes))?["input_tokens"]?.integer else {
        throw ModelFailure(.malformed, "the answer has no input_tokens", status: answer.status)
      }
      return count
    }
  }

  package func models() async throws(ModelFailure) -> [ModelListing] {
    try await ask(ModelCallPlan(method: .get, path: settings.dialect.modelsPath)) { answer throws(ModelFailure) in
      try ModelListing.list(from: answer.bytes, headers: answer.headers)
    }
  }

  /// Only one dialect has batches.
  private func batching() throws(ModelFailure) -> (AnthropicDialect, path: String) {
    guard profile.hasBatch, let dialect = settings.dialect as? AnthropicDialect, let path = dialect.batchPath else {
      throw ModelFailure(.unsupported, "\(name) takes no batches")
    }
    return (dialect, path)
  }

  private func path(of id: String, _ part: String = "") throws(ModelFailure) -> String {
    guard let path = settings.dialect.batchPath(id, part) else {
      throw ModelFailure(.badRequest, "\(id.prefix(80)) is no identifier of a batch")
    }
    return path
  }

  private func ask<T: Sendable>(_ call: ModelCallPlan, read: @escaping Reader<T>) async throws(ModelFailure) -> T {
    let end = clock.instant() + settings.callTime
    return try await perform(call, deadline: end, record: CallRecord(), read: read).get()
  }
}
