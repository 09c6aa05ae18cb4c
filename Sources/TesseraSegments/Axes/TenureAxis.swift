import TesseraModel

/// How long someone has been with the shop: since the record's `created_at`, else since the first event or order.
package final class TenureAxis: Axis {
  package let name = "tenure"
  package let words = ["unknown", "under-7d", "under-60d", "under-1y", "over-1y"]

  package init() {}

  package func reading(of profile: ProfileView) -> AxisReading {
    guard let since = TenureAxis.start(of: profile) else { return AxisReading(Code.unknown) }
    let age = since.age(at: profile.at)
    if age < 7 * Instant.day { return AxisReading(Code.under7d, until: since.milliseconds + 7 * Instant.day) }
    if age < 60 * Instant.day { return AxisReading(Code.under60d, until: since.milliseconds + 60 * Instant.day) }
    if age < 365 * Instant.day { return AxisReading(Code.under1y, until: since.milliseconds + 365 * Instant.day) }
    return AxisReading(Code.over1y)
  }

  private static func start(of profile: ProfileView) -> Instant? {
    if let created = profile.createdAt, created <= profile.at { return created }
    var first = profile.events.first.map { Instant(milliseconds: $0.at) }
    for order in profile.orders where first.map({ order.placedAt < $0 }) ?? true { first = order.placedAt }
    return first
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let unknown: UInt16 = 1
    static let under7d: UInt16 = 2
    static let under60d: UInt16 = 3
    static let under1y: UInt16 = 4
    static let over1y: UInt16 = 5
  }
}
