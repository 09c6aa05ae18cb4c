package import NIOCore
import TesseraModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes the `Date` header that every answer of an origin server must carry (RFC 9110, section 6.6.1).
package enum HTTPDate {
  /// The whole seconds since 1970 by the machine's clock, whatever time it is in the shop.
  static var now: Int { Int(time(nil)) }

  /// Appends `Date: <now>` and a line end.
  package static func writeHeader(to out: inout ByteBuffer) {
    out.writeString("Date: ")
    write(secondsSinceEpoch: now, to: &out)
    out.writeString("\r\n")
  }

  /// Appends a date in the fixed format of RFC 9110 (29 bytes), e.g. `Sun, 06 Nov 1994 08:49:37 GMT`.
  ///
  /// - Parameter secondsSinceEpoch: Unix time in seconds; not negative.
  package static func write(secondsSinceEpoch: Int, to out: inout ByteBuffer) {
    let (days, second) = secondsSinceEpoch.quotientAndRemainder(dividingBy: 86_400)
    let (year, month, day) = civil(daysSinceEpoch: days)
    // 1 January 1970 was a Thursday, the fifth day of a week that begins on Sunday.
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(days + 4) % 7]
    let name = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
    out.writeString("\(weekday), \(padded(day)) \(name) \(year) ")
    out.writeString("\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60)) GMT")
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  /// The Gregorian date of a day, counted in eras of 400 years that begin on 1 March so that leap days come last.
  private static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = daysSinceEpoch + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

/// The line of the present second, kept for the answers of that second: they copy it.
struct HTTPDateLine: ~Copyable {
  private var second = -1
  private var line = ByteWriter(capacity: 64)

  /// Appends the end of the line before, and `Date: <now>`.
  mutating func append(to out: inout ByteWriter) {
    let now = HTTPDate.now
    if now != second {
      var text = ByteBuffer()
      HTTPDate.write(secondsSinceEpoch: now, to: &text)
      second = now
      line.clear()
      line.append("\r\nDate: ")
      line.append(Array(text.readableBytesView))
    }
    out.append(line.bytes)
  }
}
