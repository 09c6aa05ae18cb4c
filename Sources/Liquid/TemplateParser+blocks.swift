extension TemplateParser {
  /// `if` and `unless`. What follows an `else` is read but never rendered, as in the reference implementation.
  mutating func choice(
    _ name: String, at offset: Int, _ markup: Range<Int>, into body: inout Body
  ) throws(LiquidError) {
    var condition: Condition? = try condition(markup)
    var isNegated = name == "unless"
    var arms: [(Condition?, Bool, Body)] = []
    while true {
      let (content, ending) = try block(name, at: offset, ["elsif", "else", "end" + name])
      arms.append((condition, isNegated, content))
      if ending.name == "end" + name { break }
      if ending.name == "else" { try refuseElseIf(ending.markup) }
      condition = ending.name == "elsif" ? try self.condition(ending.markup) : nil
      isNegated = false
    }
    let isBlank = arms.allSatisfy(\.2.isBlank)
    let branches = arms.map { condition, isNegated, content in
      Branch(condition: condition, isNegated: isNegated, body: isBlank ? content.withoutText : content.nodes)
    }
    body.append(.branches(branches, source.position(at: offset)), isBlank: isBlank)
  }

  /// What stands behind `else` says nothing, but for `if`: who writes that means a condition, which nobody would read.
  private func refuseElseIf(_ markup: Range<Int>) throws(LiquidError) {
    let words = source.bytes[markup].split(whereSeparator: \.isSpace)
    guard let first = words.first, words.count > 1, first.elementsEqual("if".utf8) else { return }
    throw source.error("expected 'elsif' in place of 'else if'", at: first.startIndex)
  }

  private mutating func condition(_ markup: Range<Int>) throws(LiquidError) -> Condition {
    try reading(markup) { parser throws(LiquidError) in try parser.condition() }
  }

  mutating func cases(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let subject = try reading(markup) { parser throws(LiquidError) in
      let subject = try parser.expression()
      try parser.expectEnd()
      return subject
    }
    let endings = ["when", "else", "endcase"]
    // Content before the first `when` belongs to no case.
    var (content, ending) = try block("case", at: offset, endings)
    var isBlank = content.isBlank
    var arms: [(values: [Expression], isElse: Bool, content: Body)] = []
    while ending.name != "endcase" {
      let isElse = ending.name == "else"
      let values = isElse ? [] : try whenValues(ending.markup)
      (content, ending) = try block("case", at: offset, endings)
      isBlank = isBlank && content.isBlank
      arms.append((values, isElse, content))
    }
    let whens = arms.map { arm in
      Cases.When(
        values: arm.values, isElse: arm.isElse, body: isBlank ? arm.content.withoutText : arm.content.nodes)
    }
    let node = Cases(subject: subject, whens: whens, position: source.position(at: offset))
    body.append(.cases(node), isBlank: isBlank)
  }

  private mutating func whenValues(_ markup: Range<Int>) throws(LiquidError) -> [Expression] {
    try reading(markup) { parser throws(LiquidError) in
      var values = [try parser.expression()]
      while !parser.isAtEnd {
        if try !parser.take(mark: ",") {
          guard try parser.take(word: "or") else { throw parser.failure(expected: "',' or 'or'") }
        }
        values.append(try parser.expression())
      }
      return values
    }
  }

  mutating func capture(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let name = try reading(markup) { parser throws(LiquidError) in
      let name = try parser.newName()
      try parser.expectEnd()
      return name
    }
    let (content, _) = try block("capture", at: offset, ["endcapture"])
    body.append(.capture(name: name, body: content.nodes, source.position(at: offset)), isBlank: true)
  }

  mutating func raw(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    try expectNothing(in: markup, of: "raw")
    if scanner.isLines { throw source.error("'raw' cannot be used inside of 'liquid'", at: offset) }
    guard let content = scanner.skipContent(endingWith: "endraw") else { throw unclosed("raw", at: offset) }
    if content.isEmpty { return }
    body.append(.text(Array(source.bytes[content])), isBlank: false)
  }

  mutating func doc(at offset: Int, _ markup: Range<Int>) throws(LiquidError) {
    try expectNothing(in: markup, of: "doc")
    if scanner.isLines { throw source.error("'doc' cannot be used inside of 'liquid'", at: offset) }
    var inner = scanner
    guard let content = scanner.skipContent(endingWith: "enddoc") else { throw unclosed("doc", at: offset) }
    if let nested = inner.skipContent(endingWith: "doc"), nested.upperBound < content.upperBound {
      throw source.error("'doc' cannot be nested", at: nested.upperBound)
    }
  }

  private func expectNothing(in markup: Range<Int>, of name: String) throws(LiquidError) {
    guard source.bytes[markup].allSatisfy(\.isSpace) else {
      throw source.error("'\(name)' has no arguments, expected '%}'", at: markup.lowerBound)
    }
  }

  /// Every line of an inline comment starts with its own `#`.
  func inlineComment(_ markup: Range<Int>) throws(LiquidError) {
    var isLineStart = false
    for i in markup {
      let byte = source.bytes[i]
      if byte == .lineFeed {
        isLineStart = true
      } else if isLineStart, !byte.isSpace {
        guard byte == UInt8(ascii: "#") else {
          throw source.error("expected '#' at the start of every line of an inline comment", at: i)
        }
        isLineStart = false
      }
    }
  }
}
