import Foundation
package import TesseraModel

/// Offsets of IANA time zones, from the system's tables.
package enum TimeZoneOffset {
  /// Seconds east of UTC in a zone at an instant; nil if there is no such zone.
  package static func seconds(_ zone: String, at instant: Instant) -> Int? {
    TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000))
  }

  /// Names like a misspelt one.
  package static func nearest(to zone: String) -> [String] {
    NearestName.nearest(to: zone, among: TimeZone.knownTimeZoneIdentifiers)
  }
}
