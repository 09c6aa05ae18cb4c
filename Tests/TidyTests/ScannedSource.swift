/// Swift source with its comments and string literals told apart from its code, byte by byte.
struct ScannedSource: Sendable {
  /// The code of each line; what stood in comments and literals is spaces.
  private(set) var code: [String] = []
  /// The length of each line in characters without what stands in string literals: a text may be as long as it is.
  private(set) var lengths: [Int] = []
  /// Each line as written.
  private(set) var lines: [String] = []

  private enum Mode {
    /// Code, within so many open parentheses of an interpolation; 0 and not nested is the file itself.
    case code(open: Int)
    case literal(hashes: Int, isMultiline: Bool)
    case line
    case block(depth: Int)
  }

  init(_ text: String) {
    var scanner = Scanner(bytes: Array(text.utf8))
    scanner.run()
    var (start, length) = (0, 0)
    var own: [UInt8] = []
    for i in 0...scanner.bytes.count {
      if i == scanner.bytes.count || scanner.bytes[i] == UInt8(ascii: "\n") {
        code.append(String(decoding: own, as: UTF8.self))
        lines.append(String(decoding: scanner.bytes[start..<i], as: UTF8.self))
        lengths.append(length)
        (start, length) = (i + 1, 0)
        own.removeAll(keepingCapacity: true)
        continue
      }
      let kind = scanner.kinds[i]
      own.append(kind == .code ? scanner.bytes[i] : UInt8(ascii: " "))
      if kind != .literal, scanner.bytes[i] & 0xC0 != 0x80 { length += 1 }
    }
  }

  private struct Scanner {
    enum Kind { case code, comment, literal }

    let bytes: [UInt8]
    var kinds: [Kind]
    var modes: [Mode] = [.code(open: 0)]
    var i = 0

    init(bytes: [UInt8]) {
      self.bytes = bytes
      kinds = [Kind](repeating: .code, count: bytes.count)
    }

    func at(_ offset: Int) -> UInt8 { i + offset < bytes.count ? bytes[i + offset] : 0 }
    func sees(_ text: StaticString) -> Bool {
      (0..<text.utf8CodeUnitCount).allSatisfy { at($0) == text.utf8Start[$0] }
    }
    func hashes(from offset: Int) -> Int {
      var n = 0
      while at(offset + n) == UInt8(ascii: "#") { n += 1 }
      return n
    }

    mutating func take(_ count: Int, _ kind: Kind) {
      for j in i..<min(i + count, bytes.count) { kinds[j] = kind }
      i += count
    }

    mutating func run() {
      while i < bytes.count {
        switch modes[modes.count - 1] {
        case .code(let open): takeCode(open)
        case .line:
          if bytes[i] == UInt8(ascii: "\n") {
            modes.removeLast()
          } else {
            kinds[i] = .comment
            i += 1
          }
        case .block(let depth): takeBlock(depth)
        case .literal(let hashes, let isMultiline): takeLiteral(hashes, isMultiline)
        }
      }
    }

    private mutating func takeCode(_ open: Int) {
      switch bytes[i] {
      case UInt8(ascii: "/"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"): break
      default:
        i += 1  // most bytes, and code is what they are from the start
        return
      }
      if sees("//") { return modes.append(.line) }
      if sees("/*") {
        modes.append(.block(depth: 1))
        return take(2, .comment)
      }
      let n = hashes(from: 0)
      if at(n) == UInt8(ascii: "\"") {
        let isMultiline = at(n + 1) == UInt8(ascii: "\"") && at(n + 2) == UInt8(ascii: "\"")
        modes.append(.literal(hashes: n, isMultiline: isMultiline))
        return take(n + (isMultiline ? 3 : 1), .code)
      }
      if modes.count > 1 {
        if at(0) == UInt8(ascii: "(") { modes[modes.count - 1] = .code(open: open + 1) }
        if at(0) == UInt8(ascii: ")") {
          if open == 1 { modes.removeLast() } else { modes[modes.count - 1] = .code(open: open - 1) }
        }
      }
      take(1, .code)
    }

    private mutating func takeBlock(_ depth: Int) {
      if sees("*/") {
        if depth == 1 { modes.removeLast() } else { modes[modes.count - 1] = .block(depth: depth - 1) }
        return take(2, .comment)
      }
      if sees("/*") {
        modes[modes.count - 1] = .block(depth: depth + 1)
        return take(2, .comment)
      }
      take(1, at(0) == UInt8(ascii: "\n") ? .code : .comment)
    }

    private mutating func takeLiteral(_ hashes: Int, _ isMultiline: Bool) {
      switch bytes[i] {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "\n"): break
      default:
        kinds[i] = .literal
        i += 1
        return
      }
      if at(0) == UInt8(ascii: "\\"), self.hashes(from: 1) >= hashes {
        if at(1 + hashes) == UInt8(ascii: "(") {
          modes.append(.code(open: 1))
          return take(2 + hashes, .literal)
        }
        return take(2 + hashes, .literal)
      }
      let quotes = isMultiline ? 3 : 1
      if (0..<quotes).allSatisfy({ at($0) == UInt8(ascii: "\"") }), self.hashes(from: quotes) >= hashes {
        modes.removeLast()
        return take(quotes + hashes, .code)
      }
      if at(0) == UInt8(ascii: "\n"), !isMultiline { modes.removeLast() }
      take(1, .literal)
    }
  }
}
