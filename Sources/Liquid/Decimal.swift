/// An exact decimal fraction: digits times ten to the minus scale.
///
/// Every operation is nil when the result does not fit, so that the caller can go on with less exact numbers.
struct Decimal {
  private static let scaleMax = 30
  /// The powers of ten that a binary fraction holds exactly.
  private static let exactPowers: [Double] = (0...22).reduce(into: []) { powers, i in
    powers.append(i == 0 ? 1 : powers[i - 1] * 10)
  }

  var digits: Int128
  /// From 0 to 30.
  var scale: Int

  init(digits: Int128, scale: Int) {
    self.digits = digits
    self.scale = scale
  }

  /// The shortest decimal that reads back as this number.
  init?(_ value: Double) {
    guard value.isFinite else { return nil }
    if let short = Decimal(short: value) { self = short } else { self.init(value.description) }
  }

  /// A number of few digits without the way through its spelling: no other decimal of up to fifteen reads as the same.
  private init?(short value: Double) {
    guard value.magnitude < 1e11 else { return nil }
    for scale in 0...4 {
      let power = Decimal.exactPowers[scale]
      guard let digits = (value * power + (value < 0 ? -0.5 : 0.5)).wholePart else { return nil }
      if Double(digits) / power == value {
        self.init(digits: Int128(digits), scale: scale)
        return
      }
    }
    return nil
  }

  /// Reads `-12.5` and `1.2e-05`.
  init?(_ text: String) {
    var text = text
    guard let decimal = text.withUTF8({ Decimal($0) }) else { return nil }
    self = decimal
  }

  private init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var (digits, scale) = (Int128(0), 0)
    var isFraction = false
    let isNegative = bytes.first == .dash
    var i = isNegative ? 1 : 0
    while i < bytes.count {
      let byte = bytes[i]
      i += 1
      if byte.isDigit {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, overflowToo) = product.addingReportingOverflow(Int128(byte - 48))
        if overflow || overflowToo { return nil }
        digits = sum
        if isFraction { scale += 1 }
      } else if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if byte == UInt8(ascii: "e"), let exponent = Int(String(decoding: bytes[i...], as: UTF8.self)),
        (-40...40).contains(exponent)
      {
        scale -= exponent
        break
      } else {
        return nil
      }
    }
    guard let scaled = Decimal(digits: isNegative ? -digits : digits, scale: 0).times(tensOf: -Swift.min(scale, 0)),
      scale <= Decimal.scaleMax
    else { return nil }
    self.init(digits: scaled.digits, scale: Swift.max(scale, 0))
  }

  var double: Double {
    // Of two exact numbers the quotient is the nearest there is.
    if digits.magnitude < 1 << 53, scale <= 22 { return Double(Int64(digits)) / Decimal.exactPowers[scale] }
    return Double("\(digits)e-\(scale)") ?? 0
  }

  /// The digits multiplied by a power of ten.
  private func times(tensOf power: Int) -> Decimal? {
    var digits = digits
    for _ in 0..<power {
      let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      digits = product
    }
    return Decimal(digits: digits, scale: scale)
  }

  /// Both with the larger of their scales.
  private static func aligned(_ a: Decimal, _ b: Decimal) -> (Int128, Int128, Int)? {
    let scale = Swift.max(a.scale, b.scale)
    guard let left = a.times(tensOf: scale - a.scale), let right = b.times(tensOf: scale - b.scale) else { return nil }
    return (left.digits, right.digits, scale)
  }

  static func isLess(_ a: Decimal, _ b: Decimal) -> Bool? { aligned(a, b).map { $0.0 < $0.1 } }

  static func sum(_ a: Decimal, _ b: Decimal) -> Decimal? {
    guard let (left, right, scale) = aligned(a, b) else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : Decimal(digits: sum, scale: scale)
  }

  static func difference(_ a: Decimal, _ b: Decimal) -> Decimal? {
    guard let (left, right, scale) = aligned(a, b) else { return nil }
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? nil : Decimal(digits: difference, scale: scale)
  }

  static func product(_ a: Decimal, _ b: Decimal) -> Decimal? {
    let (product, overflow) = a.digits.multipliedReportingOverflow(by: b.digits)
    return overflow || a.scale + b.scale > scaleMax ? nil : Decimal(digits: product, scale: a.scale + b.scale)
  }

  /// The quotient to more digits than a binary fraction can hold.
  static func quotient(_ a: Decimal, _ b: Decimal) -> Decimal? {
    guard b.digits != 0, let (start, divisor, _) = aligned(a, b) else { return nil }
    var dividend = start
    var scale = 0
    while scale < scaleMax {
      let (product, overflow) = dividend.multipliedReportingOverflow(by: 10)
      if overflow { break }
      dividend = product
      scale += 1
    }
    guard scale >= 18 || dividend.remainderReportingOverflow(dividingBy: divisor).partialValue == 0 else { return nil }
    let (quotient, overflow) = dividend.dividedReportingOverflow(by: divisor)
    return overflow ? nil : Decimal(digits: quotient, scale: scale)
  }

  /// The remainder that has the sign of the divisor.
  static func remainder(_ a: Decimal, _ b: Decimal) -> Decimal? {
    guard b.digits != 0, let (left, right, scale) = aligned(a, b) else { return nil }
    let (remainder, overflow) = left.remainderReportingOverflow(dividingBy: right)
    if overflow { return nil }
    let isOff = remainder != 0 && (remainder < 0) != (right < 0)
    return Decimal(digits: isOff ? remainder + right : remainder, scale: scale)
  }

  /// Rounded to a number of decimals, which may be negative.
  func rounded(to decimals: Int, _ rule: FloatingPointRoundingRule) -> Decimal? {
    guard decimals < scale else { return self }
    guard scale - decimals <= 37 else { return Decimal(digits: 0, scale: 0) }
    var unit: Int128 = 1
    for _ in 0..<(scale - decimals) { unit *= 10 }
    var (whole, rest) = digits.quotientAndRemainder(dividingBy: unit)
    switch rule {
    case .up: if rest > 0 { whole += 1 }
    case .down: if rest < 0 { whole -= 1 }
    default: if rest.magnitude >= unit.magnitude - rest.magnitude { whole += digits < 0 ? -1 : 1 }
    }
    rest = 0
    return Decimal(digits: whole, scale: 0).times(tensOf: -Swift.min(decimals, 0)).map {
      Decimal(digits: $0.digits, scale: Swift.max(decimals, 0))
    }
  }

  /// The whole number, when it has no decimals and fits.
  var integer: Int? { scale == 0 ? Int(exactly: digits) : nil }
}
