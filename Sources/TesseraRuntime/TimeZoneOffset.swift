import Foundation
package import Liquid
package import TesseraModel

/// Offsets of IANA time zones, from the system's tables.
package enum TimeZoneOffset {
  /// Seconds east of UTC in a zone at an instant; nil if there is no such zone.
  package static func seconds(_ zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }

  /// Periods are listed between these moments; before and after them the nearest one is taken to have gone on.
  private static let listed = Date(timeIntervalSince1970: 0)...Date(timeIntervalSince1970: 4_102_444_800)  // 2100

  /// A zone's clocks, as merge tags see them; UTC if there is no such zone.
  package static func clocks(_ zone: String) -> ShopTimeZone {
    guard let zone = TimeZone(identifier: zone) else { return ShopTimeZone(offsetSeconds: 0) }
    var starts = [listed.lowerBound]
    while let next = zone.nextDaylightSavingTimeTransition(after: starts[starts.count - 1]), listed.contains(next),
      next > starts[starts.count - 1]
    {
      starts.append(next)
    }
    return ShopTimeZone(
      starts.map { start in
        ShopTimeZone.Period(
          startSeconds: Int64(start.timeIntervalSince1970.rounded(.up)), offsetSeconds: zone.secondsFromGMT(for: start),
          name: zone.abbreviation(for: start) ?? "")
      })
  }

  /// Names like a misspelt one.
  package static func nearest(to zone: String) -> [String] {
    NearestName.nearest(to: zone, among: TimeZone.knownTimeZoneIdentifiers)
  }
}
