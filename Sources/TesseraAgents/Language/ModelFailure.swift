/// Why a model gave no answer, and what to do about it.
package struct ModelFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Sorts of failures, by what they ask for.
  package enum Kind: Sendable, Equatable {
    case badRequest
    case authentication
    case permission
    case billing
    /// Used up for good, unlike a rate.
    case quota
    case notFound
    case tooLarge
    /// Not sent: it could pass a limit of the store's own.
    case budget
    case conflict
    case rateLimited(retryAfter: Duration?)
    case overloaded
    case server
    case timeout
    case connection
    /// An answer that cannot be read.
    case malformed
    /// A filter before the model would not let the question pass.
    case refused
    /// Not sent: the provider failed too often of late.
    case breakerOpen
    /// The caller gave up.
    case cancelled
    /// Not sent: the client has been shut down.
    case closed
    /// Not sent: this provider or model cannot do it.
    case unsupported
  }

  package let kind: Kind
  /// The vendor's text or ours, one line, at most `messageMax` characters.
  package let message: String
  /// The status of the answer; nil when there was none.
  package let status: Int?
  package let requestID: String?
  /// What the header `x-should-retry` said.
  package let shouldRetry: Bool?

  /// Characters: vendors quote whole requests, and a log line should stay a line.
  package static let messageMax = 300

  package init(
    _ kind: Kind, _ message: String, status: Int? = nil, requestID: String? = nil, shouldRetry: Bool? = nil
  ) {
    self.kind = kind
    let line = message.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
    self.message = String(String(line).prefix(ModelFailure.messageMax))
    (self.status, self.requestID, self.shouldRetry) = (status, requestID, shouldRetry)
  }

  /// Whether the same request may succeed a little later.
  package var isRetryable: Bool {
    if kind == .quota { return false }
    if status != nil, let shouldRetry { return shouldRetry }
    switch kind {
    case .rateLimited, .overloaded, .server, .connection, .conflict: return true
    // one that the server reports; the caller's own deadline has no status
    case .timeout: return status != nil
    default: return false
    }
  }

  package var advice: String {
    switch kind {
    case .badRequest: "the request is wrong for this model: check its profile"
    case .authentication: "check the key and the way it is sent"
    case .permission: "the key may not use this model: ask whoever gave it out"
    case .billing: "the account has a payment problem: see the vendor's console"
    case .quota: "the account's budget at the vendor is used up: raise it or wait for the next period"
    case .budget: "agent.budget and agent.tokens are the limits"
    case .notFound: "check the model's name and the base URL"
    case .tooLarge: "the request is longer than allowed: send less"
    case .conflict, .server, .connection: "passing trouble: the next run tries again"
    case .rateLimited: "too many requests: the next run tries again"
    case .overloaded: "the provider is overloaded: the next run tries again"
    case .timeout: "no answer in time: the next run tries again"
    case .malformed: "the provider's answer is not what its API promises: check the dialect and the base URL"
    case .refused: "do not send the same text again"
    case .breakerOpen: "the provider failed too often: calls resume by themselves"
    case .cancelled, .closed: "nothing to do"
    case .unsupported: "choose another model or another way"
    }
  }

  package var description: String {
    let suffix = status.map { " (status \($0))" } ?? ""
    return "\(message)\(suffix): \(advice)"
  }
}
