/// The records of a text of values separated by commas (RFC 4180).
///
/// Lines end with CRLF or LF; a text in quotes may hold commas, line ends and doubled quotes. A quote inside a text
/// without quotes stands for itself. Empty lines are passed over. Lines count from 1; a record's is its first.
package struct DelimitedText {
  /// What a record is.
  package enum Record: Equatable, Sendable {
    case fields(line: Int)
    /// Passed over, with the reason.
    case broken(line: Int, String)
  }

  private let bytes: [UInt8]
  private var i: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// - Parameter start: where the first record begins.
  package init(_ bytes: [UInt8], from start: Int = 0) { (self.bytes, i) = (bytes, start) }

  /// The next record, whose fields replace those given; nil at the end.
  package mutating func next(_ fields: inout [String]) throws(LogError) -> Record? {
    while i < bytes.count, let width = lineEnd() {
      i += width
      line += 1
    }
    guard i < bytes.count else { return nil }
    fields.removeAll(keepingCapacity: true)
    let first = line
    while true {
      if i < bytes.count, bytes[i] == DelimitedText.quote {
        fields.append(try quoted())
        if i < bytes.count, bytes[i] != DelimitedText.comma, lineEnd() == nil {
          skipLine()
          return .broken(
            line: first, "there is more text after the quotes that end a value; double the quotes inside a value")
        }
      } else {
        fields.append(plain())
      }
      guard i < bytes.count else { return .fields(line: first) }
      if let width = lineEnd() {
        i += width
        line += 1
        return .fields(line: first)
      }
      // A comma: even at the end of the text one more value follows, an empty one.
      i += 1
    }
  }

  /// How long the line end is that stands here, if one does.
  private func lineEnd() -> Int? {
    if bytes[i] == DelimitedText.lineFeed { return 1 }
    let isLong = bytes[i] == DelimitedText.carriageReturn && i + 1 < bytes.count
    return isLong && bytes[i + 1] == DelimitedText.lineFeed ? 2 : nil
  }

  private mutating func plain() -> String {
    let start = i
    bytes.withUnsafeBufferPointer { bytes in
      while i < bytes.count, bytes[i] != DelimitedText.comma, bytes[i] != DelimitedText.lineFeed { i += 1 }
    }
    if i < bytes.count, bytes[i] == DelimitedText.lineFeed, i > start, bytes[i - 1] == DelimitedText.carriageReturn {
      i -= 1
    }
    return String(decoding: bytes[start..<i], as: UTF8.self)
  }

  private mutating func quoted() throws(LogError) -> String {
    let first = line
    i += 1
    var text: [UInt8] = []
    while i < bytes.count {
      let b = bytes[i]
      i += 1
      if b == DelimitedText.quote {
        guard i < bytes.count, bytes[i] == DelimitedText.quote else { return String(decoding: text, as: UTF8.self) }
        i += 1
      } else if b == DelimitedText.lineFeed {
        line += 1
      }
      text.append(b)
    }
    // What follows could be anything: nothing of it may be counted, and leaving it out would go unnoticed.
    throw LogError("line \(first): the quotes of a value are not closed; close them, and double those inside a value")
  }

  private mutating func skipLine() {
    while i < bytes.count, bytes[i] != DelimitedText.lineFeed { i += 1 }
    guard i < bytes.count else { return }
    i += 1
    line += 1
  }
}
