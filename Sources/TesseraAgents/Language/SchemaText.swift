package import TesseraModel

/// JSON Schemas as providers get them.
package enum SchemaText {
  /// The same schema with the members of every object sorted, so that how it was put together does not show in the
  /// bytes. The members of `properties` keep their order: models write their answers in it.
  package static func canonical(_ schema: JSONValue) -> JSONValue { canonical(schema, isNames: false) }

  private static func canonical(_ value: JSONValue, isNames: Bool) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { canonical($0, isNames: false) })
    case .object(let object):
      let members = object.map { member in
        (member.name, canonical(member.value, isNames: member.name == "properties" && !isNames))
      }
      return .object(JSONObject(isNames ? members : members.sorted { $0.0 < $1.0 }))
    default: return value
    }
  }

  /// Whether every object is closed, and requires all of its properties if `allRequired`: what strict modes demand.
  package static func isStrict(_ schema: JSONValue, allRequired: Bool) -> Bool {
    guard case .object(let object) = schema else { return false }
    let properties = object["properties"]?.members
    if object["type"]?.text == "object" || properties != nil {
      guard object["additionalProperties"]?.flag == false else { return false }
      let required = Set((object["required"]?.elements ?? []).compactMap(\.text))
      guard !allRequired || required == Set(properties?.names ?? []) else { return false }
    }
    let named = (properties.map { $0.map(\.value) } ?? []) + (object["$defs"]?.members.map { $0.map(\.value) } ?? [])
    let listed = ["anyOf", "allOf"].flatMap { object[$0]?.elements ?? [] }
    let inner = named + listed + (object["items"].map { [$0] } ?? [])
    return inner.allSatisfy { isStrict($0, allRequired: allRequired) }
  }

  /// How a schema is asked for where it cannot be enforced.
  package static func instruction(_ answer: ModelAnswerSchema) -> String {
    "Your final answer is one JSON object and nothing else: no prose, no code fence. It must fit this JSON Schema:\n"
      + JSONWriter.text(canonical(answer.schema))
  }
}
