package import TesseraModel

/// What a provider says about the rates that are left, from the headers of an answer.
package struct RateHeaders: Sendable, Equatable {
  /// One rate; each part is nil when it is not said.
  package struct Window: Sendable, Equatable {
    package let limit: Int?
    package let remaining: Int?
    /// Until it is whole again; never negative.
    package let resetAfter: Duration?
  }

  package let requests: Window?
  /// Of input and output together.
  package let tokens: Window?
  package let inputTokens: Window?
  package let outputTokens: Window?

  /// - Parameter now: for resets that are given as points in time.
  package init(_ headers: ModelHeaders, now: Instant) {
    func window(_ name: String) -> Window? {
      let vendor = "anthropic-ratelimit-\(name)-"
      let parts = ["limit", "remaining", "reset"].map { part in
        headers[vendor + part] ?? headers["x-ratelimit-\(part)-\(name)"]
      }
      guard parts.contains(where: { $0 != nil }) else { return nil }
      return Window(
        limit: parts[0].flatMap { Int($0) }, remaining: parts[1].flatMap { Int($0) },
        resetAfter: parts[2].flatMap { RateHeaders.wait($0, now: now) })
    }
    requests = window("requests")
    tokens = window("tokens")
    inputTokens = window("input-tokens")
    outputTokens = window("output-tokens")
  }

  /// Reads `1s`, `6m0s`, `250ms`, `1h2m3.5s` or a time in RFC 3339.
  static func wait(_ text: String, now: Instant) -> Duration? {
    if let at = try? Instant(parsing: text) { return .milliseconds(max(0, at.milliseconds - now.milliseconds)) }
    var seconds = 0.0
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest[digits.endIndex...]
      let unit = rest.prefix { $0.isLetter }
      rest = rest[unit.endIndex...]
      guard let number = Double(digits), let factor = units[String(unit)] else { return nil }
      seconds += number * factor
    }
    return .seconds(min(seconds, RetryHint.afterMax))
  }

  private static let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
}
