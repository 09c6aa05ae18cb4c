/// Reads the one form in which machines write nearly all times, `2026-03-14T10:30:45.123+01:00`, without more ado.
///
/// Anything else is left to ``DateParser``.
enum ISOTime {
  static func time(_ text: String, in zone: ShopTimeZone) -> CivilTime? {
    var text = text
    return text.withUTF8 { time($0, in: zone) }
  }

  private static func time(_ bytes: UnsafeBufferPointer<UInt8>, in shopZone: ShopTimeZone) -> CivilTime? {
    guard bytes.count >= 10, bytes.count <= 35, bytes[4] == .dash, bytes[7] == .dash,
      let year = number(bytes, 0, 4), let month = number(bytes, 5, 2), let day = number(bytes, 8, 2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var (clock, milliseconds, offset, i) = (0, 0, Int?.none, 10)
    if bytes.count > 10 {
      guard bytes.count >= 19, bytes[10] == UInt8(ascii: "T") || bytes[10] == 0x20, bytes[13] == UInt8(ascii: ":"),
        bytes[16] == UInt8(ascii: ":"), let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2),
        let second = number(bytes, 17, 2), hour <= 24, minute <= 59, second <= 60
      else { return nil }
      clock = hour * 3600 + minute * 60 + second
      i = 19
      milliseconds = fraction(bytes, &i)
      guard let given = zoneOffset(bytes, i) else { return nil }
      offset = given
    }
    let local = CivilTime.day(year: year, month: month, day: day) * 86_400 + clock
    guard let offset else { return shopZone.time(showing: local, milliseconds: milliseconds) }
    return CivilTime(seconds: local - offset, milliseconds: milliseconds, offset: offset)
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
    var value = 0
    for byte in bytes[start..<start + count] {
      guard byte.isDigit else { return nil }
      value = value * 10 + Int(byte) - 48
    }
    return value
  }

  private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>, _ i: inout Int) -> Int {
    guard i < bytes.count, bytes[i] == UInt8(ascii: ".") else { return 0 }
    i += 1
    var (value, unit) = (0, 100)
    while i < bytes.count, bytes[i].isDigit {
      value += (Int(bytes[i]) - 48) * unit
      unit /= 10
      i += 1
    }
    return value
  }

  /// Nil: no zone is written so; nil inside: none is given.
  private static func zoneOffset(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> Int?? {
    let rest = bytes[i...]
    if rest.isEmpty { return .some(nil) }
    if rest.count == 1, rest.first == UInt8(ascii: "Z") { return .some(0) }
    guard rest.count == 6, bytes[i + 3] == UInt8(ascii: ":"), bytes[i] == .dash || bytes[i] == UInt8(ascii: "+"),
      let hours = number(bytes, i + 1, 2), let minutes = number(bytes, i + 4, 2), hours <= 24, minutes <= 59
    else { return nil }
    let offset = hours * 3600 + minutes * 60
    return .some(bytes[i] == .dash ? -offset : offset)
  }
}
