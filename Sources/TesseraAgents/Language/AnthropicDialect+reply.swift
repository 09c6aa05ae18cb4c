import TesseraModel

extension AnthropicDialect {
  package func reply(from bytes: [UInt8], headers: ModelHeaders) throws(ModelFailure) -> ModelReply {
    let message: JSONValue
    do throws(JSONError) {
      message = try JSONParser.parse(bytes)
    } catch {
      throw ModelStatus.malformed("the answer is not JSON (\(error.description))", headers: headers)
    }
    return try reply(message, headers: headers)
  }

  /// Reads a message as a value: of an answer, or of a line of a batch.
  func reply(_ message: JSONValue, headers: ModelHeaders) throws(ModelFailure) -> ModelReply {
    if message["type"]?.text == "error" { throw failure(message, status: nil, headers: headers) }
    guard let content = message["content"], let blocks = content.elements else {
      throw ModelStatus.malformed("the answer has no list `content`", headers: headers)
    }
    let texts = blocks.filter { $0["type"]?.text == "text" }.compactMap { $0["text"]?.text }
    let calls = blocks.filter { $0["type"]?.text == "tool_use" }.enumerated().map { AnthropicDialect.call($1, at: $0) }
    return ModelReply(
      model: message["model"]?.text ?? "", requestID: headers["request-id"] ?? message["id"]?.text,
      stop: AnthropicDialect.stop(message), text: texts.isEmpty ? nil : texts.joined(), calls: calls,
      assistant: content, usage: AnthropicDialect.usage(message["usage"]))
  }

  private static func call(_ block: JSONValue, at index: Int) -> ModelCall {
    let id = block["id"]?.text ?? "call_\(index)"
    let name = block["name"]?.text ?? ""
    guard case .object? = block["input"] else {
      return ModelCall(id: id, name: name, arguments: [:], problem: "the arguments must be a JSON object")
    }
    return ModelCall(
      id: id, name: name, arguments: block["input"] ?? [:], problem: name.isEmpty ? "the call names no tool" : nil)
  }

  private static func stop(_ message: JSONValue) -> ModelStop {
    switch message["stop_reason"]?.text {
    case "end_turn", "stop_sequence": return .end
    case "tool_use": return .toolUse
    case "max_tokens": return .cut
    case "pause_turn": return .paused
    case "model_context_window_exceeded": return .contextExceeded
    case "refusal":
      let details = message["stop_details"]
      let parts = [details?["category"]?.text, details?["explanation"]?.text].compactMap { $0 }
      return .refused(parts.isEmpty ? "no reason given" : parts.joined(separator: ": "))
    case let other: return .other(other ?? "none")
    }
  }

  private static func usage(_ usage: JSONValue?) -> ModelUsage {
    let written = ModelUsage.count(usage?["cache_creation_input_tokens"])
    let hour = min(written, ModelUsage.count(usage?["cache_creation"]?["ephemeral_1h_input_tokens"]))
    return ModelUsage(
      input: ModelUsage.count(usage?["input_tokens"]), cacheWrite5m: written - hour, cacheWrite1h: hour,
      cacheRead: ModelUsage.count(usage?["cache_read_input_tokens"]),
      output: ModelUsage.count(usage?["output_tokens"]))
  }

  package func failure(status: Int, headers: ModelHeaders, body: [UInt8]) -> ModelFailure {
    failure((try? JSONParser.parse(body)) ?? .null, status: status, headers: headers)
  }

  /// - Parameter status: nil for an error within a batch, whose type says it.
  func failure(_ body: JSONValue, status: Int?, headers: ModelHeaders) -> ModelFailure {
    let error = body["error"]
    let type = error?["type"]?.text ?? ""
    let status = status ?? AnthropicDialect.statuses[type] ?? 500
    let kind = type == "overloaded_error" ? .overloaded : ModelStatus.kind(status, headers: headers)
    return ModelFailure(
      kind, error?["message"]?.text ?? ModelStatus.silence(status), status: status,
      requestID: headers["request-id"] ?? body["request_id"]?.text, shouldRetry: RetryHint(headers).shouldRetry)
  }

  private static let statuses = [
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "api_error": 500, "timeout_error": 504,
    "overloaded_error": 529,
  ]
}
