import TesseraModel

/// How long ago the newest order was placed.
package final class LastOrderAxis: Axis {
  package let name = "last-order"
  package let words = ["never", "under-7d", "under-30d", "under-90d", "over-90d"]

  package init() {}

  package func reading(of profile: ProfileView) -> AxisReading {
    guard let newest = profile.newestOrderAt else { return AxisReading(Code.never) }
    let age = newest.age(at: profile.at)
    if age < 7 * Instant.day { return AxisReading(Code.under7d, until: newest.milliseconds + 7 * Instant.day) }
    if age < 30 * Instant.day { return AxisReading(Code.under30d, until: newest.milliseconds + 30 * Instant.day) }
    if age < 90 * Instant.day { return AxisReading(Code.under90d, until: newest.milliseconds + 90 * Instant.day) }
    return AxisReading(Code.over90d)
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let never: UInt16 = 1
    static let under7d: UInt16 = 2
    static let under30d: UInt16 = 3
    static let under90d: UInt16 = 4
    static let over90d: UInt16 = 5
  }
}
