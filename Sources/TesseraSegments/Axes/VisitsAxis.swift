import TesseraModel

/// How a visitor comes back: sessions of on-site events, split by gaps of 30 minutes, and the age of the last event.
package struct VisitsAxis: Axis {
  package let name = "visits"
  package let words = ["never", "new", "returning", "lapsing", "lapsed"]

  /// A pause this long starts a new session.
  package static let sessionGap = 30 * Instant.minute

  package func reading(of profile: ProfileView) -> AxisReading {
    var sessions = 0
    var last: Int64?
    for event in profile.events where event.kind.isOnSite {
      if last.map({ event.at - $0 >= VisitsAxis.sessionGap }) ?? true { sessions += 1 }
      last = event.at
    }
    guard let last else { return AxisReading(code("never")) }
    let age = Instant(milliseconds: last).age(at: profile.at)
    if age > 90 * Instant.day { return AxisReading(code("lapsed")) }
    if age > 30 * Instant.day { return AxisReading(code("lapsing"), until: last + 90 * Instant.day + 1) }
    return AxisReading(sessions == 1 ? code("new") : code("returning"), until: last + 30 * Instant.day + 1)
  }
}
