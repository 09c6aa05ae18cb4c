import TesseraModel

/// Reads a call's arguments; the first thing wrong with them is kept in words.
struct ToolArguments {
  private let json: JSONValue
  private(set) var failure: String?

  init(_ json: JSONValue, allowed: [String]) {
    self.json = json
    guard let members = json.members else {
      failure = "the arguments must be an object"
      return
    }
    if let unknown = members.names.first(where: { !allowed.contains($0) }) {
      failure = "there is no argument \"\(QuotedText.clean(unknown, lengthMax: 40))\""
    }
  }

  private mutating func fail(_ message: String) { failure = failure ?? message }

  /// A text, or nil for null.
  mutating func text(_ name: String) -> String? {
    guard let value = json[name], !value.isNull else { return nil }
    guard let text = value.text, text.utf8.count <= 200 else {
      fail("\(name) must be a short text or null")
      return nil
    }
    return text
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int {
    guard let n = json[name]?.integer, range.contains(n) else {
      fail("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return range.lowerBound
    }
    return n
  }

  mutating func word<T: RawRepresentable & CaseIterable>(_ name: String, of type: T.Type) -> T?
  where T.RawValue == String {
    if let value = json[name]?.text.flatMap(T.init(rawValue:)) { return value }
    fail("\(name) must be one of \(T.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  mutating func texts(_ name: String, atMost limit: Int) -> [String] {
    let all = json[name]?.elements?.compactMap(\.text) ?? []
    guard !all.isEmpty, all.count <= limit, all.count == json[name]?.elements?.count else {
      fail("\(name) must be a list of 1 to \(limit) texts")
      return []
    }
    return all
  }
}

/// Pieces of the tools' schemas.
enum ToolSchema {
  static func object(_ properties: [(String, JSONValue)]) -> JSONValue {
    [
      "type": "object", "additionalProperties": false, "required": .strings(properties.map(\.0)),
      "properties": .object(JSONObject(properties)),
    ]
  }

  static let optionalText: JSONValue = ["anyOf": [["type": "string"], ["type": "null"]]]

  static func integer(_ range: ClosedRange<Int>) -> JSONValue {
    ["type": "integer", "description": .string("\(range.lowerBound) to \(range.upperBound)")]
  }

  static func word(_ words: [String]) -> JSONValue { ["type": "string", "enum": .strings(words)] }

  static func words(_ words: [String]) -> JSONValue {
    ["type": "array", "items": word(words)]
  }
}
