/// Writes values as text into a buffer of bounded size.
struct ValueText {
  private(set) var bytes: [UInt8] = []
  private let bytesMax: Int
  private let depthMax: Int
  /// What stopped the writing, if anything did.
  private(set) var passedLimit: String?

  init(limits: RenderLimits) {
    bytesMax = limits.outputBytesMax
    depthMax = limits.depthMax
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ text: String) {
    guard bytes.count + text.utf8.count <= bytesMax else {
      passedLimit = passedLimit ?? "a text is longer than \(bytesMax) bytes"
      return
    }
    bytes.append(contentsOf: text.utf8)
  }

  /// As filters see a value: arrays and objects in Ruby's notation.
  mutating func append(_ value: LiquidValue) {
    switch value {
    case .null: break
    case .string(let text): append(text)
    default: inspect(value, depth: 0)
    }
  }

  /// As a value stands inside of an array or an object.
  mutating func inspect(_ value: LiquidValue, depth: Int) {
    guard passedLimit == nil else { return }
    guard depth < depthMax else {
      passedLimit = "the data is nested deeper than \(depthMax)"
      return
    }
    switch value {
    case .null: append("nil")
    case .bool(let value): append(value ? "true" : "false")
    case .int(let value): append(String(value))
    case .double(let value): append(ValueText.text(of: value))
    case .string(let text): quote(text)
    case .array(let elements):
      append("[")
      for i in elements.indices {
        if i > 0 { append(", ") }
        inspect(elements[i], depth: depth + 1)
      }
      append("]")
    case .object(let object):
      append("{")
      for i in object.indices {
        if i > 0 { append(", ") }
        quote(object[i].key)
        append("=>")
        inspect(object[i].value, depth: depth + 1)
      }
      append("}")
    }
  }

  /// A constant in Ruby's notation.
  static func inspected(_ value: LiquidValue) -> String {
    var writer = ValueText(limits: RenderLimits())
    writer.inspect(value, depth: 0)
    return writer.text
  }

  private mutating func quote(_ text: String) {
    append("\"")
    for scalar in text.unicodeScalars {
      guard passedLimit == nil else { return }
      switch scalar {
      case "\"": append("\\\"")
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\r": append("\\r")
      case "\t": append("\\t")
      default: append(String(Character(scalar)))
      }
    }
    append("\"")
  }

  /// A number with a fraction as Ruby writes it: at least one decimal, exponents from 10¹⁶ on and below 10⁻⁴.
  static func text(of value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    let text = value.description
    if let e = text.utf8.firstIndex(of: UInt8(ascii: "e")) {
      return text[..<e].contains(".") ? text : "\(text[..<e]).0\(text[e...])"
    }
    guard value.magnitude >= 1e16 else { return text }
    var digits = Array(text.drop { $0 == "-" }.prefix { $0 != "." })
    let exponent = digits.count - 1
    while digits.count > 2, digits.last == "0" { digits.removeLast() }
    return "\(value < 0 ? "-" : "")\(digits[0]).\(String(digits[1...]))e+\(exponent)"
  }
}
