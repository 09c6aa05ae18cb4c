/// Writes JSON in one canonical spelling: no white space, members in the order given, the shortest escapes. Same value,
/// same bytes.
package enum JSONWriter {
  package static func bytes(_ value: JSONValue) -> [UInt8] {
    var out: [UInt8] = []
    append(value, to: &out)
    return out
  }

  package static func text(_ value: JSONValue) -> String { String(decoding: bytes(value), as: UTF8.self) }

  package static func append(_ value: JSONValue, to out: inout [UInt8]) {
    switch value {
    case .null: out += "null".utf8
    case .bool(let b): out += (b ? "true" : "false").utf8
    case .number(let text): out += text.utf8
    case .string(let text): append(string: text, to: &out)
    case .array(let elements):
      out.append(UInt8(ascii: "["))
      for (i, element) in elements.enumerated() {
        if i > 0 { out.append(UInt8(ascii: ",")) }
        append(element, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    case .object(let object):
      out.append(UInt8(ascii: "{"))
      for (i, member) in object.enumerated() {
        if i > 0 { out.append(UInt8(ascii: ",")) }
        append(string: member.name, to: &out)
        out.append(UInt8(ascii: ":"))
        append(member.value, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
  }

  /// A quoted string.
  package static func append(string text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    appendEscaped(text.utf8, to: &out)
    out.append(UInt8(ascii: "\""))
  }

  /// The inside of a string. `<` is escaped too, so that a document can stand in a page's script element.
  package static func appendEscaped(_ bytes: some Sequence<UInt8>, to out: inout [UInt8]) {
    for b in bytes {
      switch b {
      case UInt8(ascii: "\""): out += [UInt8(ascii: "\\"), b]
      case UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), b]
      case 10: out += "\\n".utf8
      case 13: out += "\\r".utf8
      case 9: out += "\\t".utf8
      case 0..<32, UInt8(ascii: "<"):
        out += "\\u00".utf8
        out += TextEncoding.hexadecimal([b]).utf8
      default: out.append(b)
      }
    }
  }

  /// The same value for human eyes: two blanks of indentation.
  package static func pretty(_ value: JSONValue, indent: Int = 0) -> String {
    let pad = String(repeating: " ", count: indent + 2)
    let close = "\n" + String(repeating: " ", count: indent)
    switch value {
    case .array(let elements) where !elements.isEmpty:
      return "[\n" + elements.map { pad + pretty($0, indent: indent + 2) }.joined(separator: ",\n") + close + "]"
    case .object(let object) where !object.isEmpty:
      let members = object.map { pad + text(.string($0.name)) + ": " + pretty($0.value, indent: indent + 2) }
      return "{\n" + members.joined(separator: ",\n") + close + "}"
    default: return text(value)
    }
  }
}
