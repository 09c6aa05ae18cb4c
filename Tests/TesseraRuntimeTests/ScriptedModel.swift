import Synchronization
import TesseraAgents
import TesseraModel

/// A model that answers from a closure and keeps what it was asked.
final class ScriptedModel: LanguageModel {
  let name = "claude-haiku-5-5"
  let profile = ModelProfile()
  let asked = Mutex<[ModelRequest]>([])
  private let script: @Sendable (ModelRequest) -> Result<ModelReply, ModelFailure>

  init(_ script: @escaping @Sendable (ModelRequest) -> Result<ModelReply, ModelFailure>) { self.script = script }

  func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange {
    asked.withLock { $0.append(request) }
    return ModelExchange(
      requestBytes: Array("{\"system\":\"x\",\"text\":\"<data>\"}".utf8), responseBytes: response(script(request)),
      attempts: 1, result: script(request), latency: .milliseconds(1))
  }

  /// The bytes that a provider would have sent.
  private func response(_ result: Result<ModelReply, ModelFailure>) -> [UInt8] {
    let message = ScriptedModel.message(result)
    return message.isNull ? [] : JSONWriter.bytes(message)
  }

  /// An answer in Anthropic's format; null for a failure.
  static func message(_ result: Result<ModelReply, ModelFailure>) -> JSONValue {
    guard case .success(let reply) = result else { return .null }
    let stop =
      switch reply.stop {
      case .end: "end_turn"
      case .toolUse: "tool_use"
      case .cut: "max_tokens"
      default: "refusal"
      }
    var content: [JSONValue] = []
    if let text = reply.text, !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
    for call in reply.calls {
      content.append(
        ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": call.arguments])
    }
    return [
      "id": "msg_1", "type": "message", "role": "assistant", "model": .string(reply.model), "content": .array(content),
      "stop_reason": .string(stop), "stop_sequence": .null,
      "usage": ["input_tokens": .integer(reply.usage.input), "output_tokens": .integer(reply.usage.output)],
    ]
  }

  static func reply(_ text: String, _ stop: ModelStop = .end) -> Result<ModelReply, ModelFailure> {
    .success(
      ModelReply(
        model: "claude-haiku-5-5", requestID: nil, stop: stop, text: text, calls: [], assistant: [],
        usage: ModelUsage(input: 1_000, output: 200)))
  }
}
