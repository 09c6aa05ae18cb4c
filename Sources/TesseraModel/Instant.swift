/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z. Tessera knows no local times inside.
package struct Instant: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
  package static let second: Int64 = 1_000
  package static let minute: Int64 = 60 * second
  package static let hour: Int64 = 60 * minute
  package static let day: Int64 = 24 * hour

  /// How long ago `self` was at `now`, in milliseconds; negative for the future.
  package func age(at now: Instant) -> Int64 { now.milliseconds - milliseconds }
  package func adding(_ milliseconds: Int64) -> Instant { Instant(milliseconds: self.milliseconds + milliseconds) }
  /// The start of the UTC hour that holds this instant: the identity of an hourly cycle.
  package var hourStart: Instant {
    Instant(milliseconds: milliseconds - Instant.floorMod(milliseconds, Instant.hour))
  }

  /// The remainder that is never negative, for instants before 1970.
  package static func floorMod(_ a: Int64, _ b: Int64) -> Int64 {
    let r = a % b
    return r < 0 ? r + b : r
  }
}

extension Instant: CustomStringConvertible {
  /// RFC 3339 in UTC; the fraction is written only when there is one.
  package var description: String {
    let millisecond = Instant.floorMod(milliseconds, 1_000)
    let seconds = (milliseconds - millisecond) / 1_000
    let secondOfDay = Instant.floorMod(seconds, 86_400)
    let (y, m, d) = Instant.civil(fromDays: (seconds - secondOfDay) / 86_400)
    var out = Instant.padded(y, 4) + "-" + Instant.padded(m, 2) + "-" + Instant.padded(d, 2) + "T"
    out += Instant.padded(secondOfDay / 3_600, 2) + ":" + Instant.padded(secondOfDay / 60 % 60, 2) + ":"
    out += Instant.padded(secondOfDay % 60, 2)
    if millisecond > 0 { out += "." + Instant.padded(millisecond, 3) }
    return out + "Z"
  }

  static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's `days_from_civil`).
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The inverse of `days(year:month:day:)`.
  static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1)
  }
}
