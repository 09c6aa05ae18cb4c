package import TesseraModel

/// What a language model answered, in no vendor's words.
package struct ModelReply: Sendable, Equatable {
  /// The model that answered, which may be a dated version of the one asked.
  package let model: String
  /// The vendor's name for the exchange, for questions to the vendor.
  package let requestID: String?
  package let stop: ModelStop
  /// All text of the answer, or nil when there is none.
  package let text: String?
  /// To be carried out only when `stop` is `.toolUse`: a cut answer may hold half a call.
  package let calls: [ModelCall]
  /// The vendor's own form of the answer, to be pushed back as `ModelTurn.assistant`.
  package let assistant: JSONValue
  package let usage: ModelUsage

  package init(
    model: String, requestID: String?, stop: ModelStop, text: String?, calls: [ModelCall], assistant: JSONValue,
    usage: ModelUsage
  ) {
    (self.model, self.requestID, self.stop, self.text) = (model, requestID, stop, text)
    (self.calls, self.assistant, self.usage) = (calls, assistant, usage)
  }

  /// The JSON of a finished answer, bare or within prose; nil for every other end, whose JSON is cut or missing.
  package var json: JSONValue? {
    guard stop == .end, let text else { return nil }
    if let value = try? JSONParser.parse(text) { return value }
    return BalancedJSON.first(in: text).flatMap { try? JSONParser.parse($0) }
  }
}

/// Why a model stopped writing.
package enum ModelStop: Sendable, Equatable {
  /// It had said everything. Only now is a JSON answer whole.
  case end
  /// It waits for the results of its calls.
  case toolUse
  /// The most tokens were reached.
  case cut
  /// It, or a filter, would not answer; with the reason. The same input gets the same answer.
  case refused(String)
  /// The vendor interrupted a long turn: push the assistant's turn back and ask again.
  case paused
  /// The conversation is longer than the model can read.
  case contextExceeded
  /// A reason of later date than this code.
  case other(String)
}

/// A call that a model asks for.
package struct ModelCall: Sendable, Equatable {
  package let id: String
  package let name: String
  /// An object; empty when `problem` is set.
  package let arguments: JSONValue
  /// Why the call cannot be carried out; the text to answer it with.
  package let problem: String?

  package init(id: String, name: String, arguments: JSONValue, problem: String? = nil) {
    (self.id, self.name, self.arguments, self.problem) = (id, name, arguments, problem)
  }
}

/// Tokens of one exchange; the four parts of the prompt do not overlap.
package struct ModelUsage: Sendable, Equatable {
  /// Read at the full price: neither from the cache nor into it.
  package var input: Int
  /// Written into the cache for five minutes, or for the vendor's only lifetime.
  package var cacheWrite5m: Int
  /// Written into the cache for an hour.
  package var cacheWrite1h: Int
  package var cacheRead: Int
  /// Thinking included.
  package var output: Int

  package init(input: Int = 0, cacheWrite5m: Int = 0, cacheWrite1h: Int = 0, cacheRead: Int = 0, output: Int = 0) {
    (self.input, self.cacheWrite5m, self.cacheWrite1h) = (input, cacheWrite5m, cacheWrite1h)
    (self.cacheRead, self.output) = (cacheRead, output)
  }

  /// All tokens of the prompt.
  package var prompt: Int { input + cacheWrite5m + cacheWrite1h + cacheRead }

  package static func + (a: ModelUsage, b: ModelUsage) -> ModelUsage {
    ModelUsage(
      input: a.input + b.input, cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
      cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h, cacheRead: a.cacheRead + b.cacheRead, output: a.output + b.output)
  }

  /// The most tokens that one number of an answer may claim, so that sums and prices cannot overflow.
  static let countMax = 1_000_000_000

  /// A number of tokens; 0 when it is absent or absurd.
  static func count(_ value: JSONValue?) -> Int { min(max(0, value?.integer ?? 0), countMax) }
}
