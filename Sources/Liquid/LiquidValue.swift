/// A value that templates work with.
///
/// Values compare as data: `.int(1)` and `.double(1)` differ here, while `==` in a template takes them as equal.
public enum LiquidValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([LiquidValue])
  case object(LiquidObject)

  /// Makes an object from a dictionary, its members in the order of their names.
  ///
  /// Use ``LiquidObject`` where the order matters to a template, for example when it loops over the members.
  @_disfavoredOverload
  public static func object(_ members: [String: LiquidValue]) -> LiquidValue { .object(LiquidObject(members)) }

  /// The member of an object by its name; `.null` for other values and unknown names.
  public subscript(key: String) -> LiquidValue {
    guard case .object(let object) = self else { return .null }
    return object[key] ?? .null
  }

  /// The element of an array; negative indices count from the end. `.null` for other values and outside of the array.
  public subscript(index: Int) -> LiquidValue {
    guard case .array(let elements) = self else { return .null }
    let i = index < 0 ? elements.count &+ index : index
    return elements.indices.contains(i) ? elements[i] : .null
  }
}

extension LiquidValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes `.null`.
  public init(nilLiteral: ()) { self = .null }
  /// Makes a `.bool`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes an `.int`.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// Makes a `.double`.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// Makes a `.string`.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes an `.array`.
  public init(arrayLiteral elements: LiquidValue...) { self = .array(elements) }
  /// Makes an `.object` that keeps the order of the literal.
  public init(dictionaryLiteral elements: (String, LiquidValue)...) { self = .object(LiquidObject(elements)) }
}
