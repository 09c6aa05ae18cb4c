/// Builds the nodes of a template from its tokens.
struct TemplateParser {
  /// The content of a block.
  struct Body {
    var nodes: [Node] = []
    /// Whether it could print nothing but white space; such blocks print nothing at all.
    var isBlank = true

    mutating func append(_ node: Node, isBlank: Bool) {
      nodes.append(node)
      self.isBlank = self.isBlank && isBlank
    }

    mutating func append(_ other: Body) {
      nodes += other.nodes
      isBlank = isBlank && other.isBlank
    }

    var withoutText: [Node] {
      nodes.filter { if case .text = $0 { false } else { true } }
    }
  }

  /// The tag that ended a body.
  struct Ending {
    var name: String
    var markup: Range<Int>
  }

  let source: SourceText
  let limits: RenderLimits
  var scanner: TemplateScanner
  private(set) var names = NameTable()
  private var depth = 0

  init(_ source: SourceText, limits: RenderLimits) {
    self.source = source
    self.limits = limits
    scanner = TemplateScanner(source)
  }

  mutating func template() throws(LiquidError) -> [Node] {
    try body(endings: []).0.nodes
  }

  /// Reads nodes up to one of the tags that may end them; without any, up to the end of the text.
  mutating func body(endings: [String]) throws(LiquidError) -> (Body, Ending) {
    var body = Body()
    while let token = try scanner.next() {
      switch token {
      case .text(let range):
        body.append(.text(Array(source.bytes[range])), isBlank: source.bytes[range].allSatisfy(\.isSpace))
      case .output(let range):
        body.isBlank = false
        if let pipeline = try pipeline(range) { body.nodes.append(.output(pipeline)) }
      case .tag(let nameRange, let markup):
        let name = source.text(nameRange)
        if endings.contains(name) { return (body, Ending(name: name, markup: markup)) }
        try tag(name, at: nameRange.lowerBound, markup, expecting: endings, into: &body)
      }
    }
    return (body, Ending(name: "", markup: 0..<0))
  }

  /// The content of a block and the tag that ended it.
  mutating func block(_ name: String, at offset: Int, _ endings: [String]) throws(LiquidError) -> (Body, Ending) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depthMax else {
      throw LiquidError(
        .limit, "blocks are nested deeper than \(limits.depthMax)", at: source.position(at: offset))
    }
    let (body, ending) = try body(endings: endings)
    guard !ending.name.isEmpty else { throw unclosed(name, at: offset) }
    return (body, ending)
  }

  func unclosed(_ name: String, at offset: Int) -> LiquidError {
    source.error("the block '\(name)' is never closed, expected '{% end\(name) %}'", at: offset)
  }

  /// Reads a tag's markup; names met on the way get their numbers.
  mutating func reading<Result>(
    _ markup: Range<Int>, _ read: (inout ExpressionParser) throws(LiquidError) -> Result
  ) throws(LiquidError) -> Result {
    var parser = try ExpressionParser(source, markup, names: names, limits: limits)
    names = NameTable()
    let result = try read(&parser)
    names = parser.names
    return result
  }

  /// An output's content; nil when there is none.
  mutating func pipeline(_ range: Range<Int>) throws(LiquidError) -> Pipeline? {
    try reading(range) { parser throws(LiquidError) in
      if parser.isAtEnd { return nil }
      let pipeline = try parser.pipeline()
      try parser.expectEnd()
      return pipeline
    }
  }

  mutating func number(of name: String) -> Int { names.number(of: name) }

  private mutating func tag(
    _ name: String, at offset: Int, _ markup: Range<Int>, expecting endings: [String], into body: inout Body
  ) throws(LiquidError) {
    switch name {
    case "if", "unless": try choice(name, at: offset, markup, into: &body)
    case "case": try cases(at: offset, markup, into: &body)
    case "for": try loop(at: offset, markup, into: &body)
    case "tablerow": try table(at: offset, markup, into: &body)
    case "capture": try capture(at: offset, markup, into: &body)
    case "assign": try assign(markup, into: &body)
    case "comment":
      guard try scanner.skipComment() else { throw unclosed(name, at: offset) }
    case "raw": try raw(at: offset, markup, into: &body)
    case "doc": try doc(at: offset, markup)
    case "#": try inlineComment(markup)
    case "liquid": body.append(try lines(at: offset, markup))
    case "echo":
      body.isBlank = false
      if let pipeline = try pipeline(markup) { body.nodes.append(.output(pipeline)) }
    case "increment", "decrement": try counter(name, markup, into: &body)
    case "cycle": try cycle(at: offset, markup, into: &body)
    case "render": try insertion(at: offset, markup, into: &body)
    case "break": body.append(.interrupt(.breakLoop), isBlank: false)
    case "continue": body.append(.interrupt(.continueLoop), isBlank: false)
    case "abort_message": try abort(at: offset, markup, into: &body)
    default: throw unexpected(name, at: offset, endings)
    }
  }

  private func unexpected(_ name: String, at offset: Int, _ endings: [String]) -> LiquidError {
    let isKnown = ["else", "elsif", "when"].contains(name) || name.hasPrefix("end")
    let message = isKnown ? "unexpected tag '\(name)'" : "unknown tag '\(name)'"
    let known = endings.map { "'\($0)'" }.joined(separator: " or ")
    let expected =
      !isKnown ? "one of the standard tags" : endings.isEmpty ? "an open block that it belongs to" : known
    return source.error("\(message), expected \(expected)", at: offset)
  }

  /// The lines of a `liquid` tag; blocks in them end in them.
  private mutating func lines(at offset: Int, _ markup: Range<Int>) throws(LiquidError) -> Body {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depthMax else { throw source.error("'liquid' is nested too deep", at: offset) }
    let outer = scanner
    scanner = TemplateScanner(source, lines: markup)
    defer { scanner = outer }
    return try body(endings: []).0
  }
}
