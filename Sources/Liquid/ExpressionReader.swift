/// Reads what stands between braces.
struct ExpressionReader {
  private let characters: [Character]
  private let place: Place
  private var i = 0

  init(_ text: String, at place: Place) { (characters, self.place) = (Array(text), place) }

  /// `operand | filter: argument, … | …`, to the end.
  mutating func expression() throws(LiquidError) -> Expression {
    let expression = try openExpression()
    guard peek() == nil else { throw failure("unexpected \"\(String(characters[i...].prefix(20)))\"") }
    return expression
  }

  /// `name = expression`.
  mutating func assignment() throws(LiquidError) -> Node {
    guard let name = word() else { throw failure("a name is expected after assign") }
    guard take("=") else { throw failure("= is expected after \(name)") }
    return .assign(name, try expression())
  }

  /// Comparisons joined by `and` and `or`, which bind from the right.
  mutating func condition() throws(LiquidError) -> Condition {
    let left = try comparison()
    switch word() {
    case nil:
      guard peek() == nil else { throw failure("unexpected \"\(String(characters[i...].prefix(20)))\"") }
      return left
    case "and"?: return .and(left, try condition())
    case "or"?: return .or(left, try condition())
    case let other?: throw failure("and, or or the tag's end is expected instead of \"\(other)\"")
    }
  }

  private mutating func comparison() throws(LiquidError) -> Condition {
    let left = try operand()
    let before = i
    var symbol = ""
    while let c = peek(skippingSpace: symbol.isEmpty), "=!<>".contains(c), symbol.count < 2 {
      symbol.append(c)
      i += 1
    }
    if symbol.isEmpty {
      guard word() == "contains" else {
        i = before
        return .value(left)
      }
      symbol = "contains"
    }
    guard let comparison = Condition.Comparison(rawValue: symbol) else {
      throw failure("there is no comparison \"\(symbol)\"")
    }
    return .comparison(left, comparison, try operand())
  }

  private mutating func openExpression() throws(LiquidError) -> Expression {
    let operand = try operand()
    var calls: [Expression.Call] = []
    while take("|") {
      guard let name = word() else { throw failure("a filter's name is expected after |") }
      guard let filter = Filter(rawValue: name) else {
        throw failure(
          "there is no filter \"\(name)\"; known are \(Filter.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      var arguments: [Operand] = []
      if take(":") {
        repeat { arguments.append(try self.operand()) } while take(",")
      }
      calls.append(Expression.Call(filter: filter, arguments: arguments))
    }
    return Expression(operand: operand, calls: calls)
  }

  private mutating func operand() throws(LiquidError) -> Operand {
    guard let c = peek() else { throw failure("a value is expected") }
    if c == "\"" || c == "'" { return .literal(.string(try quoted(c))) }
    if c.isNumber || c == "-" { return .literal(try number()) }
    guard let name = word() else { throw failure("a value cannot start with \"\(c)\"") }
    switch name {
    case "nil", "null", "blank", "empty": return .literal(name == "nil" || name == "null" ? .null : .string(""))
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    default: return .path(try steps(from: name))
    }
  }

  private mutating func steps(from name: String) throws(LiquidError) -> [Operand.Step] {
    var steps: [Operand.Step] = [.name(name)]
    while i < characters.count {
      if characters[i] == "." {
        i += 1
        guard let next = word() else { throw failure("a name is expected after the point") }
        steps.append(.name(next))
      } else if characters[i] == "[" {
        i += 1
        guard let c = peek() else { throw failure("] is missing") }
        if c == "\"" || c == "'" {
          steps.append(.name(try quoted(c)))
        } else if case .int(let n) = try number() {
          steps.append(.index(n))
        } else {
          throw failure("a whole number or a quoted name is expected in [ ]")
        }
        guard take("]") else { throw failure("] is missing") }
      } else {
        break
      }
    }
    return steps
  }

  private mutating func quoted(_ quote: Character) throws(LiquidError) -> String {
    i += 1
    var out = ""
    while i < characters.count, characters[i] != quote {
      out.append(characters[i])
      i += 1
    }
    guard i < characters.count else { throw failure("the text is not closed: \(quote) is missing") }
    i += 1
    return out
  }

  private mutating func number() throws(LiquidError) -> LiquidValue {
    _ = peek()
    var text = ""
    while i < characters.count, characters[i].isASCII, characters[i].isNumber || "-.".contains(characters[i]) {
      text.append(characters[i])
      i += 1
    }
    if let n = Int(text) { return .int(n) }
    if let x = Double(text) { return .double(x) }
    throw failure("\"\(text)\" is not a number")
  }

  private mutating func word() -> String? {
    guard let c = peek(), c.isLetter || c == "_" else { return nil }
    var out = ""
    while i < characters.count, characters[i].isLetter || characters[i].isNumber || "_-".contains(characters[i]) {
      out.append(characters[i])
      i += 1
    }
    return out
  }

  private mutating func take(_ c: Character) -> Bool {
    guard peek() == c else { return false }
    i += 1
    return true
  }

  private mutating func peek(skippingSpace: Bool = true) -> Character? {
    while skippingSpace, i < characters.count, characters[i].isWhitespace { i += 1 }
    return i < characters.count ? characters[i] : nil
  }

  private func failure(_ message: String) -> LiquidError {
    LiquidError(message, at: Place(line: place.line, column: place.column))
  }
}
