import Synchronization
import TesseraIntegrations
import TesseraModel

/// A clock that stands still until a test moves it. Pauses between tries move it by themselves, at once.
final class ManualModelClock: ModelClock {
  private struct Waiter {
    let id: Int
    let end: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var elapsed = Duration.zero
    var pauses: [Duration] = []
    var waiters: [Waiter] = []
    var cancelled: Set<Int> = []
    var nextID = 0
  }

  private let state = Mutex(State())
  private let start = ContinuousClock.now
  private let wallStart = Instant(milliseconds: 1_795_600_800_000)

  func instant() -> ContinuousClock.Instant { start + state.withLock { $0.elapsed } }

  func wall() -> Instant {
    let elapsed = state.withLock { $0.elapsed }.components
    return wallStart.adding(elapsed.seconds * 1_000 + elapsed.attoseconds / 1_000_000_000_000_000)
  }

  /// What was waited between tries.
  var pauses: [Duration] { state.withLock { $0.pauses } }

  func pause(for duration: Duration) async -> Bool {
    state.withLock { $0.pauses.append(duration) }
    advance(by: duration)
    return !Task.isCancelled
  }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.elapsed += duration
      let now = start + state.elapsed
      let due = state.waiters.filter { $0.end <= now }
      state.waiters.removeAll { $0.end <= now }
      return due
    }
    for waiter in due { waiter.continuation.resume() }
  }

  func wait(until end: ContinuousClock.Instant) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          let isOver = start + state.elapsed >= end || state.cancelled.contains(id)
          if !isOver { state.waiters.append(Waiter(id: id, end: end, continuation: continuation)) }
          return isOver
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        state.cancelled.insert(id)
        guard let i = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return state.waiters.remove(at: i)
      }
      waiter?.continuation.resume()
    }
  }
}
