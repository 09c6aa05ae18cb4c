import Synchronization
package import TesseraAgents
import TesseraModel

/// The door that all calls to one model of one provider pass: not more at once than the provider takes, and none while
/// it is down.
package final class ProviderGate: Sendable {
  /// What a call got at the door and gives back.
  struct Ticket: Sendable {
    let generation: Int
    let isProbe: Bool
  }

  /// What became of a call, as the door needs to know it.
  enum Outcome: Sendable {
    case answered(isRefused: Bool)
    case failed(ModelFailure.Kind)
    /// Given up by the caller, too early to blame the provider.
    case abandoned
    /// Given up after long enough to blame it.
    case late
  }

  private enum Pass: Sendable {
    case granted, cancelled, closed
  }

  private struct State {
    var limit = AdaptiveLimit()
    var breaker = CircuitBreaker()
    var running = 0
    var waiting: [(id: UInt64, continuation: CheckedContinuation<Pass, Never>)] = []
    /// Waiters that were cancelled before they could queue.
    var cancelled: Set<UInt64> = []
    var nextID: UInt64 = 0
    var isClosed = false
    /// Whoever waited for the last call to leave waits no longer.
    var isHurried = false
    var drained: [CheckedContinuation<Void, Never>] = []
    var rates: RateHeaders?

    /// Lets in whoever waits and fits.
    mutating func takeGranted() -> [CheckedContinuation<Pass, Never>] {
      let count = min(waiting.count, max(0, limit.value - running))
      let granted = waiting.prefix(count).map(\.continuation)
      waiting.removeFirst(count)
      running += count
      return granted
    }
  }

  private let state = Mutex(State())

  package init() {}

  /// Calls at once that are allowed now.
  package var limit: Int { state.withLock { $0.limit.value } }
  /// Why no calls go through at the moment; nil when they do.
  package var closedBy: CircuitBreaker.Reason? { state.withLock { $0.breaker.reason } }
  /// What the provider last said of its rates.
  package var rates: RateHeaders? { state.withLock { $0.rates } }

  /// Waits for a place. Throws `.breakerOpen`, `.closed` or `.cancelled`.
  func enter(_ clock: any ModelClock) async throws(ModelFailure) -> Ticket {
    // there is no use in waiting for a place that leads nowhere
    let (id, refusal) = state.withLock { state in
      state.nextID += 1
      return (state.nextID, state.isClosed ? nil : state.breaker.refusal(at: clock.instant()))
    }
    if let refusal { throw ProviderGate.notSent(refusal) }
    let pass = await withTaskCancellationHandler {
      await withCheckedContinuation { queue(id, $0) }
    } onCancel: {
      drop(id)
    }
    _ = state.withLock { $0.cancelled.remove(id) }
    switch pass {
    case .cancelled: throw ModelFailure(.cancelled, "the call was cancelled")
    case .closed: throw ModelFailure(.closed, "the client has been shut down")
    case .granted: break
    }
    let (admission, generation) = state.withLock { state in
      (state.breaker.admit(at: clock.instant()), state.limit.generation)
    }
    switch admission {
    case .yes: return Ticket(generation: generation, isProbe: false)
    case .probe: return Ticket(generation: generation, isProbe: true)
    case .no(let reason):
      release { _ in }
      throw ProviderGate.notSent(reason)
    }
  }

  private static func notSent(_ reason: CircuitBreaker.Reason) -> ModelFailure {
    ModelFailure(.breakerOpen, "not sent because of \(reason.rawValue)")
  }

  private func queue(_ id: UInt64, _ continuation: CheckedContinuation<Pass, Never>) {
    let pass: Pass? = state.withLock { state in
      if state.cancelled.contains(id) { return .cancelled }
      if state.isClosed { return .closed }
      if state.waiting.isEmpty, state.running < state.limit.value {
        state.running += 1
        return .granted
      }
      state.waiting.append((id, continuation))
      return nil
    }
    if let pass { continuation.resume(returning: pass) }
  }

  private func drop(_ id: UInt64) {
    let continuation = state.withLock { state -> CheckedContinuation<Pass, Never>? in
      if let i = state.waiting.firstIndex(where: { $0.id == id }) { return state.waiting.remove(at: i).continuation }
      state.cancelled.insert(id)
      return nil
    }
    continuation?.resume(returning: .cancelled)
  }

  /// Gives the place back and learns from how the call went.
  func leave(_ ticket: Ticket, _ outcome: Outcome, headers: ModelHeaders?, clock: any ModelClock) {
    let now = clock.instant()
    let rates = headers.map { RateHeaders($0, now: clock.wall()) }
    release { state in
      if let rates, rates.requests != nil || rates.tokens != nil || rates.inputTokens != nil { state.rates = rates }
      switch outcome {
      case .answered(let isRefused):
        state.limit.succeeded()
        state.breaker.record(.success, isProbe: ticket.isProbe, at: now)
        state.breaker.recordReply(isRefused: isRefused, at: now)
      case .failed(let kind):
        if ProviderGate.asksForLess(kind) { state.limit.refused(generation: ticket.generation) }
        let isFault = ProviderGate.isFault(kind)
        state.breaker.record(isFault ? .failure : .neither, isProbe: ticket.isProbe, at: now)
      case .late: state.breaker.record(.failure, isProbe: ticket.isProbe, at: now)
      case .abandoned: state.breaker.record(.neither, isProbe: ticket.isProbe, at: now)
      }
    }
  }

  func noteValidation(isAccepted: Bool, at now: ContinuousClock.Instant) {
    state.withLock { $0.breaker.recordValidation(isAccepted: isAccepted, at: now) }
  }

  /// Lets no more calls in. Returns when the last one has left, or when the task is cancelled.
  func close() async {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.continuation.resume(returning: .closed) }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          let isOver = state.running == 0 || state.isHurried
          if !isOver { state.drained.append(continuation) }
          return isOver
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let drained = state.withLock { state in
        state.isHurried = true
        defer { state.drained = [] }
        return state.drained
      }
      for continuation in drained { continuation.resume() }
    }
  }

  private func release(_ change: (inout sending State) -> Void) {
    let (granted, drained) = state.withLock { state in
      state.running -= 1
      change(&state)
      let granted = state.takeGranted()
      guard state.running == 0 else { return (granted, [CheckedContinuation<Void, Never>]()) }
      defer { state.drained = [] }
      return (granted, state.drained)
    }
    for continuation in granted { continuation.resume(returning: .granted) }
    for continuation in drained { continuation.resume() }
  }

  private static func asksForLess(_ kind: ModelFailure.Kind) -> Bool {
    switch kind {
    case .rateLimited, .overloaded: true
    default: false
    }
  }

  /// Whether the provider, or the account there, is at fault, so that the next call would fare no better.
  private static func isFault(_ kind: ModelFailure.Kind) -> Bool {
    switch kind {
    case .authentication, .permission, .billing, .quota, .overloaded, .server, .timeout, .connection, .malformed: true
    default: false
    }
  }
}
