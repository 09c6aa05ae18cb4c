/// A value while rendering: data, or something that only templates know.
enum Value: Sendable {
  case data(LiquidValue)
  /// A text that needs no escaping in a slot for HTML.
  case safe(String)
  /// Whole numbers from the first to the second; never written out, so that its size costs nothing.
  case range(Int, Int)
  case blank
  case empty
  /// The helper of the loop with this number.
  case loop(Int)

  static let null = Value.data(.null)

  static func string(_ text: String) -> Value { .data(.string(text)) }
  static func int(_ value: Int) -> Value { .data(.int(value)) }
  static func bool(_ value: Bool) -> Value { .data(.bool(value)) }

  var isNull: Bool { if case .data(.null) = self { true } else { false } }

  /// Everything but `nil` and `false` counts as true.
  var isTrue: Bool {
    switch self {
    case .data(.null), .data(.bool(false)): false
    default: true
    }
  }

  /// What `default` replaces beside `nil` and `false`.
  var isEmptyContainer: Bool {
    switch self {
    case .data(.string(let text)), .safe(let text): text.isEmpty
    case .data(.array(let elements)): elements.isEmpty
    case .data(.object(let object)): object.isEmpty
    default: false
    }
  }

  /// The text, when it is one.
  var text: String? {
    switch self {
    case .data(.string(let text)), .safe(let text): text
    default: nil
    }
  }

  /// What `== blank` asks.
  var isBlank: Bool {
    switch self {
    case .data(.null), .data(.bool(false)): true
    case .data(.string(let text)), .safe(let text): text.utf8.allSatisfy(\.isSpace)
    default: isEmptyContainer
    }
  }
}

extension Value {
  /// What `==` says. Numbers compare by value, everything else only with its like.
  /// - Parameter work: grows by the bytes that are compared.
  /// - Returns: nil when the values are nested deeper than allowed.
  static func areEqual(_ left: Value, _ right: Value, depthMax: Int, work: inout Int) -> Bool? {
    switch (left, right) {
    case (.blank, .blank), (.empty, .empty), (.blank, .empty), (.empty, .blank): return false
    case (.blank, let other), (let other, .blank):
      work += other.text?.utf8.count ?? 0
      return other.isBlank
    case (.empty, let other), (let other, .empty): return other.isEmptyContainer
    case (.range(let a, let b), .range(let c, let d)): return a == c && b == d
    case (.loop(let a), .loop(let b)): return a == b
    case (.data(let a), .data(let b)): return areEqual(a, b, depthMax, &work)
    default:
      guard let a = left.text, let b = right.text else { return false }
      work += a.utf8.count
      // As Ruby does: by bytes, and not by what they look like.
      return a.utf8.elementsEqual(b.utf8)
    }
  }

  private static func areEqual(_ left: LiquidValue, _ right: LiquidValue, _ depthMax: Int, _ work: inout Int) -> Bool? {
    work += 16
    switch (left, right) {
    case (.string(let a), .string(let b)):
      work += a.utf8.count
      return a.utf8.elementsEqual(b.utf8)
    case (.int(let a), .double(let b)), (.double(let b), .int(let a)): return Double(a) == b
    case (.double(let a), .double(let b)): return a == b
    case (.array(let a), .array(let b)):
      guard depthMax > 0 else { return nil }
      guard a.count == b.count else { return false }
      for i in a.indices {
        guard let isEqual = areEqual(a[i], b[i], depthMax - 1, &work) else { return nil }
        if !isEqual { return false }
      }
      return true
    case (.object(let a), .object(let b)):
      guard depthMax > 0 else { return nil }
      guard a.count == b.count else { return false }
      for (key, value) in a {
        guard let other = b[key] else { return false }
        guard let isEqual = areEqual(value, other, depthMax - 1, &work) else { return nil }
        if !isEqual { return false }
      }
      return true
    case (.array, _), (.object, _): return false
    default: return left == right
    }
  }
}
