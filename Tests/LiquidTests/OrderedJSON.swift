import Liquid

/// Reads JSON into template data and keeps the order of members, which Foundation's reader does not.
struct OrderedJSON {
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var next = 0

  static func value(_ text: String) throws -> LiquidValue {
    var reader = OrderedJSON(bytes: Array(text.utf8))
    return try reader.value()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func skipSpace() { while next < bytes.count, [9, 10, 13, 32].contains(bytes[next]) { next += 1 } }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard next < bytes.count, bytes[next] == character.asciiValue else { return false }
    next += 1
    return true
  }

  private mutating func value() throws -> LiquidValue {
    if take("{") { return try object() }
    if take("[") { return try array() }
    if take("\"") { return .string(try string()) }
    let start = next
    while next < bytes.count, ![44, 93, 125, 9, 10, 13, 32].contains(bytes[next]) { next += 1 }
    let word = String(decoding: bytes[start..<next], as: UTF8.self)
    switch word {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      if let int = Int(word) { return .int(int) }
      if let double = Double(word) { return .double(double) }
      throw Malformed()
    }
  }

  private mutating func object() throws -> LiquidValue {
    var members: [(String, LiquidValue)] = []
    if take("}") { return .object(LiquidObject(members)) }
    repeat {
      guard take("\"") else { throw Malformed() }
      let key = try string()
      guard take(":") else { throw Malformed() }
      members.append((key, try value()))
    } while take(",")
    guard take("}") else { throw Malformed() }
    return .object(LiquidObject(members))
  }

  private mutating func array() throws -> LiquidValue {
    var elements: [LiquidValue] = []
    if take("]") { return .array(elements) }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw Malformed() }
    return .array(elements)
  }

  private mutating func string() throws -> String {
    var units: [UInt8] = []
    while next < bytes.count {
      let byte = bytes[next]
      next += 1
      if byte == 34 { return String(decoding: units, as: UTF8.self) }
      guard byte == 92 else {
        units.append(byte)
        continue
      }
      let escape = next < bytes.count ? bytes[next] : 0
      next += 1
      switch Character(Unicode.Scalar(escape)) {
      case "n": units.append(10)
      case "t": units.append(9)
      case "r": units.append(13)
      case "b": units.append(8)
      case "f": units.append(12)
      case "u": units += Array(String(decoding: try surrogates(), as: UTF16.self).utf8)
      default: units.append(escape)
      }
    }
    throw Malformed()
  }

  private mutating func surrogates() throws -> [UInt16] {
    var units = [try unit()]
    if UTF16.isLeadSurrogate(units[0]), next + 1 < bytes.count, bytes[next] == 92, bytes[next + 1] == 117 {
      next += 2
      units.append(try unit())
    }
    return units
  }

  private mutating func unit() throws -> UInt16 {
    guard next + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[next..<next + 4], as: UTF8.self), radix: 16)
    else { throw Malformed() }
    next += 4
    return unit
  }
}
