/// A shop's way to write an amount, with a placeholder such as `{{amount}}` in it.
struct MoneyFormat {
  /// What is written of it.
  enum Form {
    case whole
    /// With the currency's code behind it.
    case withCurrency
    /// The amount's own digits and separators, nothing of what the shop writes around them.
    case withoutCurrency
    /// Without decimals that are all 0.
    case withoutTrailingZeros
  }

  /// How the digits of a placeholder are written.
  private struct Style {
    let thousands: String
    let decimal: String
    let hasDecimals: Bool
  }

  private static let styles: [String: Style] = [
    "amount": Style(thousands: ",", decimal: ".", hasDecimals: true),
    "amount_no_decimals": Style(thousands: ",", decimal: ".", hasDecimals: false),
    "amount_with_comma_separator": Style(thousands: ".", decimal: ",", hasDecimals: true),
    "amount_no_decimals_with_comma_separator": Style(thousands: ".", decimal: ",", hasDecimals: false),
    "amount_with_apostrophe_separator": Style(thousands: "'", decimal: ".", hasDecimals: true),
    "amount_with_space_separator": Style(thousands: " ", decimal: ",", hasDecimals: true),
    "amount_no_decimals_with_space_separator": Style(thousands: " ", decimal: ",", hasDecimals: false),
    "amount_with_period_and_space_separator": Style(thousands: " ", decimal: ".", hasDecimals: true),
  ]

  private let format: [UInt8]
  private let currency: String

  /// - Parameter currency: its code, such as `EUR`.
  init(_ format: String, currency: String) { (self.format, self.currency) = (Array(format.utf8), currency) }

  /// The amount in this format; nil when it is too large to be rounded. A minus goes first, unless nothing but zeros is
  /// left of the amount.
  func text(_ amount: Decimal, _ form: Form) -> String? {
    var out: [UInt8] = []
    var isNegative = false
    var i = 0
    while i < format.count {
      if format[i] == .openBrace, let (style, end) = placeholder(at: i) {
        let decimals = style.hasDecimals ? 2 : 0
        guard let rounded = amount.rounded(to: decimals, .toNearestOrAwayFromZero) else { return nil }
        isNegative = isNegative || rounded.digits < 0
        out += MoneyFormat.digits(rounded, style, decimals: decimals, dropsZeros: form == .withoutTrailingZeros).utf8
        i = end
      } else {
        if form != .withoutCurrency { out.append(format[i]) }
        i += 1
      }
    }
    if isNegative { out.insert(.dash, at: 0) }
    if form == .withCurrency { out += " \(currency)".utf8 }
    return String(decoding: out, as: UTF8.self)
  }

  private func placeholder(at start: Int) -> (Style, end: Int)? {
    guard start + 1 < format.count, format[start + 1] == .openBrace,
      let close = TextSearch.first([.closeBrace, .closeBrace], in: format, from: start)
    else { return nil }
    let name = String(decoding: format[(start + 2)..<close].filter { !$0.isSpace }, as: UTF8.self)
    return MoneyFormat.styles[name].map { ($0, close + 2) }
  }

  private static func digits(_ rounded: Decimal, _ style: Style, decimals: Int, dropsZeros: Bool) -> String {
    var fraction = ""
    var whole = String(rounded.digits.magnitude)
    if rounded.scale > 0 {
      whole = String(repeating: "0", count: Swift.max(rounded.scale + 1 - whole.utf8.count, 0)) + whole
      fraction = String(whole.suffix(rounded.scale))
      whole = String(whole.dropLast(rounded.scale))
    }
    fraction += String(repeating: "0", count: decimals - fraction.utf8.count)
    if dropsZeros, fraction.allSatisfy({ $0 == "0" }) { fraction = "" }
    var grouped = ""
    for (i, digit) in whole.enumerated() {
      if i > 0, (whole.utf8.count - i) % 3 == 0 { grouped += style.thousands }
      grouped.append(digit)
    }
    return grouped + (fraction.isEmpty ? "" : style.decimal + fraction)
  }
}
