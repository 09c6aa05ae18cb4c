import Synchronization
import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// Clients, requests and answers for the tests of `ModelClient`.
enum ModelFixture {
  static let key = "sk-test-0123456789abcdef"

  static let schema: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["verdict", "arms"],
    "properties": [
      "verdict": ["type": "string", "enum": ["no_change", "supplement"]],
      "arms": ["type": "array", "items": ["type": "string"]],
    ],
  ]

  static let tools = ["catalog_changes", "return_rates"].map { name in
    ModelTool(
      name: name, summary: "Asks for \(name).",
      parameters: [
        "type": "object", "additionalProperties": false, "required": ["brand"],
        "properties": ["brand": ["type": "string"]],
      ], isStrict: name == "catalog_changes")
  }

  /// The request whose bodies the tests of the dialects have byte by byte.
  static let golden = ModelRequest(
    system: ["You review one segment.", "Brand: plain words."],
    tools: [
      ModelTool(
        name: "product_facts", summary: "Price and stock.",
        parameters: [
          "type": "object", "properties": ["skus": ["type": "array", "items": ["type": "string"]]],
          "required": ["skus"], "additionalProperties": false,
        ]),
      ModelTool(
        name: "catalog_changes", summary: "What is new.",
        parameters: [
          "type": "object", "required": ["kinds", "brand"], "additionalProperties": false,
          "properties": [
            "kinds": ["type": "array", "items": ["type": "string", "enum": ["new", "restock"]]],
            "brand": ["anyOf": [["type": "string"], ["type": "null"]]],
          ],
        ], isStrict: true),
    ], turns: [.user(["<data>{\"n\":1}</data>", "Answer for hour 10."])],
    answer: ModelAnswerSchema(name: "overlay", schema: schema))

  /// - Parameter system: long enough for a cache when it is.
  static func request(
    _ text: String = "Answer for hour 10.", system: String = "You review one segment.", tools: [ModelTool] = tools
  ) -> ModelRequest {
    ModelRequest(
      system: [system, "Brand: plain words."], tools: tools, turns: [.user(["<data>{\"n\":1}</data>", text])],
      answer: ModelAnswerSchema(name: "overlay", schema: schema))
  }

  static func message(_ content: String, stop: String = "end_turn", usage: String = #"{"input_tokens":3}"#) -> String {
    #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-5-5","content":\#(content),"#
      + #""stop_reason":"\#(stop)","usage":\#(usage)}"#
  }

  static func text(_ text: String, stop: String = "end_turn") -> String {
    message(JSONWriter.text([["type": "text", "text": .string(text)]]), stop: stop)
  }

  static func error(_ type: String, _ message: String = "No.") -> String {
    #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"}}"#
  }

  /// Runs `body` with a client of a server; the connections are closed at the end.
  static func withClient<T>(
    url: String, dialect: ModelDialectName = .anthropic, name: String = "claude-haiku-5-5",
    clock: any ModelClock = ManualModelClock(), profile: ModelProfile? = nil, gate: ProviderGate = ProviderGate(),
    extraHeaders: [(String, String)] = [], jitter: Double = 0, _ body: (ModelClient) async throws -> T
  ) async throws -> T {
    let settings = try ModelClientSettings(
      dialect: dialect, baseURL: url, key: ModelKey(key), name: name, profile: profile, extraHeaders: extraHeaders)
    let transport = ModelTransport()
    let client = ModelClient(settings, transport: transport, gate: gate, clock: clock, jitter: { jitter })
    do {
      let value = try await body(client)
      await transport.shutdown()
      return value
    } catch {
      await transport.shutdown()
      throw error
    }
  }

  static func kind(_ exchange: ModelExchange) -> ModelFailure.Kind? { failure(exchange)?.kind }

  static func failure(_ exchange: ModelExchange) -> ModelFailure? {
    if case .failure(let failure) = exchange.result { failure } else { nil }
  }
}

extension ModelClient {
  /// Asks with all the time in the world.
  func ask(_ request: ModelRequest = ModelFixture.request()) async -> ModelExchange {
    await answer(request, deadline: .now + .seconds(86_400))
  }
}
