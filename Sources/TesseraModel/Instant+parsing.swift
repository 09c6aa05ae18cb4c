/// Why a text is not a time, in words that say what to write instead.
package struct InstantError: Error, Sendable, Equatable {
  package let message: String
}

extension Instant {
  /// Reads RFC 3339 (`2026-05-01T10:00:00.250+02:00`), with the looser spellings that exports use: a blank for the `T`,
  /// a blank before the offset, `UTC`, `+0200`, a date alone. Fractions beyond the millisecond are cut off.
  /// - Parameter assumingUTC: whether a time without an offset is taken as UTC; otherwise it is an error.
  package init(parsing text: String, assumingUTC: Bool = false) throws(InstantError) {
    var reader = InstantReader(bytes: Array(text.utf8), text: text)
    milliseconds = try reader.read(assumingUTC: assumingUTC)
  }
}

private struct InstantReader {
  let bytes: [UInt8]
  let text: String
  var i = 0

  mutating func read(assumingUTC: Bool) throws(InstantError) -> Int64 {
    let year = try digits(4)
    try expect("-")
    let month = try digits(2)
    try expect("-")
    let day = try digits(2)
    guard (1...12).contains(month), day >= 1, day <= InstantReader.length(year: year, month: month) else {
      throw failure("there is no such day")
    }
    var value = Instant.days(year: year, month: month, day: day) * Instant.day
    if i == bytes.count { return value }
    guard let separator = take(), separator == UInt8(ascii: "T") || separator == UInt8(ascii: "t") || separator == 32
    else {
      throw failure("after the date a T and the time are expected")
    }
    let hour = try digits(2)
    try expect(":")
    let minute = try digits(2)
    var second: Int64 = 0
    if peek() == UInt8(ascii: ":") {
      i += 1
      second = try digits(2)
    }
    guard hour < 24, minute < 60, second <= 60 else { throw failure("there is no such time of day") }
    value += hour * Instant.hour + minute * Instant.minute + second * Instant.second + (try fraction())
    value -= (try offset(assumingUTC: assumingUTC)) * Instant.minute
    guard (InstantReader.first..<InstantReader.end).contains(value) else { throw failure("there is no such year") }
    return value
  }

  /// Milliseconds of an optional `.123456`.
  mutating func fraction() throws(InstantError) -> Int64 {
    guard peek() == UInt8(ascii: ".") || peek() == UInt8(ascii: ",") else { return 0 }
    i += 1
    var value: Int64 = 0
    var count = 0
    while let b = peek(), b >= 48, b <= 57 {
      if count < 3 { value = value * 10 + Int64(b - 48) }
      count += 1
      i += 1
    }
    guard count > 0 else { throw failure("digits are missing after the point") }
    while count < 3 {
      value *= 10
      count += 1
    }
    return value
  }

  /// Minutes east of UTC.
  mutating func offset(assumingUTC: Bool) throws(InstantError) -> Int64 {
    if peek() == 32 { i += 1 }
    let rest = String(decoding: bytes[i...], as: UTF8.self)
    if rest.isEmpty {
      guard assumingUTC else { throw failure("the offset is missing: end it in Z for UTC") }
      return 0
    }
    if ["Z", "z", "UTC", "GMT"].contains(rest) { return 0 }
    guard let sign = take(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      throw failure("the offset must be Z or like +02:00")
    }
    let hours = try digits(2)
    if peek() == UInt8(ascii: ":") { i += 1 }
    let minutes = i == bytes.count ? 0 : try digits(2)
    guard i == bytes.count, hours < 24, minutes < 60 else { throw failure("the offset must be Z or like +02:00") }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }

  /// The years of four digits in UTC, so that what was read can be written and read again.
  static let first = Instant.days(year: 0, month: 1, day: 1) * Instant.day
  static let end = Instant.days(year: 10_000, month: 1, day: 1) * Instant.day

  func peek() -> UInt8? { i < bytes.count ? bytes[i] : nil }

  mutating func take() -> UInt8? {
    guard i < bytes.count else { return nil }
    i += 1
    return bytes[i - 1]
  }

  mutating func expect(_ character: Unicode.Scalar) throws(InstantError) {
    guard take() == UInt8(ascii: character) else { throw failure("expected like 2026-05-01T10:00:00Z") }
  }

  mutating func digits(_ count: Int) throws(InstantError) -> Int64 {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let b = take(), b >= 48, b <= 57 else { throw failure("expected like 2026-05-01T10:00:00Z") }
      value = value * 10 + Int64(b - 48)
    }
    return value
  }

  func failure(_ why: String) -> InstantError {
    InstantError(message: "\"\(text.prefix(40))\" is not a time: \(why)")
  }

  static func length(year: Int64, month: Int64) -> Int64 {
    switch month {
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }
}
