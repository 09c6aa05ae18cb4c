/// Reads dates and times as people and machines write them: ISO 8601, RFC 2822, `March 14, 2016`, `14/03/2016 5pm`.
///
/// What is missing before the first part that is given comes from now, what is missing after it is the least.
struct DateParser {
  private enum Word: Equatable {
    case number(Int, digits: Int)
    case name(String)
    case mark(UInt8)
  }

  /// No date is longer.
  static let bytesMax = 128

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let fillers: Set<String> = ["at", "on", "of", "the", "t", "st", "nd", "rd", "th"]
  private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
  private static let zones = [
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "cet": 1, "cest": 2, "bst": 1,
  ]

  private var words: [Word] = []
  private var next = 0
  private var year: Int?
  private var month: Int?
  private var day: Int?
  private var hour: Int?
  private var minute = 0
  private var second = 0
  private var milliseconds = 0
  private var offset: Int?

  /// - Returns: nil when the text is no date. It has at most `bytesMax` bytes.
  static func time(_ text: String, now: CivilTime, in zone: ShopTimeZone) -> CivilTime? {
    var parser = DateParser()
    parser.words = parser.cut(text)
    while parser.next < parser.words.count { guard parser.readPart() else { return nil } }
    return parser.time(now: now, in: zone)
  }

  private func cut(_ text: String) -> [Word] {
    var words: [Word] = []
    var bytes = text.utf8[...]
    while let byte = bytes.first {
      if byte.isDigit {
        let digits = bytes.prefix(while: \.isDigit)
        words.append(.number(Int(String(Substring(digits))) ?? .max, digits: digits.count))
        bytes = bytes.dropFirst(digits.count)
      } else if byte.isLetter {
        let letters = bytes.prefix(while: \.isLetter)
        words.append(.name(String(Substring(letters)).lowercased()))
        bytes = bytes.dropFirst(letters.count)
      } else {
        if !byte.isSpace, byte != UInt8(ascii: ",") { words.append(.mark(byte)) }
        bytes = bytes.dropFirst()
      }
    }
    return words
  }

  private func number(_ ahead: Int) -> (value: Int, digits: Int)? {
    guard next + ahead < words.count, case .number(let value, let digits) = words[next + ahead] else { return nil }
    return (value, digits)
  }

  private func isMark(_ mark: Character, _ ahead: Int) -> Bool {
    guard next + ahead < words.count, let byte = mark.asciiValue else { return false }
    return words[next + ahead] == .mark(byte)
  }

  private func name(_ ahead: Int) -> String? {
    guard next + ahead < words.count, case .name(let name) = words[next + ahead] else { return nil }
    return name
  }

  private mutating func readPart() -> Bool {
    switch words[next] {
    case .name(let name): return readName(name)
    case .mark: return readZone()
    case .number(let value, let digits):
      if hour == nil, isMark(":", 1), number(2) != nil { return readClock(value) }
      if hour == nil, let half = name(1), half == "am" || half == "pm" {
        hour = value
        next += 1
        return readHalf()
      }
      if let separator = ["-", "/", "."].first(where: { isMark($0, 1) }), number(2) != nil {
        return readNumericDate(separator)
      }
      next += 1
      return keep(value, digits)
    }
  }

  private mutating func readName(_ name: String) -> Bool {
    next += 1
    if let number = DateParser.months.firstIndex(where: { name.hasPrefix($0) }) {
      month = number + 1
      return true
    }
    if let hours = DateParser.zones[name], hour != nil {
      offset = hours * 3600
      // `GMT+2` and the like: the number that follows says it all.
      return true
    }
    return DateParser.fillers.contains(name) || DateParser.days.contains { name.hasPrefix($0) }
  }

  /// Hours and minutes, perhaps seconds and their fraction, perhaps a half of the day.
  private mutating func readClock(_ hours: Int) -> Bool {
    hour = hours
    minute = number(2)?.value ?? 0
    next += 3
    if isMark(":", 0), let seconds = number(1) {
      second = seconds.value
      next += 2
      if isMark(".", 0), let fraction = number(1) {
        var scaled = Double(fraction.value)
        for _ in 0..<Swift.min(fraction.digits, 30) { scaled /= 10 }
        milliseconds = Int(Swift.min(scaled * 1000, 999))
        next += 2
      }
    }
    return readHalf()
  }

  private mutating func readHalf() -> Bool {
    guard let half = name(0), half == "am" || half == "pm" else { return true }
    next += 1
    guard let hours = hour, (1...12).contains(hours) else { return false }
    hour = hours % 12 + (half == "pm" ? 12 : 0)
    return true
  }

  /// `+01:00`, `-0500`, `+2` after a time.
  private mutating func readZone() -> Bool {
    let isWest = isMark("-", 0)
    guard hour != nil, isWest || isMark("+", 0), let (value, digits) = number(1) else {
      // Brackets, dots and dashes between words say nothing.
      next += 1
      return true
    }
    next += 2
    var (hours, minutes) = digits > 2 ? (value / 100, value % 100) : (value, 0)
    if digits <= 2, isMark(":", 0), let more = number(1) {
      minutes = more.value
      next += 2
    }
    guard hours <= 24, minutes <= 59 else { return false }
    hours = isWest ? -hours : hours
    offset = hours * 3600 + (isWest ? -minutes : minutes) * 60
    return true
  }

  /// Year first when it can be, else day first.
  private mutating func readNumericDate(_ separator: Character) -> Bool {
    guard let first = number(0), let second = number(2) else { return false }
    guard isMark(separator, 3), let third = number(4) else {
      next += 3
      // Two numbers and a dot are an amount.
      if separator == "." { return false }
      if first.digits > 2 {
        (year, month) = (first.value, second.value)
      } else {
        (month, day) = (first.value, second.value)
      }
      return true
    }
    next += 5
    if third.digits > 2, first.digits <= 2 {
      (day, month, year) = (first.value, second.value, third.value)
    } else {
      (year, month, day) = (DateParser.fullYear(first), second.value, third.value)
    }
    return true
  }

  private static func fullYear(_ number: (value: Int, digits: Int)) -> Int {
    guard number.digits <= 2 else { return number.value }
    return number.value + (number.value < 69 ? 2000 : 1900)
  }

  /// A number that stands alone: a day, then a year.
  private mutating func keep(_ value: Int, _ digits: Int) -> Bool {
    if digits == 8, year == nil, month == nil {
      (year, month, day) = (value / 10_000, value / 100 % 100, value % 100)
    } else if digits == 6, day != nil, hour == nil, name(-2) == "t" {
      (hour, minute, second) = (value / 10_000, value / 100 % 100, value % 100)
    } else if digits > 2 {
      guard year == nil, digits <= 6 else { return false }
      year = value
    } else if day == nil {
      day = value
    } else {
      guard year == nil else { return false }
      year = DateParser.fullYear((value, digits))
    }
    return true
  }

  private func time(now: CivilTime, in zone: ShopTimeZone) -> CivilTime? {
    guard year != nil || month != nil || hour != nil, month != nil || day == nil else { return nil }
    let isDayGiven = year != nil || month != nil
    let (y, m, d) = (
      year ?? now.year, month ?? (isDayGiven ? 1 : now.month), day ?? (isDayGiven ? 1 : now.day)
    )
    let h = hour ?? 0
    guard (0...999_999).contains(y), (1...12).contains(m), (1...31).contains(d), (0...24).contains(h), minute <= 59,
      second <= 60
    else { return nil }
    let local = CivilTime.day(year: y, month: m, day: d) * 86_400 + h * 3600 + minute * 60 + second
    guard let offset else { return zone.time(showing: local, milliseconds: milliseconds) }
    return CivilTime(seconds: local - offset, milliseconds: milliseconds, offset: offset)
  }
}
