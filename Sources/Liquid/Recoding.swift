/// Writes texts in the alphabets of HTML, addresses and Base64.
enum Recoding {
  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  /// Escapes for HTML what is not an entity already.
  static func escapedOnce(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (i, byte) in bytes.enumerated() {
      if let entity = Escaping.entity(for: byte), byte != UInt8(ascii: "&") || !isEntity(bytes[(i + 1)...]) {
        entity.withUTF8Buffer { out.append(contentsOf: $0) }
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Whether what follows an ampersand is a name or a number and a semicolon.
  private static func isEntity(_ rest: ArraySlice<UInt8>) -> Bool {
    // No entity has a longer name; without a bound a text of ampersands and letters would be read again and again.
    let rest = rest.prefix(40)
    let name = rest.first == UInt8(ascii: "#") ? rest.dropFirst() : rest
    let letters = rest.first == UInt8(ascii: "#") ? name.prefix(while: \.isDigit) : name.prefix(while: \.isLetter)
    return !letters.isEmpty && name.dropFirst(letters.count).first == UInt8(ascii: ";")
  }

  /// Without scripts, styles and comments with their content, and without tags.
  static func withoutHTML(_ text: String) -> String {
    let blocks = [("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>")]
    let inner = removing(blocks.map { (Array($0.0.utf8), Array($0.1.utf8)) }, from: Array(text.utf8))
    return String(decoding: removing([([UInt8(ascii: "<")], [UInt8(ascii: ">")])], from: inner), as: UTF8.self)
  }

  private static func removing(_ blocks: [(open: [UInt8], close: [UInt8])], from bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    // Once there is no end to be found there is none further on either.
    var hasEnd = blocks.map { _ in true }
    var i = 0
    next: while i < bytes.count {
      if bytes[i] == UInt8(ascii: "<") {
        for (k, block) in blocks.enumerated() where hasEnd[k] && TextSearch.matches(block.open, in: bytes, at: i) {
          guard let close = TextSearch.first(block.close, in: bytes, from: i + block.open.count) else {
            hasEnd[k] = false
            continue
          }
          i = close + block.close.count
          continue next
        }
      }
      out.append(bytes[i])
      i += 1
    }
    return out
  }

  static func urlEncoded(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: " "): out.append(UInt8(ascii: "+"))
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): out.append(byte)
      default:
        if byte.isDigit || byte.isLetter {
          out.append(byte)
        } else {
          out += [.percent, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
        }
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// - Returns: nil when the bytes are no UTF-8.
  static func urlDecoded(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == .percent, i + 2 < bytes.count, let high = hexValue(bytes[i + 1]), let low = hexValue(bytes[i + 2])
      {
        out.append(high << 4 | low)
        i += 3
      } else {
        out.append(bytes[i] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[i])
        i += 1
      }
    }
    return String(validating: out, as: UTF8.self)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    if byte.isDigit { return byte - 0x30 }
    let letter = byte | 0x20
    return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : nil
  }

  private static func alphabet(isURLSafe: Bool) -> [UInt8] {
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
      + Array((isURLSafe ? "-_" : "+/").utf8)
  }

  static func base64(_ text: String, isURLSafe: Bool) -> String {
    let alphabet = alphabet(isURLSafe: isURLSafe)
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count / 3 * 4 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<Swift.min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for (k, byte) in group.enumerated() { bits |= UInt32(byte) << UInt32(16 - 8 * k) }
      for k in 0..<4 {
        out.append(k <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * k)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// - Returns: nil when the text is no Base64 or what it stands for is no UTF-8.
  static func decodedBase64(_ text: String, isURLSafe: Bool) -> String? {
    let bytes = Array(text.utf8)
    let digits = bytes.prefix { $0 != UInt8(ascii: "=") }
    let padding = bytes.count - digits.count
    guard bytes[digits.count...].allSatisfy({ $0 == UInt8(ascii: "=") }), digits.count % 4 != 1 else { return nil }
    // Only the alphabet for addresses may leave the padding out.
    let isPadded = padding <= 2 && bytes.count % 4 == 0
    guard isPadded || (isURLSafe && padding == 0) else { return nil }
    var values: [UInt8: UInt32] = [:]
    for (k, byte) in alphabet(isURLSafe: false).enumerated() { values[byte] = UInt32(k) }
    // The alphabet for addresses takes the signs of the other one as well.
    if isURLSafe { (values[.dash], values[UInt8(ascii: "_")]) = (62, 63) }
    var out: [UInt8] = []
    var bits: UInt32 = 0
    for (k, byte) in digits.enumerated() {
      guard let value = values[byte] else { return nil }
      bits = bits << 6 | value
      if k % 4 != 0 { out.append(UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * (k % 4)))) }
    }
    return String(validating: out, as: UTF8.self)
  }
}
