/// A word of the language inside of a tag or an output.
enum Lexeme: Equatable {
  case identifier(String)
  case string(String)
  case int(Int)
  case double(Double)
  case comparison(Condition.Comparison)
  /// One of `. , : | [ ] ( ) =`
  case mark(UInt8)
  /// `..`
  case dots
  case end

  /// As it is named in a message.
  var description: String {
    switch self {
    case .identifier(let name): "'\(name)'"
    case .string: "a text"
    case .int, .double: "a number"
    case .comparison: "a comparison"
    case .mark(let byte): "'\(Character(Unicode.Scalar(byte)))'"
    case .dots: "'..'"
    case .end: "the end of the tag"
    }
  }
}

/// Reads the words of one tag or output, one ahead.
struct Lexer {
  let source: SourceText
  private let end: Int
  private var next: Int
  /// The word that is to be read next, and where it stands.
  private(set) var current: Lexeme = .end
  private(set) var currentStart: Int
  /// Where the word before it ended.
  private(set) var previousEnd: Int

  init(_ source: SourceText, _ range: Range<Int>) throws(LiquidError) {
    self.source = source
    end = range.upperBound
    next = range.lowerBound
    currentStart = next
    previousEnd = next
    try advance()
  }

  /// The offset where the rest of the tag begins.
  var rest: Range<Int> { currentStart..<end }

  mutating func advance() throws(LiquidError) {
    previousEnd = next
    while next < end, source.bytes[next].isSpace { next += 1 }
    currentStart = next
    current = try read()
  }

  private func byte(_ i: Int) -> UInt8 { i < end ? source.bytes[i] : 0 }

  private mutating func read() throws(LiquidError) -> Lexeme {
    guard next < end else { return .end }
    let first = source.bytes[next]
    switch first {
    case UInt8(ascii: "."):
      next += 1
      guard byte(next) == UInt8(ascii: ".") else { return .mark(first) }
      next += 1
      return .dots
    case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "("), UInt8(ascii: ")"):
      next += 1
      return .mark(first)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return try string(quote: first)
    case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): return try comparison()
    case .dollar where byte(next + 1) == .openBrace: return try bracedName()
    case .dash where byte(next + 1).isDigit: return try number()
    default:
      if first.isDigit { return try number() }
      if first.isLetter || first == UInt8(ascii: "_") { return identifier() }
      let expected = "a value, a filter, an operator such as 'and', or the end of the tag"
      throw source.error("unexpected character '\(character(at: next))', expected \(expected)", at: next)
    }
  }

  private func character(at i: Int) -> String {
    var high = i + 1
    while high < end, source.bytes[high] & 0xC0 == 0x80 { high += 1 }
    return source.text(i..<high)
  }

  private mutating func string(quote: UInt8) throws(LiquidError) -> Lexeme {
    let start = next + 1
    var i = start
    while i < end, source.bytes[i] != quote { i += 1 }
    guard i < end else {
      throw source.error("this text is not closed, expected \(quote == 34 ? "\"" : "'")", at: next)
    }
    next = i + 1
    return .string(source.text(start..<i))
  }

  private mutating func comparison() throws(LiquidError) -> Lexeme {
    let (first, second) = (source.bytes[next], byte(next + 1))
    let equals = UInt8(ascii: "=")
    next += 2
    switch (first, second) {
    case (equals, equals): return .comparison(.equal)
    case (UInt8(ascii: "!"), equals), (UInt8(ascii: "<"), UInt8(ascii: ">")): return .comparison(.notEqual)
    case (UInt8(ascii: "<"), equals): return .comparison(.atMost)
    case (UInt8(ascii: ">"), equals): return .comparison(.atLeast)
    default: next -= 1
    }
    switch first {
    case UInt8(ascii: "<"): return .comparison(.less)
    case UInt8(ascii: ">"): return .comparison(.greater)
    case equals: return .mark(equals)
    default: throw source.error("unexpected character '!', expected '!='", at: next - 1)
    }
  }

  /// Braze's `${name}`, which may hold spaces.
  private mutating func bracedName() throws(LiquidError) -> Lexeme {
    var i = next + 2
    while i < end, source.bytes[i] != .closeBrace { i += 1 }
    var (low, high) = (next + 2, i)
    while low < high, source.bytes[low].isSpace { low += 1 }
    while low < high, source.bytes[high - 1].isSpace { high -= 1 }
    guard i < end, low < high else { throw source.error("expected a name and '}' after '${'", at: next) }
    next = i + 1
    return .identifier(source.text(low..<high))
  }

  private mutating func number() throws(LiquidError) -> Lexeme {
    let start = next
    next += 1
    while byte(next).isDigit { next += 1 }
    var isWhole = true
    if byte(next) == UInt8(ascii: "."), byte(next + 1).isDigit {
      isWhole = false
      next += 1
      while byte(next).isDigit { next += 1 }
    }
    let text = source.text(start..<next)
    if isWhole, let value = Int(text) { return .int(value) }
    guard let value = Double(text), value.isFinite else { throw source.error("this number is too large", at: start) }
    return .double(value)
  }

  private mutating func identifier() -> Lexeme {
    let start = next
    while byte(next).isWord || byte(next) == .dash { next += 1 }
    if byte(next) == UInt8(ascii: "?") { next += 1 }
    let name = source.text(start..<next)
    // After a dot it is a member that happens to have this name.
    if name == "contains", current != .mark(UInt8(ascii: ".")) { return .comparison(.contains) }
    return .identifier(name)
  }
}
