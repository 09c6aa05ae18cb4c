import TesseraModel

/// How values are written on pages.
enum DashboardText {
  /// A narrow space that does not break: between groups of digits, and before a unit.
  static let thin = "\u{202F}"
  static let none = "–"

  static func number(_ n: Int) -> String {
    var digits = String(abs(n))
    var out = ""
    while digits.count > 3 {
      out = thin + digits.suffix(3) + out
      digits.removeLast(3)
    }
    return (n < 0 ? "−" : "") + digits + out
  }

  static func number(_ value: JSONValue?) -> String { value?.integer.map { number($0) } ?? none }

  /// `3 segments`, `1 segment`.
  static func count(_ n: Int, _ noun: String) -> String { "\(number(n)) \(noun)\(n == 1 ? "" : "s")" }

  /// One decimal; nil is a dash.
  static func percent(_ x: Double?) -> String {
    guard let x, x.isFinite else { return none }
    let tenths = Int((x * 1_000).rounded())
    return "\(tenths < 0 ? "−" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)\(thin)%"
  }

  /// An amount of money in major units.
  static func amount(_ x: Double?) -> String {
    guard let x, x.isFinite else { return none }
    let cents = Int((x.magnitude * 100).rounded())
    return "\(x < 0 && cents > 0 ? "−" : "")\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  /// A share of a whole; a dash when there is no whole.
  static func percent(_ part: Int, of whole: Int) -> String {
    percent(whole == 0 ? nil : Double(part) / Double(whole))
  }

  /// A stored probability, in units of 2⁻³².
  static func propensity(_ value: JSONValue?) -> Double? {
    value?.integer.map { Propensity.double(UInt64(max(0, $0))) }
  }

  /// Local time of the shop with its offset: `2026-05-01 12:00 +02:00`.
  static func time(_ instant: Instant?, offsetSeconds: Int) -> String {
    guard let instant else { return none }
    let local = instant.adding(Int64(offsetSeconds) * Instant.second).description
    let minutes = abs(offsetSeconds) / 60
    let offset = "\(offsetSeconds < 0 ? "−" : "+")\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    return local.prefix(10) + " " + local.dropFirst(11).prefix(5) + " " + offset
  }

  static func instant(_ value: JSONValue?) -> Instant? { value?.text.flatMap { try? Instant(parsing: $0) } }

  private static func twoDigits(_ n: Int) -> String { n < 10 ? "0\(n)" : String(n) }

  /// How long ago, in the largest unit that says something.
  static func age(milliseconds: Int64) -> String {
    let minutes = Int(max(0, milliseconds) / Instant.minute)
    if minutes < 1 { return "less than a minute" }
    if minutes < 120 { return count(minutes, "minute") }
    if minutes < 48 * 60 { return count(minutes / 60, "hour") }
    return count(minutes / (24 * 60), "day")
  }

  /// An action in words: the creative, and the offer if there is one.
  static func action(_ value: JSONValue?) -> String {
    guard let creative = value?["creative"]?.text else { return "nothing" }
    let offer = value?["offer"]?.text ?? "none"
    return offer == "none" ? creative : "\(creative) + \(offer)"
  }

  /// A JSON value as a cell of a table.
  static func cell(_ value: JSONValue?) -> String {
    switch value {
    case nil, .null: none
    case .string(let text): text
    case .some(let other): JSONWriter.text(other)
    }
  }

  /// A query or path part, percent-encoded.
  static func encoded(_ text: String) -> String {
    var out = ""
    for b in text.utf8 {
      let isPlain = (48...57).contains(b) || (65...90).contains(b) || (97...122).contains(b) || b == 45 || b == 95
      out += isPlain ? String(UnicodeScalar(b)) : "%" + TextEncoding.hexadecimal([b]).uppercased()
    }
    return out
  }
}

/// Personal data as a dashboard may show it: enough to recognise someone one knows, not enough to write to them.
enum PersonalText {
  /// `a•••@e•••.com`.
  static func email(_ text: String) -> String {
    let parts = text.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return initial(text) }
    let ending = parts[1].split(separator: ".").last.map { "." + $0 } ?? ""
    return initial(parts[0]) + "@" + initial(parts[1]) + (parts[1].contains(".") ? ending : "")
  }

  /// The last two digits.
  static func phone(_ text: String) -> String { "••• " + String(text.filter(\.isNumber).suffix(2)) }

  /// Text that may hold an address or a number, word by word.
  static func masked(_ text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
      if word.contains("@") { return email(String(word)) }
      let isNumber = word.count(where: \.isNumber) >= 7 && !word.contains(where: \.isLetter)
      return isNumber ? phone(String(word)) : String(word)
    }
    return words.joined(separator: " ")
  }

  private static func initial(_ text: some StringProtocol) -> String { text.prefix(1) + "•••" }
}
