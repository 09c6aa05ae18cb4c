/// A value that templates work with.
public enum LiquidValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([LiquidValue])
  case object([String: LiquidValue])

  /// Everything but `nil` and `false` counts as true.
  var isTrue: Bool {
    switch self {
    case .null, .bool(false): false
    default: true
    }
  }

  /// Whether `default` replaces it: nil, false, and what is empty.
  var isEmpty: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    default: false
    }
  }

  /// As it is printed.
  var text: String {
    switch self {
    case .null, .object: ""
    case .bool(let b): b ? "true" : "false"
    case .int(let n): String(n)
    case .double(let x): "\(x)"
    case .string(let s): s
    case .array(let elements): elements.map(\.text).joined()
    }
  }

  /// The number that it is or spells; nil for anything else.
  var number: Double? {
    switch self {
    case .int(let n): Double(n)
    case .double(let x): x
    case .string(let s): Double(s)
    default: nil
    }
  }

  subscript(name: String) -> LiquidValue {
    switch self {
    case .object(let members):
      if let member = members[name] { return member }
      return name == "size" ? .int(members.count) : .null
    case .array(let elements):
      switch name {
      case "size": return .int(elements.count)
      case "first": return elements.first ?? .null
      case "last": return elements.last ?? .null
      default: return .null
      }
    case .string(let text): return name == "size" ? .int(text.count) : .null
    default: return .null
    }
  }

  subscript(index: Int) -> LiquidValue {
    guard case .array(let elements) = self else { return .null }
    let i = index < 0 ? elements.count + index : index
    return elements.indices.contains(i) ? elements[i] : .null
  }
}
