import TesseraModel

/// Finds a JSON object in prose, for models that cannot be held to a schema.
package enum BalancedJSON {
  /// Braces tried before giving up, so that a text of braces alone costs no square of its length.
  static let startsMax = 64

  /// The first object that is valid JSON; failing that, the first text with balanced braces, so that the caller can say
  /// what is wrong with it; nil when there is none.
  package static func first(in text: String) -> String? {
    let bytes = Array(text.utf8)
    var fallback: String?
    var (i, starts) = (0, 0)
    while starts < startsMax, let open = bytes[i...].firstIndex(of: UInt8(ascii: "{")) {
      starts += 1
      guard let end = end(of: bytes, from: open) else {
        i = open + 1
        continue
      }
      let candidate = String(decoding: bytes[open..<end], as: UTF8.self)
      if (try? JSONParser.parse(candidate)) != nil { return candidate }
      fallback = fallback ?? candidate
      i = open + 1
    }
    return fallback
  }

  /// The index after the brace that closes the one at `start`; braces in strings do not count.
  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var (isString, isEscaped) = (false, false)
    for i in start..<bytes.count {
      let byte = bytes[i]
      if isString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isString = true
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return i + 1 }
      default: break
      }
    }
    return nil
  }
}
