package import TesseraModel

/// The wire format of a family of providers: bodies, headers and answers, without the wire.
package protocol ModelDialect: Sendable {
  /// Where questions are posted, after the base URL.
  var path: String { get }
  /// Where models are listed.
  var modelsPath: String { get }
  /// Where tokens are counted; nil when they cannot be.
  var countPath: String? { get }
  /// Where batches are posted; nil when there are none.
  var batchPath: String? { get }

  /// Headers of every request, the key among them.
  func headers(key: String) -> [(String, String)]

  /// The body of a question. The same beginning of a request gives the same beginning of bytes, as prompt caches need.
  func body(_ request: ModelRequest, model: String, profile: ModelProfile) -> JSONValue

  /// Reads an answer with a status of 2xx. Throws `.malformed` when it is not one.
  func reply(from bytes: [UInt8], headers: ModelHeaders) throws(ModelFailure) -> ModelReply

  /// Reads an answer with any other status.
  func failure(status: Int, headers: ModelHeaders, body: [UInt8]) -> ModelFailure
}

/// The dialects there are, by the names that settings use.
package enum ModelDialectName: String, Sendable, CaseIterable {
  case anthropic
  case chatCompletions = "chat-completions"

  package var dialect: any ModelDialect {
    switch self {
    case .anthropic: AnthropicDialect()
    case .chatCompletions: ChatCompletionsDialect()
    }
  }
}

extension ModelDialect {
  /// Where a part of `path` below the batches is; nil for an identifier that could lead elsewhere.
  package func batchPath(_ id: String, _ part: String = "") -> String? {
    let isPlain =
      !id.isEmpty && id.utf8.count <= 128
      && id.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 32) || $0 == 95 || $0 == 45 }
    guard isPlain, let batchPath else { return nil }
    return batchPath + "/" + id + part
  }
}

/// Statuses that mean the same in every dialect.
enum ModelStatus {
  static func kind(_ status: Int, headers: ModelHeaders) -> ModelFailure.Kind {
    switch status {
    case 401: .authentication
    case 402: .billing
    case 403: .permission
    case 404: .notFound
    case 408, 504: .timeout
    case 409: .conflict
    case 413: .tooLarge
    case 429: .rateLimited(retryAfter: RetryHint(headers).after)
    case 503, 529: .overloaded
    case 500...: .server
    default: .badRequest
    }
  }

  /// What to say when the body holds no message.
  static func silence(_ status: Int) -> String {
    (300..<400).contains(status)
      ? "the provider sends elsewhere, which is not followed because the key would go along"
      : "the provider answered \(status) without a reason"
  }

  static func malformed(_ why: String, headers: ModelHeaders) -> ModelFailure {
    ModelFailure(.malformed, why, status: 200, requestID: headers["request-id"] ?? headers["x-request-id"])
  }
}
