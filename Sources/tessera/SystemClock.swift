import Foundation
import TesseraModel
import TesseraRuntime

/// The machine's wall clock.
struct SystemClock: EngineClock {
  /// Browsers' clocks are often a little ahead.
  let toleranceMilliseconds: Int64 = 5_000

  func now() -> Instant { Instant(milliseconds: Int64((Date.now.timeIntervalSince1970 * 1_000).rounded(.down))) }
}

/// A clock that runs faster than the wall: the demo's shop lives an hour in a minute.
struct FastClock: EngineClock {
  let start: Instant
  let wallStart: Instant
  let factor: Int64
  var toleranceMilliseconds: Int64 { 5_000 * factor }

  /// Starts now at `start`.
  init(start: Instant, factor: Int64) {
    (self.start, self.factor) = (start, factor)
    wallStart = SystemClock().now()
  }

  func now() -> Instant { start.adding((SystemClock().now().milliseconds - wallStart.milliseconds) * factor) }
}
