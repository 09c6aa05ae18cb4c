package import TesseraModel

/// An agent's look at one or several segments as a conversation with a language model: a state machine that does no I/O
/// of its own, so that a recorded one can be gone through again.
package struct AgentConversation: Sendable {
  /// Where it stands.
  package enum State: Sendable, Equatable {
    case asking
    case answered([AgentAnswer])
    /// Nothing usable came; the bandit decides alone.
    case failed(Refusal)
  }

  package let briefs: [SegmentBrief]
  package private(set) var request: ModelRequest
  package private(set) var exchanges: [ToolExchange] = []
  package private(set) var state = State.asking
  /// The model is asked once to mend an answer that is not in the form.
  private var isMended = false
  private var pauses = 0
  private var rounds = 0

  /// More calls than this answer no question that these did not.
  package static let callsMax = 4
  private static let roundsMax = 8
  private static let pausesMax = 2
  /// Tokens of an answer: thinking counts, so that even one segment needs this many; each further one adds its part.
  private static let outputTokensOne = 4_000
  private static let outputTokensEach = 400

  /// - Parameters:
  ///   - shop: the shop's table: what is the same for all segments.
  ///   - hasTools: for a single segment only.
  package init(_ briefs: [SegmentBrief], shop: String, hasTools: Bool) {
    self.briefs = briefs
    var texts = briefs.map { brief in AgentConversation.data(brief.digest.json) }
    let at = briefs.first.map { "\($0.at)" } ?? ""
    texts.append("Answer for the hour of \(at).")
    request = ModelRequest(
      system: [AgentContract.instructions, shop],
      tools: hasTools && briefs.count == 1 ? AgentConversation.tools : [], turns: [.user(texts)],
      answer: ModelAnswerSchema(name: "supplement", schema: AgentContract.answerSchema),
      outputTokensMax: AgentConversation.outputTokensOne + AgentConversation.outputTokensEach * (briefs.count - 1))
  }

  private static let tools = ToolRegistry.builtin.map {
    ModelTool(name: $0.name, summary: $0.summary, parameters: $0.parameters)
  }

  /// Data stands between marks that nothing in it can contain: `<` is taken out of every text and JSON has none.
  static func data(_ json: JSONValue) -> String { "<data>\n\(JSONWriter.text(json))\n</data>" }

  /// Takes what came back.
  /// - Parameter call: carries a tool call out; a replay reads it from the record.
  package mutating func take(
    _ result: Result<ModelReply, ModelFailure>,
    call: (_ name: String, _ arguments: JSONValue, _ number: Int) -> ToolExchange
  ) {
    guard case .asking = state else { return }
    rounds += 1
    guard rounds <= AgentConversation.roundsMax else {
      state = .failed(Refusal(.form, "it did not come to an end"))
      return
    }
    switch result {
    case .failure(let failure): state = .failed(Refusal(.noAnswer, failure.description))
    case .success(let reply): take(reply, call)
    }
  }

  private mutating func take(
    _ reply: ModelReply, _ call: (_ name: String, _ arguments: JSONValue, _ number: Int) -> ToolExchange
  ) {
    switch reply.stop {
    case .end: finish(reply)
    case .toolUse:
      request.turns.append(.assistant(reply.assistant))
      request.turns.append(.toolResults(reply.calls.map { result(of: $0, call) }))
    case .cut: state = .failed(Refusal(.cut, "the answer was cut off at the most tokens"))
    case .refused(let reason): state = .failed(Refusal(.refused, reason.isEmpty ? "the model refused" : reason))
    case .paused where pauses < AgentConversation.pausesMax:
      pauses += 1
      request.turns.append(.assistant(reply.assistant))
    case .paused: state = .failed(Refusal(.cut, "the model paused again and again"))
    case .contextExceeded: state = .failed(Refusal(.cut, "the segments are more than the model can read"))
    case .other(let reason): state = .failed(Refusal(.form, "the model stopped for \(reason)"))
    }
  }

  private mutating func result(
    of asked: ModelCall, _ call: (_ name: String, _ arguments: JSONValue, _ number: Int) -> ToolExchange
  ) -> ModelToolResult {
    if let problem = asked.problem { return ModelToolResult(id: asked.id, text: problem, isError: true) }
    guard exchanges.count < AgentConversation.callsMax else {
      return ModelToolResult(id: asked.id, text: "No more calls: answer with what you have.", isError: true)
    }
    let exchange = call(asked.name, asked.arguments, exchanges.count + 1)
    exchanges.append(exchange)
    return ModelToolResult(
      id: asked.id, text: JSONWriter.text(exchange.json), isError: exchange.answer.failure != nil)
  }

  private mutating func finish(_ reply: ModelReply) {
    if let json = reply.json, let answers = AgentAnswer.read(json) {
      state = .answered(answers)
      return
    }
    guard !isMended else {
      state = .failed(Refusal(.form, "the answer is not in the form, even when asked again"))
      return
    }
    isMended = true
    request.turns.append(.assistant(reply.assistant))
    request.turns.append(
      .user(["That is not an answer in the form. Give the JSON object alone, as the schema has it."]))
  }

  /// What each segment's answer comes to, held against what its agent was told. Segments that are not spoken of need no
  /// change.
  package func accepted(copy: CopyCheck) -> [AcceptedAnswer] {
    let answers: [AgentAnswer]
    switch state {
    case .answered(let all): answers = all
    case .asking: answers = []
    case .failed(let refusal):
      return briefs.map { brief in
        var out = AcceptedAnswer(segment: brief.segment.id)
        out.refusals = [refusal]
        return out
      }
    }
    var out = briefs.map { brief -> AcceptedAnswer in
      let own = answers.filter { $0.segment == brief.segment.id }
      guard let first = own.first else { return AcceptedAnswer(segment: brief.segment.id) }
      var accepted = AnswerValidator(brief, exchanges: exchanges, copy: copy).validate(first)
      if own.count > 1 {
        accepted.refusals.append(Refusal(.duplicate, "the segment is answered twice; the first counts"))
      }
      return accepted
    }
    let known = Set(briefs.map(\.segment.id))
    let strangers = answers.filter { !known.contains($0.segment) }
    if !strangers.isEmpty, !out.isEmpty {
      out[0].refusals += strangers.prefix(3).map {
        Refusal(.unknownSegment, "there is no segment \"\($0.segment)\" here")
      }
    }
    return out
  }
}
