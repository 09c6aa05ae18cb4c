/// A JSON document as a value. Numbers keep their text, so that money stays exact; members keep their order.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The number as it was written, a valid JSON number.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The member of an object, or nil. A member that is `null` is `.null`.
  package subscript(name: String) -> JSONValue? {
    if case .object(let object) = self { object[name] } else { nil }
  }

  package var isNull: Bool { if case .null = self { true } else { false } }
  package var text: String? { if case .string(let s) = self { s } else { nil } }
  package var elements: [JSONValue]? { if case .array(let a) = self { a } else { nil } }
  package var members: JSONObject? { if case .object(let o) = self { o } else { nil } }
  package var flag: Bool? { if case .bool(let b) = self { b } else { nil } }

  /// A whole number, also when written `3.0` or `3e0`; nil otherwise or when it does not fit.
  package var integer: Int? {
    guard case .number(let text) = self else { return nil }
    if let value = Int(text) { return value }
    guard let money = Money(decimal: text), money.units % Money.scale == 0 else { return nil }
    return Int(exactly: money.units / Money.scale)
  }

  /// The nearest double of a number.
  package var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }

  package static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }
  /// A double in its shortest form; not-a-number and infinities, which JSON cannot write, become null.
  package static func double(_ value: Double) -> JSONValue {
    guard value.isFinite else { return .null }
    if value == value.rounded(), abs(value) < 1e15 { return .number(String(Int64(value))) }
    return .number("\(value)")
  }
  package static func money(_ value: Money) -> JSONValue { .number(value.description) }
  package static func instant(_ value: Instant?) -> JSONValue { value.map { .string($0.description) } ?? .null }
  package static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
  package static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .number(String(value)) }
  package init(nilLiteral: ()) { self = .null }
}
