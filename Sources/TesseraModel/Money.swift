/// An exact amount in major units of the shop's currency, to eighteen decimals, so that any decimal a client sends
/// comes back unchanged.
package struct Money: Hashable, Comparable, Sendable {
  /// The amount in units of 10⁻¹⁸.
  package var units: Int128

  /// Units in one major unit.
  package static let scale: Int128 = 1_000_000_000_000_000_000
  /// Amounts at or above this are refused: times 10⁶ units and 10³ lines they still fit in 128 bits.
  package static let limit: Int128 = 10_000_000_000 * scale
  package static let zero = Money(units: 0)

  package init(units: Int128) { self.units = units }
  /// A whole amount.
  package init(_ major: Int) { units = Int128(major) * Money.scale }

  package static func < (a: Money, b: Money) -> Bool { a.units < b.units }
  package static func + (a: Money, b: Money) -> Money { Money(units: a.units &+ b.units) }
  package static func - (a: Money, b: Money) -> Money { Money(units: a.units &- b.units) }
  package static func += (a: inout Money, b: Money) { a = a + b }
  package static func -= (a: inout Money, b: Money) { a = a - b }
  package static func * (a: Money, n: Int) -> Money { Money(units: a.units &* Int128(n)) }

  /// Reads a plain decimal with an optional exponent (`19.99`, `-3`, `1e2`). Nil for anything else, for more than
  /// eighteen decimals and for amounts at or over the limit.
  package init?(decimal text: some StringProtocol) {
    var value: Int128 = 0
    var digits = 0
    var decimals = 0
    var pointSeen = false
    var hasDigit = false
    var exponent = 0
    var bytes = Array(text.utf8)[...]
    let negative = bytes.first == UInt8(ascii: "-")
    if negative { bytes = bytes.dropFirst() }
    while let b = bytes.first {
      if b >= 48, b <= 57 {
        guard digits < 36 else { return nil }
        hasDigit = true
        if value != 0 || b != 48 { digits += 1 }
        value = value * 10 + Int128(b - 48)
        if pointSeen { decimals += 1 }
      } else if b == UInt8(ascii: "."), !pointSeen {
        pointSeen = true
      } else if b == UInt8(ascii: "e") || b == UInt8(ascii: "E") {
        let digits = String(decoding: bytes.dropFirst(), as: UTF8.self)
        guard let e = Int(digits), (-40...40).contains(e) else { return nil }
        exponent = e
        bytes = []
        break
      } else {
        return nil
      }
      bytes = bytes.dropFirst()
    }
    guard hasDigit else { return nil }
    var shift = 18 - decimals + exponent
    while shift < 0 {
      guard value % 10 == 0 else { return nil }
      value /= 10
      shift += 1
    }
    for _ in 0..<shift where value != 0 {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      value = product
    }
    guard value < Money.limit else { return nil }
    units = negative ? -value : value
  }

  /// The nearest double, for display and scoring only.
  package var approximate: Double { Double(units) / Double(Money.scale) }

  /// An amount to the nearest 10⁻⁴, for generated data; not for anything that came in from outside.
  package init(approximating value: Double) {
    units = Int128((value * 10_000).rounded()) * (Money.scale / 10_000)
  }
}

extension Money: CustomStringConvertible {
  /// The shortest exact decimal.
  package var description: String {
    let magnitude = units < 0 ? -units : units
    let whole = String(magnitude / Money.scale)
    var fraction = String(magnitude % Money.scale)
    fraction = String(repeating: "0", count: 18 - fraction.utf8.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return (units < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}
