package import TesseraModel

/// Chat Completions of OpenAI, without streaming, and of the many servers that speak it too.
package struct ChatCompletionsDialect: ModelDialect {
  package init() {}

  package var path: String { "/chat/completions" }
  package var modelsPath: String { "/models" }
  package var countPath: String? { nil }
  package var batchPath: String? { nil }

  package func headers(key: String) -> [(String, String)] {
    [("content-type", "application/json")] + (key.isEmpty ? [] : [("authorization", "Bearer " + key)])
  }

  /// What stays the same from call to call comes first.
  package func body(_ request: ModelRequest, model: String, profile: ModelProfile) -> JSONValue {
    var body = JSONObject([("model", .string(model))])
    body[profile.maxTokensKey.rawValue] = .integer(profile.outputTokens(for: request))
    if let effort = profile.effort(for: request) { body["reasoning_effort"] = .string(effort) }
    if let answer = request.answer, let format = format(answer, profile: profile) { body["response_format"] = format }
    if !request.tools.isEmpty {
      body["tools"] = tools(request, profile: profile)
      body["tool_choice"] = "auto"
      if profile.hasParallelControl { body["parallel_tool_calls"] = true }
    }
    body["messages"] = .array(messages(request, profile: profile))
    return .object(body)
  }

  private func format(_ answer: ModelAnswerSchema, profile: ModelProfile) -> JSONValue? {
    let schema = SchemaText.canonical(answer.schema)
    switch profile.schema {
    case .none: return nil
    case .objectSchema: return ["type": "json_object", "schema": schema]
    case .schema:
      let isStrict = SchemaText.isStrict(schema, allRequired: profile.strictNeedsAllRequired)
      return [
        "type": "json_schema",
        "json_schema": ["name": .string(answer.name), "strict": .bool(isStrict), "schema": schema],
      ]
    }
  }

  private func tools(_ request: ModelRequest, profile: ModelProfile) -> JSONValue {
    let tools = request.tools.sorted { $0.name < $1.name }.map { tool -> JSONValue in
      var function = JSONObject([("name", .string(tool.name)), ("description", .string(tool.summary))])
      if tool.isStrict, SchemaText.isStrict(tool.parameters, allRequired: profile.strictNeedsAllRequired) {
        function["strict"] = true
      }
      function["parameters"] = SchemaText.canonical(tool.parameters)
      return ["type": "function", "function": .object(function)]
    }
    return .array(tools)
  }

  /// Texts of one turn become one text: templates of open models take no lists, and only one system message.
  private func messages(_ request: ModelRequest, profile: ModelProfile) -> [JSONValue] {
    var texts = request.system
    if profile.schema == .none, let answer = request.answer { texts.append(SchemaText.instruction(answer)) }
    var out: [JSONValue] = []
    if !texts.isEmpty { out.append(["role": "system", "content": .string(texts.joined(separator: "\n\n"))]) }
    for turn in request.turns {
      switch turn {
      case .user(let texts): out.append(["role": "user", "content": .string(texts.joined(separator: "\n\n"))])
      case .assistant(let message): out.append(message)
      case .toolResults(let results):
        out += results.map { result in
          // this dialect has no mark for a failed call, so the text says it
          ["role": "tool", "tool_call_id": .string(result.id), "content": .string(ChatCompletionsDialect.text(result))]
        }
      }
    }
    return out
  }

  private static func text(_ result: ModelToolResult) -> String {
    result.isError ? "error: " + result.text : result.text
  }
}
