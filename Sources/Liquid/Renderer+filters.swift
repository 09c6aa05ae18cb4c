extension Renderer {
  /// A filter with its arguments evaluated.
  struct Application {
    let filter: Filter
    let input: Value
    /// Nil when the argument is not given.
    let first: Value?
    let second: Value?
    let position: Position

    func failure(_ message: String) -> LiquidError {
      LiquidError(.evaluation, "\(message) in the filter '\(filter.rawValue)'", at: position)
    }
  }

  mutating func apply(_ call: FilterCall, to input: Value) throws(LiquidError) -> Value {
    try budget.spend(1, at: call.position)
    let arguments = call.arguments
    let application = Application(
      filter: call.filter, input: input, first: arguments.isEmpty ? nil : try evaluate(arguments[0]),
      second: arguments.count < 2 ? nil : try evaluate(arguments[1]), position: call.position)
    if let first = application.first { try budget.spend(reading: first, at: call.position) }
    if let second = application.second { try budget.spend(reading: second, at: call.position) }
    switch call.filter {
    case .default: return try fallback(application, allowFalse: call.allowFalse)
    case .size: return size(of: input)
    case .first: return try end(of: input, isFirst: true)
    case .last: return try end(of: input, isFirst: false)
    case .lookup: return try lookUp(application)
    case .money: return try money(application, .whole)
    case .moneyWithCurrency: return try money(application, .withCurrency)
    case .moneyWithoutCurrency: return try money(application, .withoutCurrency)
    case .moneyWithoutTrailingZeros: return try money(application, .withoutTrailingZeros)
    case .date: return try date(application)
    case .slice: return try slice(application)
    case .abs, .atLeast, .atMost, .ceil, .dividedBy, .floor, .minus, .modulo, .plus, .round, .times:
      return try arithmetic(application)
    case .compact, .concat, .find, .findIndex, .has, .join, .map, .reject, .reverse, .sort, .sortNatural, .split,
      .sum, .uniq, .where:
      return try overElements(application)
    case .base64Decode, .base64Encode, .base64URLSafeDecode, .base64URLSafeEncode, .escape, .escapeOnce,
      .newlineToBreak, .rawHTML, .stripHTML, .urlDecode, .urlEncode:
      return try recoded(application)
    default: return try overText(application)
    }
  }

  private mutating func fallback(_ application: Application, allowFalse: Expression?) throws(LiquidError) -> Value {
    let input = application.input
    let allowsFalse = try allowFalse.map { expression throws(LiquidError) in try evaluate(expression).isTrue } ?? false
    let isMissing = allowsFalse ? input.isNull : !input.isTrue
    return isMissing || input.isEmptyContainer ? application.first ?? .string("") : input
  }

  private func size(of value: Value) -> Value {
    switch value {
    case .data(.string(let text)), .safe(let text): .int(text.unicodeScalars.count)
    case .data(.array(let elements)): .int(elements.count)
    case .data(.object(let object)): .int(object.count)
    case .range: .int(LoopItems(value).count)
    default: .int(0)
    }
  }

  private func end(of value: Value, isFirst: Bool) throws(LiquidError) -> Value {
    switch value {
    case .data(.array(let elements)): return (isFirst ? elements.first : elements.last).map { .data($0) } ?? .null
    case .data(.object(let object)):
      guard isFirst, let member = object.first else { return .null }
      return .data(.array([.string(member.key), member.value]))
    case .range(let low, let high): return low > high ? .null : .int(isFirst ? low : high)
    default: return .null
    }
  }

  /// Klaviyo's way to a member whose name is no name in templates.
  private func lookUp(_ application: Application) throws(LiquidError) -> Value {
    guard case .data(let data) = application.input, let key = application.first?.text else { return .null }
    return .data(data[key])
  }

  private mutating func slice(_ application: Application) throws(LiquidError) -> Value {
    let position = application.position
    var start = try integer(application.first ?? .null, at: position)
    var length = 1
    if let second = application.second, second.isTrue { length = try integer(second, at: position) }
    if case .data(.array(let elements)) = application.input {
      guard let range = Renderer.range(&start, length, elements.count) else { return .data(.array([])) }
      try budget.spend(range.count >> 3, at: position)
      return .data(.array(Array(elements[range])))
    }
    let scalars = try text(of: application.input, at: position).unicodeScalars
    guard let range = Renderer.range(&start, length, scalars.count) else { return .string("") }
    let low = scalars.index(scalars.startIndex, offsetBy: range.lowerBound)
    return .string(String(scalars[low..<scalars.index(low, offsetBy: range.count)]))
  }

  /// The places from a start, which may count from the end; nil outside.
  private static func range(_ start: inout Int, _ length: Int, _ count: Int) -> Range<Int>? {
    if start < 0 { start = start.addingReportingOverflow(count).partialValue }
    guard start >= 0, start <= count, length >= 0 else { return nil }
    return start..<start + Swift.min(length, count - start)
  }
}
