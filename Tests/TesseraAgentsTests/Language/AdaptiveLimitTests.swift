import TesseraAgents
import Testing

@Suite struct AdaptiveLimitTests {
  @Test func growsByOne() {
    var limit = AdaptiveLimit()
    #expect(limit.value == 4)
    for _ in 0..<19 { limit.succeeded() }
    #expect(limit.value == 4)
    limit.succeeded()
    #expect(limit.value == 5)
    for _ in 0..<5_000 { limit.succeeded() }
    #expect(limit.value == AdaptiveLimit.most)
  }

  @Test func halves() {
    var limit = AdaptiveLimit(start: 8)
    limit.refused(generation: limit.generation)
    #expect(limit.value == 4)
    limit.refused(generation: 0)
    #expect(limit.value == 4, "calls that were refused together count once")
    for _ in 0..<5 { limit.refused(generation: limit.generation) }
    #expect(limit.value == 1, "one call always goes")
  }
}
