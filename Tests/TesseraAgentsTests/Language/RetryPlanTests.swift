import TesseraAgents
import TesseraModel
import Testing

@Suite struct RetryPlanTests {
  static let now = Instant(milliseconds: 1_792_567_680_000)
  let overloaded = ModelFailure(.overloaded, "", status: 529)

  func delay(
    _ tries: Int, _ failure: ModelFailure? = nil, _ headers: [(String, String)] = [], unit: Double = 0,
    isRepeatable: Bool = true, most: Int = 4
  ) -> Duration? {
    RetryPlan(triesMax: most).delay(
      after: tries, failure ?? overloaded, headers: ModelHeaders(headers), at: RetryPlanTests.now,
      isRepeatable: isRepeatable, unit: unit)
  }

  @Test func waitsDouble() {
    #expect((1...3).map { delay($0) } == [.seconds(0.5), .seconds(1), .seconds(2)])
    #expect(delay(4) == nil, "four tries are the most")
    #expect(delay(5, most: 9) == .seconds(8) && delay(8, most: 9) == .seconds(8))
    #expect(delay(1, unit: 1) == .seconds(0.375) && delay(3, unit: 0.5) == .seconds(1.75))
  }

  @Test func headersCount() {
    #expect(delay(1, nil, [("retry-after-ms", "250"), ("retry-after", "9")]) == .seconds(0.25))
    #expect(delay(1, nil, [("Retry-After", "7")]) == .seconds(7))
    #expect(delay(1, nil, [("retry-after", "-7")]) == .zero)
    #expect(delay(1, nil, [("retry-after", "1e99")]) == .seconds(86_400))
    #expect(delay(1, nil, [("retry-after", "soon")]) == .seconds(0.5))
    #expect(delay(1, nil, [("retry-after", "nan")]) == .seconds(0.5))
  }

  @Test func dates() throws {
    let text = "Wed, 21 Oct 2026 07:28:00 GMT"
    #expect(RetryDate.instant(text)?.description == "2026-10-21T07:28:00Z")
    #expect(RetryDate.instant("Wed, 21 Foo 2026 07:28:00 GMT") == nil && RetryDate.instant("") == nil)
    let now = try #require(RetryDate.instant("Wed, 21 Oct 2026 07:27:30 GMT"))
    #expect(RetryHint(ModelHeaders([("retry-after", text)]), now: now).after == .seconds(30))
    let sent = ModelHeaders([("retry-after", text), ("date", "Wed, 21 Oct 2026 07:27:50 GMT")])
    #expect(RetryHint(sent, now: now).after == .seconds(10), "the sender's own clock counts")
    #expect(RetryHint(ModelHeaders([("retry-after", text)])).after == nil)
  }

  @Test func notEverythingIsTriedAgain() {
    #expect(delay(1, ModelFailure(.badRequest, "", status: 400)) == nil)
    #expect(delay(1, ModelFailure(.malformed, "")) == nil)
    let lost = ModelFailure(.connection, "")
    #expect(delay(1, lost) != nil)
    #expect(delay(1, lost, isRepeatable: false) == nil, "it may have arrived")
    #expect(delay(1, isRepeatable: false) != nil, "it was refused, so it did nothing")
    #expect(RetryHint(ModelHeaders([("x-should-retry", "false")])).shouldRetry == false)
  }
}
