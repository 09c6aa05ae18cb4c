import TesseraModel
import TesseraRuntime

/// A look in a line.
struct AgentRunRow {
  let id: String
  let cycle: Int
  let at: String
  let label: String
  let others: String?
  let why: String
  let outcome: String
  let isChange: Bool
  let isFailed: Bool
  let refused: String?
  let cost: String
  let tokens: String

  /// Ends after which nothing that was said could be used.
  private static let failures: Set<String> = ["no_answer", "cut", "refused", "form"]

  init(_ json: JSONValue, offsetSeconds: Int) {
    let segments = json["segments"]?.elements ?? []
    id = json["id"]?.text ?? ""
    cycle = json["cycle"]?.integer ?? 0
    at = DashboardText.time(DashboardText.instant(json["at"]), offsetSeconds: offsetSeconds)
    let first = segments.first
    label = first?["label"]?.text ?? "no segment"
    others = segments.count > 1 ? "and \(DashboardText.count(segments.count - 1, "segment")) more" : nil
    let gates = Set(segments.map { $0["gate"]?.text ?? "" }).sorted()
    why = gates.map { AgentWords.words(AgentWords.looked, $0) }.joined(separator: "; ")
    let refusals = segments.flatMap { $0["refused"]?.elements ?? [] }.compactMap(\.text)
    let end = json["end"]?.text
    isFailed =
      !segments.isEmpty
      && segments.allSatisfy { segment in
        segment["refused"]?.elements?.contains { AgentRunRow.failures.contains($0.text ?? "") } ?? false
      }
    let effects = segments.reduce(0) { $0 + ($1["effects"]?.integer ?? 0) }
    let copies = segments.reduce(0) { $0 + ($1["copy"]?.integer ?? 0) }
    isChange = segments.contains { $0["is_change"]?.flag ?? false }
    let parts = [
      effects > 0 ? DashboardText.count(effects, "effect") : nil,
      copies > 0 ? DashboardText.count(copies, "text") : nil,
    ].compactMap { $0 }
    if isFailed || segments.isEmpty {
      // An exchange that went well says nothing of why the look ended.
      let isSent = ["end", "tool_use", "paused"].contains(end ?? "end")
      let code = refusals.first { AgentRunRow.failures.contains($0) }
      outcome =
        "came to nothing: "
        + (isSent ? AgentWords.words(AgentWords.refused, code) : AgentWords.words(AgentWords.ends, end))
    } else if isChange {
      outcome = parts.isEmpty ? "a note" : parts.joined(separator: ", ")
    } else {
      outcome = "no change"
    }
    refused = refusals.isEmpty || isFailed ? nil : "\(DashboardText.number(refusals.count)) refused"
    cost = AgentWords.dollars(json["cost"]?.double)
    let sum = (json["tokens_in"]?.integer ?? 0) + (json["tokens_out"]?.integer ?? 0)
    tokens = DashboardText.number(sum)
  }
}

/// Looks, the newest first: all, those of a cycle, or those at a segment.
struct AgentRunListPage {
  let engine: Engine

  private struct View {
    let title: String
    let lede: String
    let hasRows: Bool
    let rows: [AgentRunRow]
    let newest: String?
    let older: String?
  }

  private static let pageSize = 50

  func page(_ call: Call) async throws -> DashboardPage {
    if let segment = call.query("segment") { return try await page(ofSegment: segment) }
    let cycle = call.query("cycle").flatMap { Int($0) }
    let cursor = call.query("after")
    let (rows, next) = try await engine.agentRuns(cursor: cursor, cycle: cycle, limit: AgentRunListPage.pageSize)
    let scope = cycle.map { "cycle=\($0)&" } ?? ""
    return page(
      title: cycle.map { "Looks of cycle \($0)" } ?? "Agents' looks",
      lede: "Each look by an agent at a segment, or at several in one call, the newest first.",
      rows, newest: cursor == nil ? nil : "/agents/runs" + (cycle.map { "?cycle=\($0)" } ?? ""),
      older: next.map { "/agents/runs?\(scope)after=\(DashboardText.encoded($0))" })
  }

  private func page(ofSegment id: String) async throws -> DashboardPage {
    let rows = try await engine.agentRuns(ofSegment: id, limit: AgentRunListPage.pageSize)
    let label = rows.first?["segments"]?.elements?.first { $0["segment"]?.text == id }?["label"]?.text
    return page(
      title: "Looks at one segment", lede: "Looks at \(label ?? String(id.prefix(40))), the newest first.", rows,
      newest: nil, older: nil)
  }

  private func page(
    title: String, lede: String, _ rows: [JSONValue], newest: String?, older: String?
  ) -> DashboardPage {
    let view = View(
      title: title, lede: lede, hasRows: !rows.isEmpty,
      rows: rows.map { row in
        let at = DashboardText.instant(row["at"])
        return AgentRunRow(row, offsetSeconds: at.map { engine.utcOffsetSeconds(at: $0) } ?? 0)
      }, newest: newest, older: older)
    return DashboardPage(.agents, title: title, template: "agentRuns", view: view)
  }
}
