package import TesseraModel

/// One question to a language model, in no vendor's words. A dialect turns it into a body.
package struct ModelRequest: Sendable, Equatable {
  /// Texts that come before the conversation, the most stable first. The prompt cache ends after the last one, so what
  /// changes from call to call belongs in `turns`.
  package var system: [String]
  package var tools: [ModelTool]
  /// Oldest first; append only, because a model's thinking is bound to what came before it.
  package var turns: [ModelTurn]
  /// What the final answer must look like; nil for plain text.
  package var answer: ModelAnswerSchema?
  /// Tokens, thinking included.
  package var outputTokensMax: Int
  /// `low`, `medium`, `high` and, with some models, more; empty leaves the choice to the vendor.
  package var effort: String

  package init(
    system: [String] = [], tools: [ModelTool] = [], turns: [ModelTurn], answer: ModelAnswerSchema? = nil,
    outputTokensMax: Int = ModelRequest.outputTokensUsual, effort: String = "low"
  ) {
    (self.system, self.tools, self.turns) = (system, tools, turns)
    (self.answer, self.outputTokensMax, self.effort) = (answer, outputTokensMax, effort)
  }

  /// Tokens: thinking counts as output, so less would cut an answer of three hundred.
  package static let outputTokensUsual = 4_000
}

/// A function that the model may ask for.
package struct ModelTool: Sendable, Equatable {
  /// Letters, digits, `_` and `-`, at most 64.
  package let name: String
  /// What it answers and when to ask, for the model.
  package let summary: String
  /// A JSON Schema of type object.
  package let parameters: JSONValue
  /// Whether the vendor must hold the arguments to the schema. Off by default: every strict tool adds to a grammar of
  /// limited size, and arguments are checked anyway.
  package let isStrict: Bool

  package init(name: String, summary: String, parameters: JSONValue, isStrict: Bool = false) {
    (self.name, self.summary, self.parameters, self.isStrict) = (name, summary, parameters, isStrict)
  }
}

/// What someone said in the conversation.
package enum ModelTurn: Sendable, Equatable {
  /// Texts of the user, each a block of its own.
  case user([String])
  /// `ModelReply.assistant`, unchanged: thinking blocks are signed.
  case assistant(JSONValue)
  /// One result for every call of the assistant's turn before.
  case toolResults([ModelToolResult])
}

/// What a tool answered.
package struct ModelToolResult: Sendable, Equatable {
  /// `ModelCall.id`.
  package let id: String
  package let text: String
  package let isError: Bool

  package init(id: String, text: String, isError: Bool = false) {
    (self.id, self.text, self.isError) = (id, text, isError)
  }
}

/// The shape of the final answer.
package struct ModelAnswerSchema: Sendable, Equatable {
  /// Letters, digits, `_` and `-`, at most 64.
  package let name: String
  /// A JSON Schema of type object. Keep it the same from call to call: vendors compile and cache it.
  package let schema: JSONValue

  package init(name: String, schema: JSONValue) { (self.name, self.schema) = (name, schema) }
}
