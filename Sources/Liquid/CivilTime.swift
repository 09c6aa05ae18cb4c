/// A moment as a calendar and a clock at some offset from UTC show it.
struct CivilTime {
  /// Beyond these seconds, some 300,000 years, a number is no date.
  static let secondsMax = 10_000_000_000_000

  /// Seconds since 1970-01-01 UTC.
  let seconds: Int
  let milliseconds: Int
  let offset: Int
  /// The name of the shop's zone; nil when the offset is a text's own.
  let zone: String?
  let year: Int
  let month: Int
  let day: Int
  let hour: Int
  let minute: Int
  let second: Int
  /// Sunday is 0.
  let weekday: Int
  /// January 1 is 1.
  let yearDay: Int

  /// - Returns: nil when the moment is too far away.
  init?(seconds: Int, milliseconds: Int = 0, offset: Int, zone: String? = nil) {
    guard seconds.magnitude <= CivilTime.secondsMax, offset.magnitude <= 172_800 else { return nil }
    self.seconds = seconds
    self.milliseconds = milliseconds
    self.offset = offset
    self.zone = zone
    let local = seconds + offset
    let days = CivilTime.floorDivision(local, 86_400)
    let rest = local - days * 86_400
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    (year, month, day) = CivilTime.date(ofDay: days)
    weekday = days + 4 - CivilTime.floorDivision(days + 4, 7) * 7
    yearDay = days - CivilTime.day(year: year, month: 1, day: 1) + 1
  }

  static func floorDivision(_ a: Int, _ b: Int) -> Int {
    let quotient = a / b
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
  }

  /// Days since 1970-01-01 of a date; years begin in March here, so that the leap day is the last.
  static func day(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = floorDivision(y, 400)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(ofDay days: Int) -> (Int, Int, Int) {
    let z = days + 719_468
    let era = floorDivision(z, 146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// The week of the year when weeks begin on a day, 0 before its first.
  func week(beginningOn day: Int) -> Int { (yearDay + 6 - (weekday - day + 7) % 7) / 7 }

  /// The ISO week and the year that it belongs to.
  var isoWeek: (year: Int, week: Int) {
    let mondayBased = (weekday + 6) % 7
    let week = (yearDay - 1 - mondayBased + 10) / 7
    if week < 1 { return (year - 1, CivilTime.isoWeeks(in: year - 1)) }
    if week > CivilTime.isoWeeks(in: year) { return (year + 1, 1) }
    return (year, week)
  }

  private static func isoWeeks(in year: Int) -> Int {
    func lastWeekday(_ y: Int) -> Int {
      let days = CivilTime.day(year: y, month: 12, day: 31) + 4
      return days - floorDivision(days, 7) * 7
    }
    return lastWeekday(year) == 4 || lastWeekday(year - 1) == 3 ? 53 : 52
  }
}
