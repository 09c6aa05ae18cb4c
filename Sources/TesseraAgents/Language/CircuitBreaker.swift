/// Keeps calls away from a provider that fails, or whose answers are no use, and lets one through from time to time to
/// see whether it is well again.
package struct CircuitBreaker: Sendable {
  /// What became of a call.
  package enum Outcome: Sendable {
    case success
    case failure
    /// Neither speaks for the provider nor against it: a wrong request, a rate, a caller that gave up.
    case neither
  }

  /// Whether a call may go.
  package enum Admission: Sendable, Equatable {
    case yes
    /// Yes, and all others wait for how it ends.
    case probe
    case no(Reason)
  }

  /// Why the breaker opened.
  package enum Reason: String, Sendable {
    case failures = "too many failures in a row"
    case errorRate = "too large a share of failures"
    case rejected = "too many answers without use"
    case refusals = "too many refusals"
  }

  /// Calls looked back on, and how many failures among them are too many.
  static let recentMax = 20, recentFailures = 5
  /// The share of failures over two minutes that is too much, and how many calls make it a share.
  static let errorShare = 0.3, errorCallsMin = 10
  static let errorWindow = 12, errorSlot = Duration.seconds(10)
  /// Runs looked back on, and the accepted share that is too little: below it the money is better spent elsewhere.
  static let validationRuns = 50, acceptedShare = 0.5
  /// Replies looked back on, and the refused share that is too much.
  static let refusalReplies = 50, refusedShare = 0.1
  /// How long no call is let through.
  static let rest = Duration.seconds(60)

  private enum State {
    case closed
    case open(since: ContinuousClock.Instant)
    case probing
  }

  /// Calls of ten seconds.
  private struct Slot {
    let start: ContinuousClock.Instant
    var calls = 0
    var failures = 0
  }

  private var state = State.closed
  private var slots: [Slot] = []
  private var recent: [Bool] = []
  private var accepted: [Bool] = []
  private var refused: [Bool] = []
  /// Why it opened the last time; nil while it is closed.
  package private(set) var reason: Reason?

  package init() {}

  /// Why no call may go at `now`; nil when one may.
  package func refusal(at now: ContinuousClock.Instant) -> Reason? {
    switch state {
    case .closed: nil
    case .probing: reason ?? .failures
    case .open(let since): now - since >= CircuitBreaker.rest ? nil : reason ?? .failures
    }
  }

  /// Asks for a call at `now`. After a `.probe` the outcome must be recorded with `isProbe`.
  package mutating func admit(at now: ContinuousClock.Instant) -> Admission {
    if let reason = refusal(at: now) { return .no(reason) }
    guard case .open = state else { return .yes }
    state = .probing
    return .probe
  }

  package mutating func record(_ outcome: Outcome, isProbe: Bool, at now: ContinuousClock.Instant) {
    if isProbe {
      switch outcome {
      case .success: close()
      case .failure: state = .open(since: now)
      // the next call finds out: the rest is over already
      case .neither: state = .open(since: now - CircuitBreaker.rest)
      }
      return
    }
    // calls that began before it opened say nothing new
    guard case .closed = state, outcome != .neither else { return }
    let isFailure = outcome == .failure
    CircuitBreaker.push(isFailure, to: &recent, CircuitBreaker.recentMax)
    count(isFailure, at: now)
    if recent.count(where: { $0 }) >= CircuitBreaker.recentFailures {
      open(.failures, at: now)
    } else if failsTooOften {
      open(.errorRate, at: now)
    }
  }

  /// Notes whether an answer passed the caller's validation.
  package mutating func recordValidation(isAccepted: Bool, at now: ContinuousClock.Instant) {
    guard case .closed = state else { return }
    CircuitBreaker.push(isAccepted, to: &accepted, CircuitBreaker.validationRuns)
    let limit = CircuitBreaker.acceptedShare * Double(CircuitBreaker.validationRuns)
    if accepted.count == CircuitBreaker.validationRuns, Double(accepted.count(where: { $0 })) < limit {
      open(.rejected, at: now)
    }
  }

  /// Notes whether the model refused to answer.
  package mutating func recordReply(isRefused: Bool, at now: ContinuousClock.Instant) {
    guard case .closed = state else { return }
    CircuitBreaker.push(isRefused, to: &refused, CircuitBreaker.refusalReplies)
    let limit = CircuitBreaker.refusedShare * Double(CircuitBreaker.refusalReplies)
    if refused.count == CircuitBreaker.refusalReplies, Double(refused.count(where: { $0 })) > limit {
      open(.refusals, at: now)
    }
  }

  private mutating func count(_ isFailure: Bool, at now: ContinuousClock.Instant) {
    if slots.last.map({ now - $0.start >= CircuitBreaker.errorSlot }) ?? true { slots.append(Slot(start: now)) }
    slots[slots.count - 1].calls += 1
    if isFailure { slots[slots.count - 1].failures += 1 }
    slots.removeAll { now - $0.start >= CircuitBreaker.errorSlot * CircuitBreaker.errorWindow }
  }

  private var failsTooOften: Bool {
    let calls = slots.reduce(0) { $0 + $1.calls }
    let failures = slots.reduce(0) { $0 + $1.failures }
    return calls >= CircuitBreaker.errorCallsMin && Double(failures) > CircuitBreaker.errorShare * Double(calls)
  }

  private mutating func open(_ reason: Reason, at now: ContinuousClock.Instant) {
    self.reason = reason
    state = .open(since: now)
    (slots, recent, accepted, refused) = ([], [], [], [])
  }

  private mutating func close() {
    state = .closed
    reason = nil
  }

  private static func push(_ value: Bool, to values: inout [Bool], _ most: Int) {
    values.append(value)
    if values.count > most { values.removeFirst() }
  }
}
