import TesseraModel
import TesseraRuntime

/// One decision's record under its own address, in force or not.
struct DecisionPage {
  let engine: Engine

  private struct View {
    let description: String
    let segment: String
    let cycles: String?
    let axes: [AxisChip]
    let decision: DecisionView
  }

  /// How far back the cycles are looked for in which it was decided.
  private static let cyclesSearched = 48

  func page(_ id: String) async throws -> DashboardPage {
    let json = try await engine.decision(id)
    let segment = json["segment"]?["id"]?.text ?? ""
    let offset = engine.utcOffsetSeconds(at: engine.clock.now())
    let share = engine.policy.agent.enabled ? engine.policy.agent.share : 0
    guard let decision = DecisionView(json, agentShare: share, offsetSeconds: offset) else {
      throw EngineError(.storage, "the record of \(id) is damaged: restore a backup")
    }
    let cycles = try await engine.history(ofSegment: segment, limit: DecisionPage.cyclesSearched).filter { hour in
      hour["decisions"]?.elements?.contains { $0["decision"]?.text == id } ?? false
    }.compactMap { $0["cycle"]?.integer }.sorted()
    let view = View(
      description: json["segment"]?["description"]?.text ?? "", segment: segment,
      cycles: DecisionPage.words(cycles), axes: DecisionPage.chips(json["segment"]), decision: decision)
    return DashboardPage(
      .segments, title: "\(decision.placement), decision \(id)", template: "decisionPage", view: view)
  }

  /// `cycle 7`, or `cycles 3 to 7 (4 of them)` where it was decided more than once.
  private static func words(_ cycles: [Int]) -> String? {
    guard let first = cycles.first, let last = cycles.last else { return nil }
    if first == last { return "cycle \(first)" }
    return last - first + 1 == cycles.count
      ? "cycles \(first) to \(last)" : "\(DashboardText.count(cycles.count, "cycle")) from \(first) to \(last)"
  }

  private static func chips(_ segment: JSONValue?) -> [AxisChip] {
    let values = (segment?["values"]?.elements ?? []).map { $0.text.flatMap { AxisValue(canonical: $0) } ?? .any }
    return zip(segment?["axes"]?.elements ?? [], values).map { axis, value in
      AxisChip(name: axis.text ?? "", value: value.text, isAny: value == .any)
    }
  }
}
