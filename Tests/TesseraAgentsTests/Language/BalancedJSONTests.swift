import TesseraAgents
import TesseraModel
import Testing

@Suite struct BalancedJSONTests {
  @Test(arguments: [
    ("{}", "{}"), ("Sure!\n```json\n{\"a\": {\"b\": \"}\\\"{\"}}\n``` {\"later\":1}", "{\"a\": {\"b\": \"}\\\"{\"}}"),
    ("no braces", nil), ("{\"cut\": [1, 2", nil), ("use {name} here: {\"a\":1}", "{\"a\":1}"),
    ("{'single': 1}", "{'single': 1}"), ("{{\"a\":1}}", "{\"a\":1}"), ("} {\"a\":\"é\"}", "{\"a\":\"é\"}"),
    ("", nil), ("a { b \" {\"x\":1}", "{\"x\":1}"),
  ])
  func first(_ text: String, _ expected: String?) {
    #expect(BalancedJSON.first(in: text) == expected)
  }

  /// A text of nothing but braces ends soon.
  @Test func manyBraces() {
    #expect(BalancedJSON.first(in: String(repeating: "{", count: 100_000)) == nil)
  }

  @Test func schemaOrder() {
    let a: JSONValue = [
      "type": "object", "properties": ["z": ["type": "string", "description": "x"], "a": ["type": "null"]],
    ]
    #expect(
      JSONWriter.text(SchemaText.canonical(a))
        == #"{"properties":{"z":{"description":"x","type":"string"},"a":{"type":"null"}},"type":"object"}"#)
    // a property that is itself called properties
    let b: JSONValue = ["properties": ["properties": ["type": "object", "a": 1]]]
    #expect(JSONWriter.text(SchemaText.canonical(b)) == #"{"properties":{"properties":{"a":1,"type":"object"}}}"#)
  }

  @Test func strictness() {
    #expect(SchemaText.isStrict(LanguageFixture.answer.schema, allRequired: true))
    let loose: JSONValue = [
      "type": "object", "additionalProperties": false, "required": ["a"],
      "properties": ["a": ["anyOf": [["type": "object", "properties": [:]], ["type": "null"]]]],
    ]
    #expect(!SchemaText.isStrict(loose, allRequired: false), "an inner object is open")
  }
}
