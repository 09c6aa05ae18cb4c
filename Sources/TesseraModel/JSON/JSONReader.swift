/// Why a record cannot be accepted, in a sentence that names the field and says what to send.
package struct RecordError: Error, Sendable, Equatable, CustomStringConvertible {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
  package var description: String { reason }
}

/// Reads typed fields out of one JSON object; absent and null both count as empty.
package struct JSONReader: Sendable {
  package let object: JSONObject
  /// Where the object stands, for messages: "" at the top, "lines[2]." inside.
  package let path: String

  package init(_ value: JSONValue, path: String = "", what: String) throws(RecordError) {
    guard case .object(let object) = value else {
      throw RecordError("\(path.isEmpty ? what : path) must be a JSON object")
    }
    self.object = object
    self.path = path.isEmpty ? "" : path + "."
  }

  /// A present, non-null member.
  package func value(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  package func string(_ name: String) throws(RecordError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.text else { throw RecordError("\(path)\(name) must be a string") }
    guard text.utf8.count <= TextLimit.field else {
      throw RecordError("\(path)\(name) is longer than \(TextLimit.field) bytes")
    }
    return text
  }

  /// An identifier: a string or a whole number, in its canonical spelling.
  package func identifier(_ name: String) throws(RecordError) -> String? {
    guard let value = value(name) else { return nil }
    let text: String
    switch value {
    case .string(let s): text = s
    case .number(let n) where !n.contains { ".eE-".contains($0) }: text = n
    default: throw RecordError("\(path)\(name) must be a string")
    }
    return try Identifier.canonical(text, field: path + name)
  }

  package func requiredIdentifier(_ name: String) throws(RecordError) -> String {
    guard let id = try identifier(name) else { throw RecordError("\(path)\(name) is missing") }
    return id
  }

  package func instant(_ name: String) throws(RecordError) -> Instant? {
    guard let value = value(name) else { return nil }
    guard let text = value.text else {
      throw RecordError("\(path)\(name) must be a time in RFC 3339, like \"2026-05-01T10:00:00Z\"")
    }
    do { return try Instant(parsing: text) } catch { throw RecordError("\(path)\(name): \(error.message)") }
  }

  package func requiredInstant(_ name: String) throws(RecordError) -> Instant {
    guard let at = try instant(name) else { throw RecordError("\(path)\(name) is missing") }
    return at
  }

  package func money(_ name: String) throws(RecordError) -> Money? {
    guard let value = value(name) else { return nil }
    let text: String
    switch value {
    case .number(let n): text = n
    case .string(let s) where s.isEmpty: return nil
    case .string(let s): text = s
    default: throw RecordError("\(path)\(name) must be an amount: a number or a decimal string")
    }
    guard let money = Money(decimal: text) else {
      throw RecordError(
        "\(path)\(name) must be an amount below 10^10 with at most 18 decimals, not \"\(text.prefix(40))\"")
    }
    return money
  }

  package func integer(_ name: String, in range: ClosedRange<Int>) throws(RecordError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.integer, range.contains(number) else {
      throw RecordError("\(path)\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func elements(_ name: String, countMax: Int) throws(RecordError) -> [JSONValue] {
    guard let value = value(name) else { return [] }
    guard let elements = value.elements else { throw RecordError("\(path)\(name) must be an array") }
    guard elements.count <= countMax else { throw RecordError("\(path)\(name) has more than \(countMax) elements") }
    return elements
  }

  /// An array of strings; empty ones are dropped.
  package func strings(_ name: String, countMax: Int) throws(RecordError) -> [String] {
    var out: [String] = []
    for (i, element) in try elements(name, countMax: countMax).enumerated() {
      guard let text = element.text else { throw RecordError("\(path)\(name)[\(i)] must be a string") }
      if !text.isEmpty { out.append(text) }
    }
    return out
  }
}

/// How long texts may be.
package enum TextLimit {
  /// Any single text field, bytes: longer ones are no names, and a row must fit a page.
  package static let field = 8_192
  /// An identifier, bytes: Shopify's longest gid has under 80.
  package static let identifier = 255
}

/// Spelling of identifiers.
package enum Identifier {
  /// One spelling for one thing: `gid://shopify/Customer/42?x=y` and 42 are the same id.
  package static func canonical(_ text: String, field: String) throws(RecordError) -> String {
    guard !text.isEmpty else { throw RecordError("\(field) is empty") }
    guard text.utf8.count <= TextLimit.identifier else {
      throw RecordError("\(field) is longer than \(TextLimit.identifier) bytes")
    }
    guard text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
      throw RecordError("\(field) contains a control character")
    }
    guard text.utf8.starts(with: "gid://".utf8) else { return text }
    let tail = text.split(separator: "/", omittingEmptySubsequences: false).last?.prefix { $0 != "?" } ?? ""
    return !tail.isEmpty && tail.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? String(tail) : text
  }
}
