/// Cuts a template into text, outputs and tags, and trims text where a tag asks for it.
///
/// In the lines of a `liquid` tag there are only tags, one a line.
struct TemplateScanner {
  enum Token {
    case text(Range<Int>)
    /// What stands inside of the braces.
    case output(Range<Int>)
    case tag(name: Range<Int>, markup: Range<Int>)
  }

  let source: SourceText
  let isLines: Bool
  private(set) var offset: Int
  private let end: Int
  private var trimsNext = false
  /// From here on no tag is closed: what was looked for in vain is not looked for again.
  private var unclosedFrom = Int.max

  init(_ source: SourceText) {
    self.source = source
    isLines = false
    offset = 0
    end = source.bytes.count
  }

  init(_ source: SourceText, lines: Range<Int>) {
    self.source = source
    isLines = true
    offset = lines.lowerBound
    end = lines.upperBound
  }

  mutating func next() throws(LiquidError) -> Token? {
    if isLines { return try nextLine() }
    while offset < end {
      switch opening(at: offset) {
      case .openBrace: return try output()
      case .percent: return try tag()
      default: if let text = text() { return .text(text) }
      }
    }
    return nil
  }

  /// The second byte of a `{{` or `{%` that starts here, else 0.
  private func opening(at i: Int) -> UInt8 {
    guard i + 1 < end, source.bytes[i] == .openBrace else { return 0 }
    let second = source.bytes[i + 1]
    return second == .openBrace || second == .percent ? second : 0
  }

  private mutating func text() -> Range<Int>? {
    var low = offset
    var high = offset
    while high < end, opening(at: high) == 0 { high += 1 }
    offset = high
    if trimsNext { while low < high, source.bytes[low].isStripped { low += 1 } }
    trimsNext = false
    if high + 2 < end, source.bytes[high + 2] == .dash {
      while low < high, source.bytes[high - 1].isStripped { high -= 1 }
    }
    return low < high ? low..<high : nil
  }

  private mutating func output() throws(LiquidError) -> Token {
    let start = offset
    var i = offset + 2
    while i + 1 < end {
      if source.bytes[i] == .dollar, source.bytes[i + 1] == .openBrace {
        // Braze's spelling of a name, which has a brace of its own.
        while i < end, source.bytes[i] != .closeBrace { i += 1 }
      } else if source.bytes[i] == .closeBrace, source.bytes[i + 1] == .closeBrace {
        offset = i + 2
        return .output(inside(start + 2, i))
      }
      i += 1
    }
    throw source.error("this output is not closed, expected '}}'", at: start)
  }

  private mutating func tag() throws(LiquidError) -> Token {
    let start = offset
    guard let close = closing(from: offset + 2) else {
      throw source.error("this tag is not closed, expected '%}'", at: start)
    }
    offset = close + 2
    let content = inside(start + 2, close)
    guard let name = name(in: content) else { throw source.error("expected the name of a tag after '{%'", at: start) }
    return .tag(name: name, markup: name.upperBound..<content.upperBound)
  }

  private mutating func closing(from start: Int) -> Int? {
    if start >= unclosedFrom { return nil }
    var i = start
    while i + 1 < end {
      if source.bytes[i] == .percent, source.bytes[i + 1] == .closeBrace { return i }
      i += 1
    }
    unclosedFrom = start
    return nil
  }

  /// The content between delimiters without the dashes that control white space.
  private mutating func inside(_ start: Int, _ close: Int) -> Range<Int> {
    var (low, high) = (start, close)
    trimsNext = low < high && source.bytes[high - 1] == .dash
    if low < high, source.bytes[low] == .dash { low += 1 }
    if low < high, source.bytes[high - 1] == .dash { high -= 1 }
    return low..<high
  }

  private func name(in content: Range<Int>) -> Range<Int>? {
    var low = content.lowerBound
    while low < content.upperBound, source.bytes[low].isSpace { low += 1 }
    var high = low
    if high < content.upperBound, source.bytes[high] == UInt8(ascii: "#") { return low..<low + 1 }
    while high < content.upperBound, source.bytes[high].isWord { high += 1 }
    return low < high ? low..<high : nil
  }

  private mutating func nextLine() throws(LiquidError) -> Token? {
    while offset < end {
      let start = offset
      var high = start
      while high < end, source.bytes[high] != .lineFeed { high += 1 }
      offset = high + 1
      if source.bytes[start..<high].allSatisfy(\.isSpace) { continue }
      guard let name = name(in: start..<high) else { throw source.error("expected the name of a tag", at: start) }
      return .tag(name: name, markup: name.upperBound..<high)
    }
    return nil
  }
}

extension TemplateScanner {
  /// Moves past the tag that ends a block whose content is not parsed.
  /// - Returns: the content, nil when the block is never closed.
  mutating func skipContent(endingWith name: String) -> Range<Int>? {
    let start = offset
    var i = offset
    while i < end, !isLines {
      if opening(at: i) == .percent, let close = endTag(name, at: i) {
        trimsNext = source.bytes[close - 1] == .dash
        offset = close + 2
        return start..<i
      }
      i += 1
    }
    return nil
  }

  /// The offset of the `%}` of a tag of this name that starts here.
  private func endTag(_ name: String, at start: Int) -> Int? {
    var i = start + 2
    if i < end, source.bytes[i] == .dash { i += 1 }
    while i < end, source.bytes[i].isSpace { i += 1 }
    for byte in name.utf8 {
      guard i < end, source.bytes[i] == byte else { return nil }
      i += 1
    }
    while i < end, source.bytes[i].isSpace { i += 1 }
    if i < end, source.bytes[i] == .dash { i += 1 }
    guard i + 1 < end, source.bytes[i] == .percent, source.bytes[i + 1] == .closeBrace else { return nil }
    return i
  }

  /// Moves past the end of a comment; comments and raw blocks inside of it have ends of their own.
  /// - Returns: false when the comment is never closed.
  mutating func skipComment() throws(LiquidError) -> Bool {
    var depth = 1
    while depth > 0 {
      guard let name = try nextTagName() else { return false }
      switch name {
      case "comment": depth += 1
      case "endcomment": depth -= 1
      case "raw": if !isLines, skipContent(endingWith: "endraw") == nil { return false }
      default: break
      }
    }
    return true
  }

  private mutating func nextTagName() throws(LiquidError) -> String? {
    if isLines {
      while offset < end {
        guard let token = try? nextLine() else { continue }
        if case .tag(let name, _) = token { return source.text(name) }
      }
      return nil
    }
    while offset < end {
      switch opening(at: offset) {
      case .percent:
        guard let close = closing(from: offset + 2) else { return nil }
        let content = inside(offset + 2, close)
        offset = close + 2
        if let name = name(in: content) { return source.text(name) }
      case .openBrace: skipOutput()
      default: offset += 1
      }
    }
    return nil
  }

  /// In a comment an output need not be well formed: it ends with its braces or with the first tag in it.
  private mutating func skipOutput() {
    var i = offset + 2
    while i + 1 < end {
      if source.bytes[i] == .closeBrace, source.bytes[i + 1] == .closeBrace {
        offset = i + 2
        return
      }
      if opening(at: i) == .percent, let close = closing(from: i + 2) {
        offset = close + 2
        return
      }
      i += 1
    }
    offset = end
  }
}
