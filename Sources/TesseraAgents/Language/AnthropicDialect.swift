package import TesseraModel

/// The Messages API of Anthropic, without streaming.
package struct AnthropicDialect: ModelDialect {
  /// How the key is sent; one way only.
  package enum KeyStyle: String, Sendable, CaseIterable {
    case header = "x-api-key"
    case bearer
  }

  /// The newest version of the API that this code was written for.
  package static let versionUsual = "2026-10-21"

  package let version: String
  package let keyStyle: KeyStyle

  package init(version: String = AnthropicDialect.versionUsual, keyStyle: KeyStyle = .header) {
    (self.version, self.keyStyle) = (version, keyStyle)
  }

  package var path: String { "/v1/messages" }
  package var modelsPath: String { "/v1/models?limit=1000" }
  package var countPath: String? { "/v1/messages/count_tokens" }
  package var batchPath: String? { "/v1/messages/batches" }

  package func headers(key: String) -> [(String, String)] {
    var headers = [("content-type", "application/json"), ("anthropic-version", version)]
    if !key.isEmpty {
      headers.append(keyStyle == .header ? ("x-api-key", key) : ("authorization", "Bearer " + key))
    }
    return headers
  }

  /// Members stand in the order of the vendor's cache: tools, system, messages; what changes comes last.
  package func body(_ request: ModelRequest, model: String, profile: ModelProfile) -> JSONValue {
    var body = JSONObject([("model", .string(model))])
    body[profile.maxTokensKey.rawValue] = .integer(profile.outputTokens(for: request))
    if profile.thinking != .unset { body["thinking"] = ["type": .string(profile.thinking.rawValue)] }
    let system = system(request, profile: profile)
    if !request.tools.isEmpty {
      body["tools"] = tools(request, marksLast: system.isEmpty, profile: profile)
      var choice = JSONObject([("type", "auto")])
      if profile.hasParallelControl { choice["disable_parallel_tool_use"] = false }
      body["tool_choice"] = .object(choice)
    }
    if !system.isEmpty { body["system"] = .array(system) }
    if let config = outputConfig(request, profile: profile) { body["output_config"] = config }
    body["messages"] = .array(messages(request.turns))
    return .object(body)
  }

  private func system(_ request: ModelRequest, profile: ModelProfile) -> [JSONValue] {
    var texts = request.system
    if profile.schema != .schema, let answer = request.answer { texts.append(SchemaText.instruction(answer)) }
    var blocks = AnthropicDialect.texts(texts)
    if let last = blocks.last { blocks[blocks.count - 1] = marked(last, profile) }
    return blocks
  }

  /// Sorted by name, so that the order in which they were registered does not show.
  private func tools(_ request: ModelRequest, marksLast: Bool, profile: ModelProfile) -> JSONValue {
    var tools = request.tools.sorted { $0.name < $1.name }.map { tool -> JSONValue in
      var object = JSONObject([("name", .string(tool.name)), ("description", .string(tool.summary))])
      if tool.isStrict, SchemaText.isStrict(tool.parameters, allRequired: false) { object["strict"] = true }
      object["input_schema"] = SchemaText.canonical(tool.parameters)
      return .object(object)
    }
    if marksLast, let last = tools.last { tools[tools.count - 1] = marked(last, profile) }
    return .array(tools)
  }

  /// The block with the cache's mark.
  private func marked(_ block: JSONValue, _ profile: ModelProfile) -> JSONValue {
    guard profile.cacheControl != .none, case .object(var object) = block else { return block }
    object["cache_control"] = ["type": "ephemeral", "ttl": .string(profile.cacheControl.rawValue)]
    return .object(object)
  }

  private func outputConfig(_ request: ModelRequest, profile: ModelProfile) -> JSONValue? {
    var config = JSONObject()
    if let effort = profile.effort(for: request) { config["effort"] = .string(effort) }
    if profile.schema == .schema, let answer = request.answer {
      config["format"] = ["type": "json_schema", "schema": SchemaText.canonical(answer.schema)]
    }
    return config.isEmpty ? nil : .object(config)
  }

  /// Turns of the user in a row become one message, results first, as the API wants them.
  private func messages(_ turns: [ModelTurn]) -> [JSONValue] {
    var out: [(role: String, content: JSONValue)] = []
    for turn in turns {
      switch turn {
      case .assistant(let content): out.append(("assistant", content))
      case .user(let texts): append(AnthropicDialect.texts(texts), to: &out)
      case .toolResults(let results): append(results.map(AnthropicDialect.block), to: &out)
      }
    }
    return out.map { ["role": .string($0.role), "content": $0.content] }
  }

  private func append(_ blocks: [JSONValue], to out: inout [(role: String, content: JSONValue)]) {
    guard !blocks.isEmpty else { return }
    if let last = out.last, last.role == "user", let before = last.content.elements {
      out[out.count - 1].content = .array(before + blocks)
    } else {
      out.append(("user", .array(blocks)))
    }
  }

  private static func block(_ result: ModelToolResult) -> JSONValue {
    [
      "type": "tool_result", "tool_use_id": .string(result.id), "content": .string(result.text),
      "is_error": .bool(result.isError),
    ]
  }

  /// Text blocks; blank ones, which the API refuses, are left out.
  private static func texts(_ texts: [String]) -> [JSONValue] {
    texts.filter { !$0.allSatisfy(\.isWhitespace) }.map { ["type": "text", "text": .string($0)] }
  }
}
