/// A number as the filters for arithmetic see it.
///
/// Fractions are exact decimals, so that 10.1 minus 2.2 is 7.9; what does not fit goes on as a binary fraction.
enum Number {
  case int(Int)
  case decimal(Decimal)
  case double(Double)

  init(_ value: Double) {
    if let decimal = Decimal(value) { self = .decimal(decimal) } else { self = .double(value) }
  }

  /// What a text spells: a decimal when it is nothing but one, else the whole number that it begins with.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    var range = bytes[...]
    while let first = range.first, first.isStripped { range = range.dropFirst() }
    while let last = range.last, last.isStripped { range = range.dropLast() }
    let digits = range.first == .dash ? range.dropFirst() : range
    let whole = digits.prefix(while: \.isDigit)
    let rest = digits.dropFirst(whole.count)
    let fraction = rest.dropFirst()
    if !whole.isEmpty, rest.first == UInt8(ascii: "."), !fraction.isEmpty, fraction.allSatisfy(\.isDigit) {
      let spelling = String(decoding: range, as: UTF8.self)
      if let decimal = Decimal(spelling) { self = .decimal(decimal) } else { self = .double(Double(spelling) ?? 0) }
    } else {
      self = .int(Number.leadingInteger(in: text))
    }
  }

  var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .decimal(let value): value.double
    case .double(let value): value
    }
  }

  var isZero: Bool {
    switch self {
    case .int(let value): value == 0
    case .decimal(let value): value.digits == 0
    case .double(let value): value == 0
    }
  }

  /// The number as data; nil when it is not a finite one.
  var value: LiquidValue? {
    if case .int(let value) = self { return .int(value) }
    let value = double
    return value.isFinite ? .double(value) : nil
  }

  static func isLess(_ left: Number, _ right: Number) -> Bool {
    if case .int(let a) = left, case .int(let b) = right { return a < b }
    if let a = left.asDecimal, let b = right.asDecimal, let order = Decimal.isLess(a, b) { return order }
    return left.double < right.double
  }

  var asDecimal: Decimal? {
    switch self {
    case .int(let value): Decimal(digits: Int128(value), scale: 0)
    case .decimal(let value): value
    case .double: nil
    }
  }
}

extension Double {
  /// The number without its fraction; nil when it does not fit. Made without the C library's mathematics, which a
  /// program that links nothing else does not have.
  var wholePart: Int? { magnitude < 0x1p63 ? Int(self) : nil }
}

extension Number {
  /// The whole number that a text begins with, 0 when it begins with something else. Too large ones are the largest.
  static func leadingInteger(in text: String) -> Int {
    var bytes = text.utf8.drop { $0.isStripped }
    let isNegative = bytes.first == .dash
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    return value(of: bytes.prefix(while: \.isDigit), isNegative: isNegative)
  }

  /// The whole number that a text is, with nothing but white space around it.
  static func integer(spelledBy text: String) -> Int? {
    var bytes = text.utf8[...]
    while let first = bytes.first, first.isSpace { bytes = bytes.dropFirst() }
    while let last = bytes.last, last.isSpace { bytes = bytes.dropLast() }
    let isNegative = bytes.first == .dash
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    guard !bytes.isEmpty, bytes.allSatisfy(\.isDigit) else { return nil }
    return value(of: bytes, isNegative: isNegative)
  }

  private static func value(of digits: some Sequence<UInt8>, isNegative: Bool) -> Int {
    var value = 0
    for digit in digits {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = product.subtractingReportingOverflow(Int(digit) - 48)
      if overflow || overflowToo { return isNegative ? .min : .max }
      value = sum
    }
    return isNegative ? value : value == .min ? .max : -value
  }
}
