import TesseraAgents
import Testing

@Suite struct CircuitBreakerTests {
  let start = ContinuousClock.now

  @Test func fiveOfTwenty() {
    var breaker = CircuitBreaker()
    // one failure in four calls over a long time: the fifth failure comes with the seventeenth call
    for i in 0..<16 {
      breaker.record(i % 4 == 0 ? .failure : .success, isProbe: false, at: start + .seconds(i * 200))
    }
    #expect(breaker.admit(at: start) == .yes)
    breaker.record(.neither, isProbe: false, at: start)
    #expect(breaker.admit(at: start) == .yes)
    breaker.record(.failure, isProbe: false, at: start + .seconds(4_000))
    #expect(breaker.admit(at: start + .seconds(4_000)) == .no(.failures) && breaker.reason == .failures)
  }

  @Test func oldFailuresAreForgotten() {
    var breaker = CircuitBreaker()
    for i in 0..<200 { breaker.record(i % 5 == 0 ? .failure : .success, isProbe: false, at: start + .seconds(i * 60)) }
    #expect(breaker.admit(at: start) == .yes, "four of twenty are not enough")
  }

  @Test func shareOfTwoMinutes() {
    var breaker = CircuitBreaker()
    for i in 0..<10 { breaker.record(i < 4 ? .failure : .success, isProbe: false, at: start + .seconds(i)) }
    #expect(breaker.reason == .errorRate, "four of ten")
    breaker = CircuitBreaker()
    for i in 0..<4 { breaker.record(.failure, isProbe: false, at: start + .seconds(i)) }
    for i in 0..<12 { breaker.record(.success, isProbe: false, at: start + .seconds(200 + i)) }
    #expect(breaker.reason == nil, "the failures are older than two minutes")
  }

  @Test func oneProbe() {
    var breaker = CircuitBreaker()
    for _ in 0..<5 { breaker.record(.failure, isProbe: false, at: start) }
    #expect(breaker.admit(at: start + .seconds(59)) == .no(.failures))
    let later = start + .seconds(60)
    #expect(breaker.admit(at: later) == .probe)
    #expect(breaker.admit(at: later) == .no(.failures), "all others wait for the probe")
    breaker.record(.success, isProbe: false, at: later)
    #expect(breaker.admit(at: later) == .no(.failures), "a call from before says nothing")
    breaker.record(.failure, isProbe: true, at: later)
    #expect(breaker.admit(at: later + .seconds(59)) == .no(.failures))
    #expect(breaker.admit(at: later + .seconds(60)) == .probe)
    breaker.record(.neither, isProbe: true, at: later + .seconds(61))
    #expect(breaker.admit(at: later + .seconds(61)) == .probe, "a probe that was given up is repeated")
    breaker.record(.success, isProbe: true, at: later + .seconds(62))
    #expect(breaker.admit(at: later + .seconds(62)) == .yes && breaker.reason == nil)
    breaker.record(.failure, isProbe: false, at: later + .seconds(63))
    #expect(breaker.admit(at: later + .seconds(63)) == .yes, "it starts with a clean slate")
  }

  @Test func answersWithoutUse() {
    var breaker = CircuitBreaker()
    for i in 0..<49 { breaker.recordValidation(isAccepted: i % 2 == 0, at: start) }
    #expect(breaker.reason == nil)
    breaker.recordValidation(isAccepted: false, at: start)
    #expect(breaker.reason == nil, "half is enough")
    for _ in 0..<2 { breaker.recordValidation(isAccepted: false, at: start) }
    #expect(breaker.reason == .rejected)
  }

  @Test func refusals() {
    var breaker = CircuitBreaker()
    for i in 0..<50 { breaker.recordReply(isRefused: i >= 45, at: start) }
    #expect(breaker.reason == nil, "five of fifty are a tenth")
    breaker.recordReply(isRefused: true, at: start)
    #expect(breaker.reason == .refusals)
  }
}
