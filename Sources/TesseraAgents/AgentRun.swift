package import TesseraModel
package import TesseraStorage

/// One analyst's work on one segment and placement: the loop of asking and answering, as a state machine that does no
/// I/O of its own.
package struct AgentRun: Sendable {
  /// Where the run stands: what its last turn led to.
  package enum State: Sendable {
    case asking
    case finished(AnalystAnswer)
    /// It did not come to an end within its bounds.
    case stopped(reason: String)
  }

  /// More calls than this and the run ends without an overlay; four answer every question the tools can.
  package static let callsMax = 4

  package let brief: SegmentBrief
  package private(set) var exchanges: [ToolExchange] = []
  package private(set) var state = State.asking

  package init(_ brief: SegmentBrief) { self.brief = brief }

  /// Takes the analyst's step and carries out the call it asks for.
  package mutating func take(_ step: AnalystStep, data: any StoreData) {
    guard case .asking = state else { return }
    switch step {
    case .finish(let answer): state = .finished(answer)
    case .call(let name, let arguments):
      guard exchanges.count < AgentRun.callsMax else {
        state = .stopped(reason: "more than \(AgentRun.callsMax) tool calls")
        return
      }
      let answer: ToolAnswer
      if let tool = ToolRegistry.builtin.first(where: { $0.name == name }) {
        answer = tool.run(arguments, brief: brief, data: data)
      } else {
        answer = .failure("there is no tool \"\(name)\"", asOf: data.asOf)
      }
      exchanges.append(ToolExchange(tool: name, arguments: arguments, answer: answer))
    }
  }

  /// Runs to the end.
  /// - Returns: the validated overlay, or nil when there is nothing to add.
  package static func run(
    _ brief: SegmentBrief, analyst: any SegmentAnalyst, data: any StoreData
  ) async -> (overlay: Overlay?, refusals: [OverlayValidator.Refusal]) {
    var run = AgentRun(brief)
    while case .asking = run.state { run.take(await analyst.next(brief, run.exchanges), data: data) }
    guard case .finished(let answer) = run.state else { return (nil, []) }
    return OverlayValidator.validate(answer, brief: brief, exchanges: run.exchanges, author: analyst.name)
  }
}
