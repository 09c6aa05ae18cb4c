package import TesseraModel

/// The times that calls to a model need: the wall clock for what servers write, and a steady one for waiting.
package protocol ModelClock: Sendable {
  func wall() -> Instant
  func instant() -> ContinuousClock.Instant
  /// Waits before another try. False when the task was cancelled meanwhile.
  func pause(for duration: Duration) async -> Bool
  /// Returns at `end`, or when the task is cancelled: the guard of a deadline.
  func wait(until end: ContinuousClock.Instant) async
}

/// The system's clock.
package struct SystemModelClock: ModelClock {
  private let readWall: @Sendable () -> Instant

  package init(wall: @escaping @Sendable () -> Instant) { readWall = wall }

  package func wall() -> Instant { readWall() }
  package func instant() -> ContinuousClock.Instant { .now }

  package func pause(for duration: Duration) async -> Bool {
    do {
      try await ContinuousClock().sleep(for: duration)
      return true
    } catch {
      return false
    }
  }

  package func wait(until end: ContinuousClock.Instant) async {
    try? await ContinuousClock().sleep(until: end)
  }
}
