package import TesseraModel

/// What an answer's headers say about trying again.
package struct RetryHint: Sendable, Equatable {
  /// How long to wait; nil when it is not said.
  package let after: Duration?
  package let shouldRetry: Bool?

  /// Longer waits are cut to a day; whoever is told to wait that long gives up anyway.
  static let afterMax = 86_400.0

  /// - Parameter now: for a point in time where the answer has no `date` of its own.
  package init(_ headers: ModelHeaders, now: Instant? = nil) {
    switch headers["x-should-retry"] {
    case "true": shouldRetry = true
    case "false": shouldRetry = false
    default: shouldRetry = nil
    }
    if let milliseconds = headers["retry-after-ms"].flatMap({ Double($0) }) {
      after = RetryHint.wait(milliseconds / 1_000)
    } else if let text = headers["retry-after"] {
      // the sender's clock, against which it wrote, is better than ours
      let sent = headers["date"].flatMap { RetryDate.instant($0) } ?? now
      if let seconds = Double(text) {
        after = RetryHint.wait(seconds)
      } else if let until = RetryDate.instant(text), let sent {
        after = RetryHint.wait(Double(until.milliseconds - sent.milliseconds) / 1_000)
      } else {
        after = nil
      }
    } else {
      after = nil
    }
  }

  private static func wait(_ seconds: Double) -> Duration? {
    seconds.isNaN ? nil : .seconds(min(max(0, seconds), afterMax))
  }
}

/// Reads dates of HTTP headers, such as `Wed, 21 Oct 2026 07:28:00 GMT`.
package enum RetryDate {
  private static let months = [
    "Jan": "01", "Feb": "02", "Mar": "03", "Apr": "04", "May": "05", "Jun": "06", "Jul": "07", "Aug": "08",
    "Sep": "09", "Oct": "10", "Nov": "11", "Dec": "12",
  ]

  package static func instant(_ text: String) -> Instant? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[1].utf8.count == 2, let month = months[String(words[2])], words[5] == "GMT" else {
      return nil
    }
    return try? Instant(parsing: "\(words[3])-\(month)-\(words[1])T\(words[4])Z")
  }
}
