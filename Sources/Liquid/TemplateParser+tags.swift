extension TemplateParser {
  mutating func assign(_ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let node = try reading(markup) { parser throws(LiquidError) in
      let name = try parser.newName(isQuotable: false)
      try parser.expect(mark: "=")
      let value = try parser.pipeline()
      try parser.expectEnd()
      return Node.assign(name: name, value: value)
    }
    body.append(node, isBlank: true)
  }

  mutating func counter(_ tag: String, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let name = try reading(markup) { parser throws(LiquidError) in
      let name = try parser.newName()
      try parser.expectEnd()
      return name
    }
    body.append(.counter(name: name, step: tag == "increment" ? 1 : -1), isBlank: false)
  }

  mutating func cycle(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let source = source
    let node = try reading(markup) { parser throws(LiquidError) in
      var cycle = Cycle(
        group: nil, key: "", values: [try parser.expression()], position: source.position(at: offset))
      if try parser.take(mark: ":") {
        cycle.group = cycle.values[0]
        cycle.values = [try parser.expression()]
      }
      while !parser.isAtEnd {
        try parser.expect(mark: ",")
        if parser.isAtEnd { break }
        cycle.values.append(try parser.expression())
      }
      cycle.key = TemplateParser.key(of: cycle.values) ?? "@\(offset)"
      return cycle
    }
    body.append(.cycle(node), isBlank: false)
  }

  /// Two unnamed cycles are the same when all of their values are constants, and the same; nil: not all are.
  private static func key(of values: [Expression]) -> String? {
    var parts: [String] = []
    for value in values {
      switch value {
      case .literal(let value): parts.append(ValueText.inspected(value))
      case .range(.literal(let low), .literal(let high), _):
        parts.append(ValueText.inspected(low) + ".." + ValueText.inspected(high))
      default: return nil
      }
    }
    return parts.joined(separator: ", ")
  }

  /// `render 'name' with value as alias, argument: value`.
  mutating func insertion(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let position = source.position(at: offset)
    let node = try reading(markup) { parser throws(LiquidError) in
      guard case .literal(.string(let snippet)) = try parser.expression() else {
        throw LiquidError(.syntax, "expected the name of a snippet in quotes after 'render'", at: position)
      }
      var insertion = Insertion(
        snippet: snippet, subject: .none, alias: snippet, arguments: [], position: position)
      if try parser.take(word: "with") {
        insertion.subject = .with(try parser.expression())
      } else if try parser.take(word: "for") {
        insertion.subject = .each(try parser.expression())
      }
      if try parser.take(word: "as") { insertion.alias = try parser.identifier("the name of a variable") }
      while !parser.isAtEnd {
        if try parser.take(mark: ",") { continue }
        let name = try parser.identifier("the name of an argument")
        try parser.expect(mark: ":")
        insertion.arguments.append(Insertion.Argument(name: name, value: try parser.expression()))
      }
      return insertion
    }
    body.append(.render(node), isBlank: false)
  }

  /// The reason may stand in brackets, as Braze writes it.
  mutating func abort(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let reason = try reading(markup) { parser throws(LiquidError) -> Pipeline? in
      if parser.isAtEnd { return nil }
      let isBracketed = try parser.take(mark: "(")
      if isBracketed, try parser.take(mark: ")") { return nil }
      let reason = try parser.pipeline()
      if isBracketed { try parser.expect(mark: ")") }
      try parser.expectEnd()
      return reason
    }
    body.append(.abort(reason, source.position(at: offset)), isBlank: false)
  }
}
