/// Writes a time by a format of `strftime`, with Ruby's flags and widths.
struct TimeFormat {
  private static let widthMax = 100
  private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// What stands between `%` and the letter.
  private struct Directive {
    /// `-` for none; nil for what the letter itself asks for.
    var padding: UInt8?
    var isUpper = false
    var isSwapped = false
    var colons = 0
    var width = 0
  }

  let time: CivilTime

  func text(_ format: String) -> String {
    let bytes = Array(format.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      guard bytes[i] == .percent, i + 1 < bytes.count else {
        out.append(bytes[i])
        i += 1
        continue
      }
      let start = i
      i += 1
      var directive = Directive()
      while i < bytes.count, TimeFormat.read(bytes[i], into: &directive) { i += 1 }
      guard i < bytes.count, let text = text(bytes[i], directive) else {
        // An unknown letter stays as it is.
        i = Swift.min(i + 1, bytes.count)
        out += bytes[start..<i]
        continue
      }
      out += text.utf8
      i += 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func read(_ byte: UInt8, into directive: inout Directive) -> Bool {
    switch byte {
    case UInt8(ascii: "0") where directive.width == 0, .dash, UInt8(ascii: "_"): directive.padding = byte
    case UInt8(ascii: "^"): directive.isUpper = true
    case UInt8(ascii: "#"): directive.isSwapped = true
    case UInt8(ascii: ":"): directive.colons += 1
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      directive.width = Swift.min(directive.width * 10 + Int(byte) - 48, TimeFormat.widthMax)
    case UInt8(ascii: "E"), UInt8(ascii: "O"): break
    default: return false
    }
    return true
  }

  private func text(_ letter: UInt8, _ directive: Directive) -> String? {
    if let (value, width, padding) = number(letter) { return padded(value, width, padding, directive) }
    guard var text = word(letter, directive) else { return nil }
    let isNoon = letter == UInt8(ascii: "p")
    if directive.isUpper || (directive.isSwapped && !isNoon) { text = text.uppercased() }
    if directive.isSwapped, isNoon { text = text.lowercased() }
    let padding = directive.padding == UInt8(ascii: "0") ? "0" : " "
    return String(repeating: padding, count: Swift.max(directive.width - text.utf8.count, 0)) + text
  }

  private func padded(_ value: Int, _ width: Int, _ padding: UInt8, _ directive: Directive) -> String {
    let padding = directive.padding ?? padding
    let digits = String(value.magnitude)
    guard padding != .dash else { return (value < 0 ? "-" : "") + digits }
    let count = (directive.width > 0 ? directive.width : width) - digits.utf8.count - (value < 0 ? 1 : 0)
    let fill = String(repeating: padding == UInt8(ascii: "0") ? "0" : " ", count: Swift.max(count, 0))
    guard value < 0 else { return fill + digits }
    return padding == UInt8(ascii: "0") ? "-" + fill + digits : fill + "-" + digits
  }

  /// A letter that stands for a number, with its usual width and padding.
  private func number(_ letter: UInt8) -> (Int, Int, UInt8)? {
    let (zero, space) = (UInt8(ascii: "0"), UInt8(ascii: "_"))
    let hour12 = (time.hour + 11) % 12 + 1
    switch Unicode.Scalar(letter) {
    case "Y": return (time.year, time.year < 0 ? 5 : 4, zero)
    case "C": return (CivilTime.floorDivision(time.year, 100), 2, zero)
    case "y": return (time.year - CivilTime.floorDivision(time.year, 100) * 100, 2, zero)
    case "m": return (time.month, 2, zero)
    case "d": return (time.day, 2, zero)
    case "e": return (time.day, 2, space)
    case "j": return (time.yearDay, 3, zero)
    case "H": return (time.hour, 2, zero)
    case "k": return (time.hour, 2, space)
    case "I": return (hour12, 2, zero)
    case "l": return (hour12, 2, space)
    case "M": return (time.minute, 2, zero)
    case "S": return (time.second, 2, zero)
    case "s": return (time.seconds, 1, zero)
    case "u": return (time.weekday == 0 ? 7 : time.weekday, 1, zero)
    case "w": return (time.weekday, 1, zero)
    case "U": return (time.week(beginningOn: 0), 2, zero)
    case "W": return (time.week(beginningOn: 1), 2, zero)
    case "V": return (time.isoWeek.week, 2, zero)
    case "G": return (time.isoWeek.year, 4, zero)
    case "g": return (time.isoWeek.year % 100, 2, zero)
    default: return nil
    }
  }

  private func word(_ letter: UInt8, _ directive: Directive) -> String? {
    switch Unicode.Scalar(letter) {
    case "A": TimeFormat.days[time.weekday]
    case "a": String(TimeFormat.days[time.weekday].prefix(3))
    case "B": TimeFormat.months[time.month - 1]
    case "b", "h": String(TimeFormat.months[time.month - 1].prefix(3))
    case "p": time.hour < 12 ? "AM" : "PM"
    case "P": time.hour < 12 ? "am" : "pm"
    case "L", "N": fraction(letter == UInt8(ascii: "L") ? 3 : 9, directive)
    case "z": TimeFormat.zone(time.offset, colons: directive.colons)
    case "Z": time.zone ?? (time.offset == 0 ? "UTC" : "")
    case "n": "\n"
    case "t": "\t"
    case "%": "%"
    case "c": text("%a %b %e %H:%M:%S %Y")
    case "D", "x": text("%m/%d/%y")
    case "F": text("%Y-%m-%d")
    case "v": text("%e-%^b-%Y")
    case "X", "T": text("%H:%M:%S")
    case "R": text("%H:%M")
    case "r": text("%I:%M:%S %p")
    case "+": text("%a %b %e %H:%M:%S %Z %Y")
    default: nil
    }
  }

  private func fraction(_ digits: Int, _ directive: Directive) -> String {
    let width = directive.width > 0 ? directive.width : digits
    let milliseconds = String(time.milliseconds)
    let text = String(repeating: "0", count: Swift.max(3 - milliseconds.utf8.count, 0)) + milliseconds
    return String(text.prefix(width)) + String(repeating: "0", count: Swift.max(width - 3, 0))
  }

  static func zone(_ seconds: Int, colons: Int) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    let offset = seconds == .min ? 0 : abs(seconds)
    let separator = colons > 0 ? ":" : ""
    let text = (seconds < 0 ? "-" : "+") + two(offset / 3600) + separator + two(offset / 60 % 60)
    return colons > 1 ? text + ":" + two(offset % 60) : text
  }
}
