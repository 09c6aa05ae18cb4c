import TesseraModel

extension ChatCompletionsDialect {
  package func reply(from bytes: [UInt8], headers: ModelHeaders) throws(ModelFailure) -> ModelReply {
    let answer: JSONValue
    do throws(JSONError) {
      answer = try JSONParser.parse(bytes)
    } catch {
      throw ModelStatus.malformed("the answer is not JSON (\(error.description))", headers: headers)
    }
    guard let choice = answer["choices"]?.elements?.first, let message = choice["message"]?.members else {
      throw ModelStatus.malformed("the answer has no choice with a message", headers: headers)
    }
    let calls = (message["tool_calls"]?.elements ?? []).enumerated().map { ChatCompletionsDialect.call($1, at: $0) }
    return ModelReply(
      model: answer["model"]?.text ?? "", requestID: headers["x-request-id"] ?? answer["id"]?.text,
      stop: ChatCompletionsDialect.stop(choice, message, hasCalls: !calls.isEmpty),
      text: ChatCompletionsDialect.text(message["content"]), calls: calls,
      assistant: ChatCompletionsDialect.assistant(message), usage: ChatCompletionsDialect.usage(answer["usage"]))
  }

  /// Some servers write a list of parts where others write a text.
  private static func text(_ content: JSONValue?) -> String? {
    if let text = content?.text { return text }
    let parts = (content?.elements ?? []).filter { $0["type"]?.text == "text" }.compactMap { $0["text"]?.text }
    return parts.isEmpty ? nil : parts.joined()
  }

  private static func call(_ call: JSONValue, at index: Int) -> ModelCall {
    let id = call["id"]?.text ?? "call_\(index)"
    let name = call["function"]?["name"]?.text ?? ""
    let text = call["function"]?["arguments"]?.text ?? ""
    func bad(_ problem: String) -> ModelCall { ModelCall(id: id, name: name, arguments: [:], problem: problem) }
    guard !name.isEmpty else { return bad("the call names no function") }
    // some servers write nothing for a function without parameters
    guard !text.isEmpty else { return ModelCall(id: id, name: name, arguments: [:]) }
    do throws(JSONError) {
      let arguments = try JSONParser.parse(text)
      guard case .object = arguments else { return bad("the arguments must be a JSON object") }
      return ModelCall(id: id, name: name, arguments: arguments)
    } catch {
      return bad("the arguments are not JSON: \(error.description)")
    }
  }

  private static func stop(_ choice: JSONValue, _ message: JSONObject, hasCalls: Bool) -> ModelStop {
    if let refusal = message["refusal"]?.text { return .refused(refusal.isEmpty ? "no reason given" : refusal) }
    switch choice["finish_reason"]?.text {
    // some servers say stop beside calls
    case "stop": return hasCalls ? .toolUse : .end
    case "tool_calls", "function_call": return .toolUse
    case "length": return .cut
    case "content_filter": return .refused("content filter")
    case let other: return .other(other ?? "none")
    }
  }

  /// The message without what may be in an answer but not in a question, such as annotations.
  private static func assistant(_ message: JSONObject) -> JSONValue {
    var out = JSONObject([("role", "assistant"), ("content", message["content"] ?? .null)])
    for name in ["refusal", "tool_calls"] {
      if let value = message[name], !value.isNull, value != .array([]) { out[name] = value }
    }
    return .object(out)
  }

  /// `prompt_tokens` is the whole prompt here; what came from the cache or went into it is taken off.
  private static func usage(_ usage: JSONValue?) -> ModelUsage {
    let prompt = ModelUsage.count(usage?["prompt_tokens"])
    let details = usage?["prompt_tokens_details"]
    let read = min(prompt, ModelUsage.count(details?["cached_tokens"]))
    let written = min(prompt - read, ModelUsage.count(details?["cache_write_tokens"]))
    return ModelUsage(
      input: prompt - read - written, cacheWrite5m: written, cacheRead: read,
      output: ModelUsage.count(usage?["completion_tokens"]))
  }

  package func failure(status: Int, headers: ModelHeaders, body: [UInt8]) -> ModelFailure {
    let error = (try? JSONParser.parse(body))?["error"]
    let code = error?["code"]?.text ?? error?["type"]?.text ?? ""
    let kind: ModelFailure.Kind =
      switch code {
      case "insufficient_quota": .quota
      case "content_filter", "content_policy_violation": .refused
      case "context_length_exceeded": .tooLarge
      default: ModelStatus.kind(status, headers: headers)
      }
    // some servers write the error as a text
    let message = error?["message"]?.text ?? error?.text ?? ModelStatus.silence(status)
    return ModelFailure(
      kind, message, status: status, requestID: headers["x-request-id"], shouldRetry: RetryHint(headers).shouldRetry)
  }
}
