import HTTPTypes
import Hummingbird
import TesseraAgents
import TesseraModel
import TesseraRuntime

/// What agents did, cost and earned, and their looks.
struct AgentRoutes: Sendable {
  let engine: Engine

  private static let pageMax = 1_000
  private static let paging = [
    ("cursor", "What an earlier answer gave as next."), ("limit", "1 to \(pageMax)."),
  ]

  var routes: [Route] {
    [
      Route(
        method: .get, path: "/v1/agents", summary: "What agents did, cost and earned, and whether they work.",
        access: .secret, handle: { _ in .json(try await engine.agentsReport()) }),
      Route(
        method: .get, path: "/v1/runs", summary: "Agents' looks, the newest first.", access: .secret,
        query: [("segment", "Only looks at this segment, without paging.")] + AgentRoutes.paging,
        handle: { try await runs($0, cycle: nil) }),
      Route(
        method: .get, path: "/v1/runs/{id}", summary: "A look: what it knew, asked, claims, changed and cost.",
        access: .secret, query: [("raw", "true: with the bytes sent to the model and received.")],
        handle: { call in
          .json(try await engine.agentRun(call.parameter("id"), isRaw: call.query("raw") == "true"))
        }),
      Route(
        method: .get, path: "/v1/texts", summary: "Texts that agents proposed, the newest first.", access: .secret,
        query: [("state", "pending, live, rejected, stopped or lapsed.")], handle: { try await texts($0) }),
      Route(
        method: .post, path: "/v1/texts/{id}", summary: "Approves, rejects or stops a proposed text.", access: .secret,
        body: "{judgement: approve | reject | stop}", handle: { try await judge($0) }),
      Route(
        method: .get, path: "/v1/cycles/{n}/runs", summary: "The looks of one run of the planner.", access: .secret,
        query: AgentRoutes.paging,
        handle: { call in
          let number = try DecisionRoutes.cycleNumber(call)
          _ = try await engine.cycle(number)
          return try await runs(call, cycle: number)
        }),
    ]
  }

  private func texts(_ call: Call) async throws -> Response {
    let all = try await engine.proposedTexts()
    guard let word = call.query("state") else { return .json(["texts": .array(all.map(\.json))]) }
    guard let state = ProposedVariant.State(rawValue: word) else {
      let words = ProposedVariant.State.allCases.map(\.rawValue)
      throw Problem(
        .badRequest,
        "state must be one of \(words.joined(separator: ", "))\(NearestName.suggestion(for: word, among: words))")
    }
    return .json(["texts": .array(all.filter { $0.state == state }.map(\.json))])
  }

  private func judge(_ call: Call) async throws -> Response {
    guard let judgement = try await call.json()["judgement"]?.text.flatMap(CopyShelf.Judgement.init) else {
      throw Problem(.badRequest, "send {\"judgement\": \"approve\"}, or reject, or stop")
    }
    return .json(try await engine.judge(text: call.parameter("id"), judgement).json)
  }

  private func runs(_ call: Call, cycle: Int?) async throws -> Response {
    let limit = try call.number("limit", in: 1...AgentRoutes.pageMax, default: 100)
    if cycle == nil, let segment = call.query("segment") {
      return .json(["runs": .array(try await engine.agentRuns(ofSegment: segment, limit: limit)), "next": .null])
    }
    let (rows, next) = try await engine.agentRuns(cursor: call.query("cursor"), cycle: cycle, limit: limit)
    return .json(["runs": .array(rows), "next": .optional(next)])
  }
}
