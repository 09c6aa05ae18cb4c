/// Makes texts safe for the place that they go to.
package enum Escaping {
  static func append(_ text: String, for slot: Slot, to out: inout [UInt8]) {
    switch slot {
    // A subject becomes one line as a whole, see `Renderer.run`.
    case .plain, .subject: out.append(contentsOf: text.utf8)
    case .html, .attribute: appendHTML(text, to: &out)
    case .url: appendHTML(text, to: &out, dropsControls: true)
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

  private static func appendHTML(_ text: String, to out: inout [UInt8], dropsControls: Bool = false) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      for i in bytes.indices {
        // One comparison passes nearly every byte of a usual text.
        guard bytes[i] <= UInt8(ascii: ">") else { continue }
        let entity = entity(for: bytes[i])
        guard entity != nil || (dropsControls && bytes[i] < 0x20) else { continue }
        out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<i]))
        if let entity {
          out.append(contentsOf: UnsafeBufferPointer(start: entity.utf8Start, count: entity.utf8CodeUnitCount))
        }
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
        // Any other entity could spell a colon.
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]
        guard let entity = entities.first(where: { bytes[i...].starts(with: $0.utf8) }) else { return false }
        scheme.append(byte)
        i += entity.utf8.count - 1
      default:
        // Browsers drop white space and controls from a scheme.
        if byte > 0x20 { scheme.append(byte.isLetter ? byte | 0x20 : byte) }
      }
      i += 1
    }
    return true
  }
}
