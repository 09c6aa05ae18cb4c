extension TemplateParser {
  /// What `for` and `tablerow` say before their content.
  private struct LoopHead {
    var variable: Int
    var label: String
    var collection: Expression
    var isReversed = false
    var options: [String: Expression] = [:]
    var resumes = false
  }

  mutating func loop(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let head = try loopHead(markup, options: ["limit", "offset"], isTable: false)
    let helper = number(of: "forloop")
    var (content, ending) = try block("for", at: offset, ["else", "endfor"])
    var otherwise = Body()
    if ending.name == "else" { (otherwise, ending) = try block("for", at: offset, ["endfor"]) }
    let isBlank = content.isBlank && otherwise.isBlank
    content.nodes = isBlank ? content.withoutText : content.nodes
    otherwise.nodes = isBlank ? otherwise.withoutText : otherwise.nodes
    let node = Loop(
      variable: head.variable, helper: helper, label: head.label, collection: head.collection,
      limit: head.options["limit"],
      offset: head.resumes ? .resume : head.options["offset"].map { .expression($0) } ?? .none,
      isReversed: head.isReversed, body: content.nodes, otherwise: otherwise.nodes,
      position: source.position(at: offset))
    body.append(.loop(node), isBlank: isBlank)
  }

  mutating func table(at offset: Int, _ markup: Range<Int>, into body: inout Body) throws(LiquidError) {
    let head = try loopHead(markup, options: ["cols", "limit", "offset"], isTable: true)
    let helper = number(of: "tablerowloop")
    let (content, _) = try block("tablerow", at: offset, ["endtablerow"])
    let node = Table(
      variable: head.variable, helper: helper, collection: head.collection, columns: head.options["cols"],
      limit: head.options["limit"], offset: head.options["offset"], body: content.nodes,
      position: source.position(at: offset))
    body.append(.table(node), isBlank: content.isBlank)
  }

  private mutating func loopHead(
    _ markup: Range<Int>, options: [String], isTable: Bool
  ) throws(LiquidError) -> LoopHead {
    let source = source
    return try reading(markup) { parser throws(LiquidError) in
      let name = try parser.identifier("the name of a variable")
      guard try parser.take(word: "in") else { throw parser.failure(expected: "'in'") }
      let start = parser.lexer.currentStart
      let collection = try parser.expression()
      let spelling = source.bytes[start..<parser.lexer.previousEnd].filter { !$0.isSpace }
      var head = LoopHead(
        variable: parser.number(of: name), label: name + "-" + String(decoding: spelling, as: UTF8.self),
        collection: collection)
      while !parser.isAtEnd {
        if try parser.take(mark: ",") { continue }
        let option = parser.lexer.current
        if !isTable, try parser.take(word: "reversed") {
          head.isReversed = true
          continue
        }
        guard case .identifier(let key) = option, options.contains(key) else {
          throw parser.failure(expected: (isTable ? options : options + ["reversed"]).joined(separator: " or "))
        }
        _ = try parser.identifier("an option")
        try parser.expect(mark: ":")
        if !isTable, key == "offset", try parser.take(word: "continue") {
          head.resumes = true
        } else {
          head.options[key] = try parser.expression()
        }
      }
      return head
    }
  }
}
