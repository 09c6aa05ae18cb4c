import Synchronization
import TesseraModel

/// What pages worked out from published cycles, which never change: kept for the few that are being looked at.
final class DashboardMemo: Sendable {
  private let held = Mutex<[(key: String, value: JSONValue)]>([])

  /// A page needs three; a few more let someone step back and forth.
  static let countMax = 12

  func value(
    _ key: String, make: () async throws -> JSONValue
  ) async throws -> JSONValue {
    if let known = held.withLock({ $0.first { $0.key == key }?.value }) { return known }
    let made = try await make()
    held.withLock { held in
      held.append((key, made))
      if held.count > DashboardMemo.countMax { held.removeFirst() }
    }
    return made
  }
}
