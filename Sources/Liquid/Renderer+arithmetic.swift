extension Renderer {
  func number(_ value: Value?) -> Number {
    switch value {
    case .data(.int(let value)): .int(value)
    case .data(.double(let value)): Number(value)
    case .data(.string(let text)), .safe(let text): Number(text)
    default: .int(0)
    }
  }

  func arithmetic(_ application: Application) throws(LiquidError) -> Value {
    let input = number(application.input)
    let result: Number?
    switch application.filter {
    case .abs: result = Renderer.isNegative(input) ? Renderer.difference(.int(0), input) : input
    case .atLeast:
      let bound = number(application.first)
      result = Number.isLess(input, bound) ? bound : input
    case .atMost:
      let bound = number(application.first)
      result = Number.isLess(bound, input) ? bound : input
    case .ceil: result = Renderer.rounded(input, decimals: 0, .up)
    case .floor: result = Renderer.rounded(input, decimals: 0, .down)
    case .round:
      let decimals = number(application.first).double
      result = Renderer.rounded(
        input, decimals: Int(decimals.clamped(-100, 100)), .toNearestOrAwayFromZero)
    case .plus: result = Renderer.sum(input, number(application.first))
    case .minus: result = Renderer.difference(input, number(application.first))
    case .times: result = Renderer.product(input, number(application.first))
    case .dividedBy, .modulo:
      let divisor = number(application.first)
      if divisor.isZero { throw application.failure("division by zero") }
      result =
        application.filter == .modulo
        ? Renderer.remainder(input, divisor) : Renderer.quotient(input, divisor)
    default: result = nil
    }
    guard let value = result?.value else { throw application.failure("the result is too large a number") }
    return .data(value)
  }

  private static func isNegative(_ number: Number) -> Bool { Number.isLess(number, .int(0)) }

  static func sum(_ a: Number, _ b: Number) -> Number? {
    if case .int(let a) = a, case .int(let b) = b {
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? nil : .int(sum)
    }
    if let a = a.asDecimal, let b = b.asDecimal, let sum = Decimal.sum(a, b) { return .decimal(sum) }
    return .double(a.double + b.double)
  }

  private static func difference(_ a: Number, _ b: Number) -> Number? {
    if case .int(let a) = a, case .int(let b) = b {
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      return overflow ? nil : .int(difference)
    }
    if let a = a.asDecimal, let b = b.asDecimal, let difference = Decimal.difference(a, b) {
      return .decimal(difference)
    }
    return .double(a.double - b.double)
  }

  private static func product(_ a: Number, _ b: Number) -> Number? {
    if case .int(let a) = a, case .int(let b) = b {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? nil : .int(product)
    }
    if let a = a.asDecimal, let b = b.asDecimal, let product = Decimal.product(a, b) {
      return signed(product, a, b)
    }
    return .double(a.double * b.double)
  }

  /// Whole numbers divide to the next lower whole number.
  private static func quotient(_ a: Number, _ b: Number) -> Number? {
    if case .int(let a) = a, case .int(let b) = b {
      let (quotient, overflow) = a.dividedReportingOverflow(by: b)
      if overflow { return nil }
      return .int(a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient)
    }
    if let a = a.asDecimal, let b = b.asDecimal, let quotient = Decimal.quotient(a, b) {
      return signed(quotient, a, b)
    }
    return .double(a.double / b.double)
  }

  /// Nothing of a negative number is a negative zero, which no exact decimal can tell.
  private static func signed(_ result: Decimal, _ a: Decimal, _ b: Decimal) -> Number {
    result.digits == 0 && (a.digits < 0) != (b.digits < 0) ? .double(-0.0) : .decimal(result)
  }

  /// The remainder has the sign of the divisor.
  private static func remainder(_ a: Number, _ b: Number) -> Number? {
    if case .int(let a) = a, case .int(let b) = b {
      let (remainder, overflow) = a.remainderReportingOverflow(dividingBy: b)
      if overflow { return .int(0) }
      return .int(remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder)
    }
    if let a = a.asDecimal, let b = b.asDecimal, let remainder = Decimal.remainder(a, b) { return .decimal(remainder) }
    guard let quotient = (a.double / b.double).wholePart else { return .double(0) }
    let remainder = a.double - b.double * Double(quotient)
    return .double(remainder != 0 && (remainder < 0) != (b.double < 0) ? remainder + b.double : remainder)
  }

  /// Without decimals the result is a whole number.
  private static func rounded(_ number: Number, decimals: Int, _ rule: FloatingPointRoundingRule) -> Number? {
    if case .int(let value) = number, decimals >= 0 { return .int(value) }
    if let rounded = number.asDecimal?.rounded(to: decimals, rule) {
      guard decimals <= 0 else { return .decimal(rounded) }
      return rounded.rounded(to: 0, rule)?.integer.map { .int($0) }
    }
    guard decimals <= 0 else { return number }
    guard let whole = number.double.wholePart else { return nil }
    let rest = number.double - Double(whole)
    return .int(rule == .up && rest > 0 ? whole + 1 : rule == .down && rest < 0 ? whole - 1 : whole)
  }
}

extension Double {
  fileprivate func clamped(_ low: Double, _ high: Double) -> Double {
    isNaN ? 0 : Swift.min(Swift.max(self, low), high)
  }
}
