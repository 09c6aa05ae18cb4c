/// Makes a value safe for the place it goes to.
enum Escaping {
  static func escaped(_ text: String, for slot: Slot) -> String {
    switch slot {
    case .html, .attribute: return html(text)
    case .plain: return text
    case .subject: return String(text.map { isControl($0) ? " " : $0 })
    case .url: return html(safeURL(text))
    case .json: return json(text)
    }
  }

  static func html(_ text: String) -> String {
    guard text.utf8.contains(where: { [38, 60, 62, 34, 39].contains($0) }) else { return text }
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }

  /// Only addresses that cannot run a script: http, https, mailto, tel, and relative ones.
  static func safeURL(_ text: String) -> String {
    let compact = text.filter { !isControl($0) && !$0.isWhitespace }
    guard let colon = compact.firstIndex(of: ":") else { return compact }
    let scheme = compact[..<colon]
    if scheme.contains(where: { $0 == "/" || $0 == "?" || $0 == "#" }) { return compact }
    return ["http", "https", "mailto", "tel"].contains(scheme.lowercased()) ? compact : ""
  }

  /// RFC 3986: everything but unreserved characters as percent and two digits.
  static func percent(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var out = ""
    for b in text.utf8 {
      let isUnreserved =
        (48...57).contains(b) || (65...90).contains(b) || (97...122).contains(b) || [45, 46, 95, 126].contains(b)
      if isUnreserved {
        out.unicodeScalars.append(Unicode.Scalar(b))
      } else {
        out += "%" + String(digits[Int(b >> 4)]) + String(digits[Int(b & 15)])
      }
    }
    return out
  }

  private static func json(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      default:
        if scalar.value < 32 {
          let hex = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  private static func isControl(_ character: Character) -> Bool {
    character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 || $0.value == 0x2028 || $0.value == 0x2029 }
  }
}
