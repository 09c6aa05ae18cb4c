package import TesseraModel

/// When a failed request is sent again: as the vendors' own clients do it, with fewer tries.
package struct RetryPlan: Sendable, Equatable {
  /// Tries in all: what fails four times over some eight seconds is an outage, which the breaker handles.
  package static let triesMax = 4
  /// Seconds before the second try; each later wait is twice as long.
  static let first = 0.5
  /// Seconds: longer waits only use up the deadline.
  static let longest = 8.0
  /// The share of a wait that chance takes off, so that clients which failed together do not return together.
  static let jitter = 0.25

  package let triesMax: Int

  package init(triesMax: Int = RetryPlan.triesMax) { self.triesMax = triesMax }

  /// How long to wait before the next try, or nil to give up.
  /// - Parameters:
  ///   - tries: how many were made, from 1.
  ///   - isRepeatable: whether doing it twice does no harm. If not, only an answer that refused it allows another try.
  ///   - unit: a random number from 0 to 1.
  package func delay(
    after tries: Int, _ failure: ModelFailure, headers: ModelHeaders, at now: Instant, isRepeatable: Bool = true,
    unit: Double
  ) -> Duration? {
    guard tries < triesMax, failure.isRetryable, isRepeatable || failure.status != nil else { return nil }
    if let after = RetryHint(headers, now: now).after { return after }
    var wait = RetryPlan.first
    for _ in 1..<max(1, tries) { wait = min(wait * 2, RetryPlan.longest) }
    return .seconds(min(wait, RetryPlan.longest) * (1 - RetryPlan.jitter * min(max(0, unit), 1)))
  }
}
