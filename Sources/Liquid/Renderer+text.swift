extension Renderer {
  /// Writes a value as the slot asks for it.
  mutating func write(_ value: Value, at position: Position) throws(LiquidError) {
    switch value {
    case .data(let data): try write(data, at: position, depth: 0)
    case .safe(let text):
      if slot.keepsSafeValues {
        guard out.count + text.utf8.count <= options.limits.outputBytesMax else { throw outputLimit(position) }
        out.append(contentsOf: text.utf8)
      } else {
        try write(text, at: position)
      }
    case .range(let low, let high): try write("\(low)..\(high)", at: position)
    case .blank, .empty, .loop: break
    }
  }

  private mutating func write(_ value: LiquidValue, at position: Position, depth: Int) throws(LiquidError) {
    switch value {
    case .null: break
    case .string(let text): try write(text, at: position)
    case .int(let number): appendDigits(of: number)
    case .bool(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
    case .double(let number): out.append(contentsOf: ValueText.text(of: number).utf8)
    case .array(let elements):
      guard depth < options.limits.depthMax else {
        throw LiquidError(.limit, "the data is nested deeper than \(options.limits.depthMax)", at: position)
      }
      // Elements that print nothing are looked at all the same.
      try budget.spend(1 + (elements.count >> 3), at: position)
      for element in elements { try write(element, at: position, depth: depth + 1) }
    case .object: try write(try text(of: .data(value), at: position), at: position)
    }
    guard out.count <= options.limits.outputBytesMax else { throw outputLimit(position) }
  }

  private mutating func write(_ text: String, at position: Position) throws(LiquidError) {
    let count = text.utf8.count
    guard out.count + count <= options.limits.outputBytesMax else { throw outputLimit(position) }
    Escaping.append(text, for: slot, to: &out)
    guard out.count <= options.limits.outputBytesMax else { throw outputLimit(position) }
  }

  private mutating func appendDigits(of number: Int) {
    if number >= 0, number < 10 {
      out.append(UInt8(ascii: "0") + UInt8(number))
    } else {
      out.append(contentsOf: String(number).utf8)
    }
  }

  func outputLimit(_ position: Position) -> LiquidError {
    LiquidError(.limit, "the output is longer than \(options.limits.outputBytesMax) bytes", at: position)
  }

  /// A value as text, which is what filters for texts work with.
  mutating func text(of value: Value, at position: Position) throws(LiquidError) -> String {
    switch value {
    case .data(.string(let text)), .safe(let text): return text
    case .data(.null), .blank, .empty, .loop: return ""
    case .data(.int(let number)): return String(number)
    case .data(.bool(let value)): return value ? "true" : "false"
    case .range(let low, let high): return "\(low)..\(high)"
    case .data(let data):
      var writer = ValueText(limits: options.limits)
      writer.append(data)
      try budget.spend(writer.bytes.count >> Budget.stepShift, at: position)
      if let message = writer.passedLimit { throw LiquidError(.limit, message, at: position) }
      return writer.text
    }
  }

  /// A whole number, or a text that is one.
  mutating func integer(_ value: Value, at position: Position) throws(LiquidError) -> Int {
    switch value {
    case .data(.int(let number)): return number
    case .data(.double(let number)) where number.magnitude >= 0x1p63: return number < 0 ? .min : .max
    default:
      if let number = Number.integer(spelledBy: try text(of: value, at: position)) { return number }
      throw LiquidError(.evaluation, "expected a whole number", at: position)
    }
  }

  mutating func optionalInteger(_ expression: Expression, at position: Position) throws(LiquidError) -> Int? {
    let value = try evaluate(expression)
    return value.isNull ? nil : try integer(value, at: position)
  }

  /// The options of `tablerow` take what a text begins with, and nothing for nothing.
  mutating func looseInteger(_ expression: Expression, at position: Position) throws(LiquidError) -> Int {
    switch try evaluate(expression) {
    case .data(.int(let number)): return number
    case .data(.null): return 0
    case .data(.string(let text)), .safe(let text): return Number.leadingInteger(in: text)
    case .data(.double(let number)):
      return number.wholePart ?? (number < 0 ? .min : .max)
    default: throw LiquidError(.evaluation, "expected a whole number", at: position)
    }
  }
}
