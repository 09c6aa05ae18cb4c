package import TesseraModel

/// What the engine takes for now: the wall clock, or a shop's clock that stands still or runs fast.
package protocol EngineClock: Sendable {
  func now() -> Instant
  /// How far ahead of `now` a client's clock may be for its facts to count at once, milliseconds.
  var toleranceMilliseconds: Int64 { get }
}

/// A clock that stands still, for backtests and tests.
package struct FixedClock: EngineClock {
  private let instant: Instant
  package init(_ instant: Instant) { self.instant = instant }
  package func now() -> Instant { instant }
  package var toleranceMilliseconds: Int64 { 0 }
}
