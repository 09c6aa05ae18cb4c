/// Reads a template's text into a tree.
struct TemplateParser {
  private let pieces: [Piece]
  private let limits: RenderLimits
  private var i = 0

  init(_ source: String, limits: RenderLimits) throws(LiquidError) {
    pieces = try TemplateScanner.pieces(of: source)
    self.limits = limits
  }

  mutating func parse() throws(LiquidError) -> [Node] {
    let nodes = try block(until: [], depth: 0)
    guard i == pieces.count else { throw LiquidError("this tag closes nothing", at: pieces[i].place) }
    return nodes
  }

  /// Nodes up to one of the closing tags, which is left to the caller.
  private mutating func block(until closing: [String], depth: Int) throws(LiquidError) -> [Node] {
    guard depth <= limits.nestingMax else {
      throw LiquidError(
        "blocks are nested deeper than \(limits.nestingMax)", at: pieces[min(i, pieces.count - 1)].place)
    }
    var nodes: [Node] = []
    while i < pieces.count {
      let piece = pieces[i]
      switch piece.kind {
      case .text:
        nodes.append(.text(piece.text))
        i += 1
      case .output:
        var reader = ExpressionReader(piece.text, at: piece.place)
        nodes.append(.output(try reader.expression(), piece.place))
        i += 1
      case .tag:
        let name = TemplateParser.name(of: piece)
        if closing.contains(name) { return nodes }
        if let node = try tag(name, piece, depth: depth) { nodes.append(node) } else { return nodes }
      }
    }
    return nodes
  }

  /// - Returns: nil at a tag that only closes; the caller says whose it should be.
  private mutating func tag(_ name: String, _ piece: Piece, depth: Int) throws(LiquidError) -> Node? {
    let rest = String(piece.text.dropFirst(name.count))
    switch name {
    case "assign":
      i += 1
      var reader = ExpressionReader(rest, at: piece.place)
      return try reader.assignment()
    case "if", "unless":
      return try choice(name, rest, piece, depth: depth)
    case "endif", "endunless", "else", "elsif": return nil
    default:
      let known = [
        "assign", "if", "elsif", "else", "endif", "unless", "endunless", "comment", "endcomment", "raw", "endraw",
      ]
      throw LiquidError("there is no tag \"\(name)\"; known are \(known.joined(separator: ", "))", at: piece.place)
    }
  }

  private mutating func choice(_ name: String, _ rest: String, _ piece: Piece, depth: Int) throws(LiquidError) -> Node {
    var branches: [Node.Branch] = []
    var reader = ExpressionReader(rest, at: piece.place)
    var condition: Condition? = try reader.condition()
    if name == "unless", let plain = condition { condition = .not(plain) }
    i += 1
    while true {
      let body = try block(until: ["elsif", "else", "end" + name], depth: depth + 1)
      branches.append(Node.Branch(condition: condition, body: body))
      guard i < pieces.count else { throw LiquidError("\(name) is not closed: end\(name) is missing", at: piece.place) }
      let closing = pieces[i]
      let word = TemplateParser.name(of: closing)
      i += 1
      switch word {
      case "end" + name: return .choice(branches)
      case "else": condition = nil
      case "elsif":
        var reader = ExpressionReader(String(closing.text.dropFirst(5)), at: closing.place)
        condition = try reader.condition()
      default: throw LiquidError("\(word) does not close \(name): end\(name) is expected", at: closing.place)
      }
    }
  }

  private static func name(of piece: Piece) -> String {
    String(piece.text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "#" })
  }
}
