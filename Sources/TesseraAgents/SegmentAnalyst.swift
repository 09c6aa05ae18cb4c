package import TesseraModel

/// Whoever reasons over a segment: a language model, or the built-in rules. It is asked for one step at a time and
/// holds no state.
package protocol SegmentAnalyst: Sendable {
  /// `rules`, or the model's name; shown wherever its work is.
  var name: String { get }
  /// The next step, given all tool calls so far and their answers.
  func next(_ brief: SegmentBrief, _ exchanges: [ToolExchange]) async -> AnalystStep
}

/// One tool call and its answer.
package struct ToolExchange: Sendable {
  package let tool: String
  package let arguments: JSONValue
  package let answer: ToolAnswer
  package init(tool: String, arguments: JSONValue, answer: ToolAnswer) {
    (self.tool, self.arguments, self.answer) = (tool, arguments, answer)
  }

  package var evidence: Claim.Evidence {
    Claim.Evidence(tool: tool, query: arguments, rows: answer.rows, asOf: answer.asOf)
  }
}

/// What an analyst wants to do next.
package enum AnalystStep: Sendable {
  case call(tool: String, arguments: JSONValue)
  case finish(AnalystAnswer)
}

/// What an analyst concludes.
package struct AnalystAnswer: Sendable {
  package let claims: [Claim]
  package let effects: [Overlay.Effect]
  package let note: String
  package init(claims: [Claim], effects: [Overlay.Effect], note: String) {
    (self.claims, self.effects, self.note) = (claims, effects, note)
  }
}
