import Synchronization
package import TesseraModel
import TesseraRuntime

/// A clock that a test moves.
package final class ManualClock: EngineClock {
  private let instant: Mutex<Instant>

  package init(_ instant: Instant) { self.instant = Mutex(instant) }

  package func now() -> Instant { instant.withLock { $0 } }
  package func set(_ new: Instant) { instant.withLock { $0 = new } }
  package var toleranceMilliseconds: Int64 { 0 }
}
