import TesseraAgents
import TesseraModel
import Testing

/// A request with everything in it, as the segment agent sends it.
enum LanguageFixture {
  static let parameters: JSONValue = [
    "type": "object", "required": ["kinds", "brand"],
    "properties": [
      "kinds": ["type": "array", "items": ["type": "string", "enum": ["new", "restock"]]],
      "brand": ["anyOf": [["type": "string"], ["type": "null"]]],
    ],
    "additionalProperties": false,
  ]

  static let tools = [
    ModelTool(name: "product_facts", summary: "Price and stock.", parameters: skus),
    ModelTool(name: "catalog_changes", summary: "What is new.", parameters: parameters, isStrict: true),
  ]

  static let skus: JSONValue = [
    "type": "object", "properties": ["skus": ["type": "array", "items": ["type": "string"]]],
    "required": ["skus"], "additionalProperties": false,
  ]

  static let answer = ModelAnswerSchema(
    name: "overlay",
    schema: [
      "type": "object", "additionalProperties": false, "required": ["verdict", "arms"],
      "properties": [
        "verdict": ["type": "string", "enum": ["no_change", "supplement"]],
        "arms": ["type": "array", "items": ["type": "string"]],
      ],
    ])

  static let request = ModelRequest(
    system: ["You review one segment.", "Brand: plain words."], tools: tools,
    turns: [.user(["<data>{\"n\":1}</data>", "Answer for hour 10."])], answer: answer, outputTokensMax: 4_000,
    effort: "low")

  /// A text that may be broken and indented between the members of JSON, where there are no blanks in what is sent.
  static func joined(_ text: String) -> String {
    text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.joined()
  }

  static func text(
    _ dialect: any ModelDialect, _ request: ModelRequest, model: String, profile: ModelProfile
  ) -> String {
    JSONWriter.text(dialect.body(request, model: model, profile: profile))
  }

  static func profile(_ dialect: ModelDialectName, _ model: String) -> ModelProfile {
    let url = dialect == .anthropic ? "https://api.anthropic.com" : "https://api.openai.com/v1"
    return ModelProfile.chosen(dialect: dialect, baseURL: url, model: model)
  }

  static func failure<T>(_ body: () throws(ModelFailure) -> T) -> ModelFailure? {
    do throws(ModelFailure) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }
}
