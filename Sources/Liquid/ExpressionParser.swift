/// Reads expressions, filters and conditions from the words of one tag.
struct ExpressionParser {
  private(set) var lexer: Lexer
  private(set) var names: NameTable
  private let depthMax: Int
  private var depth = 0

  init(_ source: SourceText, _ range: Range<Int>, names: NameTable, limits: RenderLimits) throws(LiquidError) {
    lexer = try Lexer(source, range)
    self.names = names
    depthMax = limits.depthMax
  }

  var isAtEnd: Bool { lexer.current == .end }
  var position: Position { lexer.source.position(at: lexer.currentStart) }

  func failure(expected: String) -> LiquidError {
    lexer.source.error("unexpected \(lexer.current.description), expected \(expected)", at: lexer.currentStart)
  }

  mutating func number(of name: String) -> Int { names.number(of: name) }

  mutating func take(mark: Character) throws(LiquidError) -> Bool {
    guard let byte = mark.asciiValue, lexer.current == .mark(byte) else { return false }
    try lexer.advance()
    return true
  }

  mutating func take(word: String) throws(LiquidError) -> Bool {
    guard lexer.current == .identifier(word) else { return false }
    try lexer.advance()
    return true
  }

  mutating func expect(mark: Character) throws(LiquidError) {
    guard try take(mark: mark) else { throw failure(expected: "'\(mark)'") }
  }

  mutating func expectEnd() throws(LiquidError) {
    guard isAtEnd else { throw failure(expected: "the end of the tag") }
  }

  mutating func identifier(_ expected: String) throws(LiquidError) -> String {
    guard case .identifier(let name) = lexer.current else { throw failure(expected: expected) }
    try lexer.advance()
    return name
  }

  /// The name of something that the template makes itself; unlike elsewhere it may be all digits. `capture` and its
  /// like also take a text, and a name that ends in a question mark.
  mutating func newName(isQuotable: Bool = true) throws(LiquidError) -> Int {
    switch lexer.current {
    case .identifier(let name) where isQuotable || !name.hasSuffix("?"):
      try lexer.advance()
      return number(of: name)
    case .string(let name) where isQuotable:
      try lexer.advance()
      return number(of: name)
    case .int(let value) where value >= 0:
      try lexer.advance()
      return number(of: String(value))
    default: throw failure(expected: "the name of a variable")
    }
  }

  mutating func expression() throws(LiquidError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= depthMax else { throw lexer.source.error("brackets are nested too deep", at: lexer.currentStart) }
    let position = position
    switch lexer.current {
    case .string(let text):
      try lexer.advance()
      return .literal(.string(text))
    case .int(let value):
      try lexer.advance()
      return .literal(.int(value))
    case .double(let value):
      try lexer.advance()
      return .literal(.double(value))
    case .identifier(let name):
      try lexer.advance()
      return try variable(name, position)
    case .mark(UInt8(ascii: "[")): return try bracketedRoot(position)
    case .mark(UInt8(ascii: "(")): return try range(position)
    default: throw failure(expected: "a value")
    }
  }

  private mutating func variable(_ name: String, _ position: Position) throws(LiquidError) -> Expression {
    let steps = try steps()
    if steps.isEmpty {
      switch name {
      case "nil", "null": return .literal(.null)
      case "true": return .literal(.bool(true))
      case "false": return .literal(.bool(false))
      case "blank": return .blank
      case "empty": return .empty
      default: return .variable(number(of: name), position)
      }
    }
    return .path(Path(root: .name(number(of: name)), steps: steps, position: position))
  }

  private mutating func bracketedRoot(_ position: Position) throws(LiquidError) -> Expression {
    try expect(mark: "[")
    let name = try expression()
    try expect(mark: "]")
    let steps = try steps()
    guard case .literal(.string(let text)) = name else {
      return .path(Path(root: .computed(name), steps: steps, position: position))
    }
    return steps.isEmpty
      ? .variable(number(of: text), position)
      : .path(Path(root: .name(number(of: text)), steps: steps, position: position))
  }

  private mutating func range(_ position: Position) throws(LiquidError) -> Expression {
    try expect(mark: "(")
    let low = try expression()
    guard lexer.current == .dots else { throw failure(expected: "'..'") }
    try lexer.advance()
    let high = try expression()
    try expect(mark: ")")
    return .range(ExpressionParser.bound(low), ExpressionParser.bound(high), position)
  }

  /// A literal bound of a range loses its fraction, while a variable must be whole.
  private static func bound(_ expression: Expression) -> Expression {
    guard case .literal(.double(let value)) = expression else { return expression }
    return .literal(.int(value.wholePart ?? (value < 0 ? .min : .max)))
  }

  private mutating func steps() throws(LiquidError) -> [Path.Step] {
    var steps: [Path.Step] = []
    while true {
      if try take(mark: ".") {
        let name = try identifier("the name of a member")
        steps.append(.name(name, Member(name)))
      } else if try take(mark: "[") {
        switch try expression() {
        case .literal(.string(let key)): steps.append(.key(key))
        case .literal(.int(let index)): steps.append(.index(index))
        case let other: steps.append(.computed(other))
        }
        try expect(mark: "]")
      } else {
        return steps
      }
    }
  }
}

extension ExpressionParser {
  /// A value and the filters after it.
  mutating func pipeline() throws(LiquidError) -> Pipeline {
    let position = position
    let head = try expression()
    var calls: [FilterCall] = []
    while try take(mark: "|") { calls.append(try filterCall()) }
    return Pipeline(head: head, calls: calls, position: position)
  }

  private mutating func filterCall() throws(LiquidError) -> FilterCall {
    let position = position
    let start = lexer.currentStart
    let name = try identifier("the name of a filter")
    guard let filter = Filter(name: name) else {
      throw lexer.source.error("unknown filter '\(name)', expected one of the standard filters", at: start)
    }
    var arguments: [Expression] = []
    var allowFalse: Expression?
    if try take(mark: ":") {
      repeat {
        if let value = try allowFalseArgument(of: filter, name) {
          allowFalse = value
        } else {
          arguments.append(try expression())
        }
      } while try take(mark: ",")
    }
    guard filter.arity.contains(arguments.count) else {
      let (low, high) = (filter.arity.lowerBound, filter.arity.upperBound)
      let expected = low == high ? "\(low)" : "\(low) to \(high)"
      throw lexer.source.error(
        "the filter '\(name)' has \(arguments.count) arguments, expected \(expected)", at: start)
    }
    return FilterCall(filter: filter, arguments: arguments, allowFalse: allowFalse, position: position)
  }

  /// The only named argument that there is; nil when another argument follows.
  private mutating func allowFalseArgument(of filter: Filter, _ name: String) throws(LiquidError) -> Expression? {
    guard case .identifier(let keyword) = lexer.current else { return nil }
    var ahead = lexer
    try ahead.advance()
    guard ahead.current == .mark(UInt8(ascii: ":")) else { return nil }
    guard filter == .default, keyword == "allow_false" else {
      throw lexer.source.error("the filter '\(name)' has no argument named '\(keyword)'", at: lexer.currentStart)
    }
    try ahead.advance()
    lexer = ahead
    return try expression()
  }

  mutating func condition() throws(LiquidError) -> Condition {
    var condition = Condition(terms: [try term()], joins: [])
    while true {
      if try take(word: "and") {
        condition.joins.append(.and)
      } else if try take(word: "or") {
        condition.joins.append(.or)
      } else {
        guard isAtEnd else { throw failure(expected: "'and', 'or' or the end of the tag") }
        return condition
      }
      condition.terms.append(try term())
    }
  }

  private mutating func term() throws(LiquidError) -> Condition.Term {
    let position = position
    let left = try expression()
    guard case .comparison(let comparison) = lexer.current else {
      return Condition.Term(left: left, comparison: nil, right: .literal(.null), position: position)
    }
    try lexer.advance()
    return Condition.Term(left: left, comparison: comparison, right: try expression(), position: position)
  }
}
