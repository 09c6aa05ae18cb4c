/// Makes texts safe for the place that they go to.
package enum Escaping {
  static func append(_ text: String, for slot: Slot, to out: inout [UInt8]) {
    switch slot {
    // A subject becomes one line as a whole, see `Renderer.run`.
    case .plain, .subject: out.append(contentsOf: text.utf8)
    case .html, .attribute: appendHTML(text, to: &out)
    case .url: appendAddress(text, to: &out)
    case .json: appendJSON(text, to: &out)
    }
  }

  static func html(_ text: String) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count + 16)
    appendHTML(text, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// What stands for a byte that HTML reads otherwise; nil for any other.
  package static func entity(for byte: UInt8) -> StaticString? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }

  /// What stands for a byte that no address has as it is: its code, or nothing for a control; nil for any other.
  ///
  /// Neither quotes nor brackets are left, so that the address can end no attribute, whoever puts it into one. An
  /// ampersand is part of an address, and a percent sign begins a code that is one already.
  package static func addressCode(for byte: UInt8) -> StaticString? {
    switch byte {
    case 0..<0x20, 0x7F: ""
    case UInt8(ascii: " "): "%20"
    case UInt8(ascii: "\""): "%22"
    case UInt8(ascii: "'"): "%27"
    case UInt8(ascii: "<"): "%3C"
    case UInt8(ascii: ">"): "%3E"
    case UInt8(ascii: "\\"): "%5C"
    case UInt8(ascii: "`"): "%60"
    default: nil
    }
  }

  private static func appendAddress(_ text: String, to out: inout [UInt8]) {
    for byte in text.utf8 {
      if let code = addressCode(for: byte) {
        out.append(contentsOf: UnsafeBufferPointer(start: code.utf8Start, count: code.utf8CodeUnitCount))
      } else {
        out.append(byte)
      }
    }
  }

  private static func appendHTML(_ text: String, to out: inout [UInt8]) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      for i in bytes.indices {
        // One comparison passes nearly every byte of a usual text.
        guard bytes[i] <= UInt8(ascii: ">") else { continue }
        guard let entity = Escaping.entity(for: bytes[i]) else { continue }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<i]))
        out.append(contentsOf: UnsafeBufferPointer(start: entity.utf8Start, count: entity.utf8CodeUnitCount))
        start = i + 1
      }
      out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }
  }

  /// One line without controls: what could start another header becomes a space.
  static func line(_ bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    if isLine(bytes) { return text }
    var out = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      let value = scalar.value
      let isControl = value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029
      if !isControl {
        out.append(scalar)
      } else if !(isAfterReturn && scalar == "\n") {
        out.append(" ")
      }
      isAfterReturn = scalar == "\r"
    }
    return String(out)
  }

  /// Whether UTF-8 has no control and no separator of lines, as nearly every subject.
  private static func isLine(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      for i in bytes.indices {
        let byte = bytes[i]
        if byte >= 0x20, byte < 0x7F { continue }
        guard byte >= 0x80 else { return false }
        let second = i + 1 < bytes.count ? bytes[i + 1] : 0
        // U+0080 to U+009F, and U+2028 and U+2029 among others.
        if (byte == 0xC2 && second < 0xA0) || (byte == 0xE2 && second == 0x80) { return false }
      }
      return true
    }
  }

  /// The inside of a JSON string. `<` is escaped too, so that a script element around it stays closed to it.
  private static func appendJSON(_ text: String, to out: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        out.append(UInt8(ascii: "\\"))
        out.append(byte)
      case .lineFeed: out.append(contentsOf: "\\n".utf8)
      case 0x0D: out.append(contentsOf: "\\r".utf8)
      case 0x09: out.append(contentsOf: "\\t".utf8)
      case 0..<0x20, UInt8(ascii: "<"), 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        out.append(contentsOf: "\\u00".utf8)
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
      default: out.append(byte)
      }
    }
  }

  /// Whether an escaped address is relative or of a scheme that runs no script.
  static func isHarmlessAddress(_ bytes: [UInt8]) -> Bool {
    var scheme: [UInt8] = []
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      switch byte {
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): return true
      case UInt8(ascii: ":"):
        return ["http", "https", "mailto", "tel"].contains(String(decoding: scheme, as: UTF8.self))
      case UInt8(ascii: "&"):
        // Where the address is put into HTML as it is, any entity but those of `escape` could spell a colon.
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]
        if let entity = entities.first(where: { bytes[i...].starts(with: $0.utf8) }) {
          i += entity.utf8.count - 1
        } else if isEntity(bytes[(i + 1)...]) {
          return false
        }
        scheme.append(byte)
      default:
        // Browsers drop white space and controls from a scheme.
        if byte > 0x20 { scheme.append(byte.isLetter ? byte | 0x20 : byte) }
      }
      i += 1
    }
    return true
  }

  /// Whether HTML may take what follows an ampersand for a character: a number, which needs no semicolon, or a name.
  private static func isEntity(_ rest: ArraySlice<UInt8>) -> Bool {
    if rest.first == UInt8(ascii: "#") { return true }
    // No entity has a longer name; without a bound an address of ampersands would be read again and again.
    let name = rest.prefix(40).prefix { $0.isLetter || $0.isDigit }
    return !name.isEmpty && rest.dropFirst(name.count).first == UInt8(ascii: ";")
  }
}
