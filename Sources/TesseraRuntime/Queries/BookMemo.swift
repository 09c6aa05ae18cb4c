import Synchronization
import TesseraDecisions

/// The book read last, so that a dashboard does not parse it for every page.
final class BookMemo: Sendable {
  private let slot = Mutex<(hash: String, book: DecisionBook)?>(nil)

  func held(_ hash: String) -> DecisionBook? {
    slot.withLock { $0.flatMap { $0.hash == hash ? $0.book : nil } }
  }

  func hold(_ book: DecisionBook, hash: String) { slot.withLock { $0 = (hash, book) } }
}
