import TesseraModel
import Testing

@testable import TesseraAgents

@Suite struct RateHeadersTests {
  let now = (try? Instant(parsing: "2026-11-22T10:00:00Z")) ?? Instant(milliseconds: 0)

  @Test func anthropic() {
    let rates = RateHeaders(
      ModelHeaders([
        ("anthropic-ratelimit-requests-limit", "4000"), ("anthropic-ratelimit-requests-remaining", "3999"),
        ("anthropic-ratelimit-requests-reset", "2026-11-22T10:00:30Z"),
        ("anthropic-ratelimit-output-tokens-remaining", "0"),
      ]), now: now)
    #expect(rates.requests == .init(limit: 4_000, remaining: 3_999, resetAfter: .seconds(30)))
    #expect(rates.outputTokens == .init(limit: nil, remaining: 0, resetAfter: nil))
    #expect(rates.inputTokens == nil && rates.tokens == nil)
  }

  @Test func openAI() {
    let rates = RateHeaders(
      ModelHeaders([
        ("x-ratelimit-limit-tokens", "100"), ("x-ratelimit-remaining-tokens", "7"),
        ("x-ratelimit-reset-tokens", "6m0s"), ("x-ratelimit-remaining-requests", "many"),
      ]), now: now)
    #expect(rates.tokens == .init(limit: 100, remaining: 7, resetAfter: .seconds(360)))
    #expect(rates.requests == .init(limit: nil, remaining: nil, resetAfter: nil))
  }

  @Test(arguments: [
    ("1s", 1.0), ("250ms", 0.25), ("1h2m3.5s", 3_723.5), ("2026-11-22T09:00:00Z", 0), ("", nil), ("5", nil),
    ("s", nil), ("1x", nil),
  ])
  func waits(_ text: String, _ seconds: Double?) {
    let headers = ModelHeaders([("x-ratelimit-reset-tokens", text)])
    #expect(RateHeaders(headers, now: now).tokens?.resetAfter == seconds.map { .seconds($0) })
  }
}
