import TesseraModel

/// How a visitor comes back: sessions of on-site events, split by gaps of 30 minutes, and the age of the last event.
package final class VisitsAxis: Axis {
  package let name = "visits"
  package let words = ["never", "new", "returning", "lapsing", "lapsed"]

  package init() {}

  /// A pause this long starts a new session.
  package static let sessionGap = 30 * Instant.minute

  package func reading(of profile: ProfileView) -> AxisReading {
    var sessions = 0
    var last: Int64?
    for event in profile.events where event.kind.isVisit {
      if last.map({ event.at - $0 >= VisitsAxis.sessionGap }) ?? true { sessions += 1 }
      last = event.at
    }
    guard let last else { return AxisReading(Code.never) }
    let age = Instant(milliseconds: last).age(at: profile.at)
    if age > 90 * Instant.day { return AxisReading(Code.lapsed) }
    if age > 30 * Instant.day { return AxisReading(Code.lapsing, until: last + 90 * Instant.day + 1) }
    return AxisReading(sessions == 1 ? Code.new : Code.returning, until: last + 30 * Instant.day + 1)
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let never: UInt16 = 1
    static let new: UInt16 = 2
    static let returning: UInt16 = 3
    static let lapsing: UInt16 = 4
    static let lapsed: UInt16 = 5
  }
}
