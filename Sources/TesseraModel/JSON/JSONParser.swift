/// Why a text is not JSON, and where.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Bytes from the start of the text.
  package let offset: Int
  package let message: String
  package var description: String { "byte \(offset): \(message)" }
}

/// A strict reader of RFC 8259 in UTF-8. Refused, because two readers could disagree about them: trailing commas,
/// comments, duplicate names, lone surrogates, NUL, byte-order marks, anything after the value.
package struct JSONParser {
  /// Deeper documents are refused: no fact nests that far, and recursion must end.
  package static let depthMax = 32

  private let bytes: [UInt8]
  private let end: Int
  private var i: Int
  /// Whether what was read so far is spelt as `JSONWriter` spells it.
  private var isCanonical = true

  /// Reads one value that fills the whole of `bytes` but for white space.
  package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue { try parse(bytes, in: 0..<bytes.count) }

  /// Reads one value that fills a part of `bytes`; offsets in errors count from the part's start.
  package static func parse(_ bytes: [UInt8], in range: Range<Int>) throws(JSONError) -> JSONValue {
    try parseSpelling(bytes, in: range).value
  }

  /// As `parse`.
  /// - Returns: also whether the part is spelt as `JSONWriter` spells the value, so that it need not be written anew;
  ///   where it is false, it may be.
  package static func parseSpelling(
    _ bytes: [UInt8], in range: Range<Int>
  ) throws(JSONError) -> (value: JSONValue, isCanonical: Bool) {
    var parser = JSONParser(bytes: bytes, end: range.upperBound, i: range.lowerBound)
    do throws(JSONError) {
      let value = try parser.value(depth: 0)
      parser.skipSpace()
      guard parser.i == parser.end else { throw parser.failure("unexpected text after the value") }
      return (value, parser.isCanonical)
    } catch {
      throw JSONError(offset: error.offset - range.lowerBound, message: error.message)
    }
  }

  package static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8)) }

  private init(bytes: [UInt8], end: Int, i: Int) { (self.bytes, self.end, self.i) = (bytes, end, i) }

  private func failure(_ message: String) -> JSONError { JSONError(offset: i, message: message) }

  private mutating func skipSpace() {
    while i < end, bytes[i] == 32 || bytes[i] == 10 || bytes[i] == 13 || bytes[i] == 9 {
      isCanonical = false
      i += 1
    }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    guard depth < JSONParser.depthMax else { throw failure("nested deeper than \(JSONParser.depthMax) levels") }
    skipSpace()
    guard i < end else { throw failure("a value is missing") }
    switch bytes[i] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    case UInt8(ascii: "-"), 48...57: return .number(try number())
    default: throw failure("a value cannot start with this character")
    }
  }

  /// An event seldom has more.
  private static let membersUsual = 8

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    i += 1
    var members: [(name: String, value: JSONValue)] = []
    members.reserveCapacity(JSONParser.membersUsual)
    var names: Set<String> = []
    skipSpace()
    if i < end, bytes[i] == UInt8(ascii: "}") {
      i += 1
      return .object(JSONObject())
    }
    while true {
      skipSpace()
      guard i < end, bytes[i] == UInt8(ascii: "\"") else { throw failure("a member's name in quotes is expected") }
      let name = try string()
      guard !JSONParser.repeats(name, in: members, &names) else {
        throw failure("the name \"\(name.prefix(40))\" occurs twice")
      }
      skipSpace()
      guard i < end, bytes[i] == UInt8(ascii: ":") else { throw failure("a colon is expected") }
      i += 1
      members.append((name, try value(depth: depth + 1)))
      skipSpace()
      guard i < end else { throw failure("the object is not closed") }
      i += 1
      if bytes[i - 1] == UInt8(ascii: "}") { return .object(JSONObject(labelled: members)) }
      guard bytes[i - 1] == UInt8(ascii: ",") else {
        i -= 1
        throw failure("a comma or } is expected")
      }
    }
  }

  /// A linear search while there are few members, then a table: a body of a few megabytes holds a million of them.
  private static func repeats(
    _ name: String, in members: [(name: String, value: JSONValue)], _ names: inout Set<String>
  ) -> Bool {
    if members.count < 32 {
      for i in members.indices where members[i].name == name { return true }
      return false
    }
    if names.isEmpty { names = Set(members.map(\.name)) }
    return !names.insert(name).inserted
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    i += 1
    var elements: [JSONValue] = []
    skipSpace()
    if i < end, bytes[i] == UInt8(ascii: "]") {
      i += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      guard i < end else { throw failure("the array is not closed") }
      i += 1
      if bytes[i - 1] == UInt8(ascii: "]") { return .array(elements) }
      guard bytes[i - 1] == UInt8(ascii: ",") else {
        i -= 1
        throw failure("a comma or ] is expected")
      }
    }
  }

  private mutating func literal(_ word: StaticString) throws(JSONError) {
    let count = word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { $0.elementsEqual(bytes[i..<min(end, i + count)]) }
    guard matches else { throw failure("not a JSON word (true, false and null are)") }
    i += count
  }

  private mutating func number() throws(JSONError) -> String {
    let start = i
    if bytes[i] == UInt8(ascii: "-") { i += 1 }
    if i < end, bytes[i] == 48 {
      i += 1
    } else {
      try digits()
    }
    if i < end, bytes[i] == UInt8(ascii: ".") {
      i += 1
      try digits()
    }
    if i < end, bytes[i] == UInt8(ascii: "e") || bytes[i] == UInt8(ascii: "E") {
      i += 1
      if i < end, bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") { i += 1 }
      try digits()
    }
    if i < end, (48...57).contains(bytes[i]) { throw failure("a number cannot start with 0") }
    return String(decoding: bytes[start..<i], as: UTF8.self)
  }

  private mutating func digits() throws(JSONError) {
    let start = i
    while i < end, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
    guard i > start else { throw failure("a digit is expected") }
  }

  private mutating func string() throws(JSONError) -> String {
    i += 1
    let start = i
    var all: UInt8 = 0
    while i < end, bytes[i] != UInt8(ascii: "\""), bytes[i] != UInt8(ascii: "\\"), bytes[i] >= 32 {
      if bytes[i] == UInt8(ascii: "<") { isCanonical = false }
      all |= bytes[i]
      i += 1
    }
    if i < end, bytes[i] == UInt8(ascii: "\"") {
      // ASCII, as nearly every text is, need not be validated.
      let text =
        all < 0x80
        ? String(decoding: bytes[start..<i], as: UTF8.self) : String(validating: bytes[start..<i], as: UTF8.self)
      guard let text else { throw failure("not valid UTF-8") }
      i += 1
      return text
    }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    isCanonical = false
    var out = Array(bytes[start..<i])
    while i < end {
      let b = bytes[i]
      i += 1
      if b == UInt8(ascii: "\"") {
        guard let text = String(validating: out, as: UTF8.self) else { throw failure("not valid UTF-8") }
        return text
      }
      guard b >= 32 else { throw failure("a control character must be escaped") }
      if b == UInt8(ascii: "\\") { out += try escape() } else { out.append(b) }
    }
    throw failure("the string is not closed")
  }

  private mutating func escape() throws(JSONError) -> [UInt8] {
    guard i < end else { throw failure("the string is not closed") }
    i += 1
    switch bytes[i - 1] {
    case UInt8(ascii: "\""): return [UInt8(ascii: "\"")]
    case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
    case UInt8(ascii: "/"): return [UInt8(ascii: "/")]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try codeUnit()
      if (0xD800...0xDBFF).contains(code) {
        guard i + 1 < end, bytes[i] == UInt8(ascii: "\\"), bytes[i + 1] == UInt8(ascii: "u") else {
          throw failure("half of a surrogate pair")
        }
        i += 2
        let low = try codeUnit()
        guard (0xDC00...0xDFFF).contains(low) else { throw failure("half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard code != 0 else { throw failure("NUL is not allowed in a string") }
      guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
      return Array(String(scalar).utf8)
    default:
      i -= 1
      throw failure("no such escape")
    }
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    guard i + 4 <= end, let value = UInt32(String(decoding: bytes[i..<i + 4], as: UTF8.self), radix: 16),
      bytes[i] != UInt8(ascii: "+"), bytes[i] != UInt8(ascii: "-")
    else { throw failure("four hexadecimal digits are expected after \\u") }
    i += 4
    return value
  }
}
