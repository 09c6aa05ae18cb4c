/// A template's source as bytes, with the way from an offset to a line and a column.
struct SourceText: Sendable {
  private static let chunk = 128

  let bytes: [UInt8]
  private let lineStarts: [Int]
  /// How many scalars begin before each chunk, so that a long line is not counted again and again.
  private let scalarCounts: [Int]

  init(_ source: String) {
    bytes = Array(source.utf8)
    var starts = [0]
    var counts: [Int] = []
    var count = 0
    for (i, byte) in bytes.enumerated() {
      if i % SourceText.chunk == 0 { counts.append(count) }
      if byte & 0xC0 != 0x80 { count += 1 }
      if byte == .lineFeed { starts.append(i + 1) }
    }
    if bytes.count % SourceText.chunk == 0 { counts.append(count) }
    lineStarts = starts
    scalarCounts = counts
  }

  func position(at offset: Int) -> Position {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = scalars(before: Swift.min(offset, bytes.count)) - scalars(before: lineStarts[low])
    return Position(line: UInt32(low + 1), column: UInt32(column + 1))
  }

  private func scalars(before offset: Int) -> Int {
    let start = offset / SourceText.chunk
    // Continuation bytes of UTF-8 are no scalars of their own.
    return scalarCounts[start] + bytes[(start * SourceText.chunk)..<offset].count { $0 & 0xC0 != 0x80 }
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func error(_ message: String, at offset: Int) -> LiquidError {
    LiquidError(.syntax, message, at: position(at: offset))
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let dash = UInt8(ascii: "-")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let percent = UInt8(ascii: "%")
  static let dollar = UInt8(ascii: "$")

  /// A space, a tab, or anything that breaks a line or a page.
  var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
  /// Space, and the null byte that Ruby strips as well.
  var isStripped: Bool { isSpace || self == 0 }
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
  /// What a tag's name is made of.
  var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
}
