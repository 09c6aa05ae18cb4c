import TesseraDecisions
import TesseraModel
import TesseraRuntime

/// The runs of the planner: all, and one with its report, what it changed and in which order it relaxed axes.
struct CyclePages {
  let engine: Engine
  let memo: DashboardMemo

  private struct ListView {
    let hasRows: Bool
    let rows: [Row]
    let older: String?
  }

  private struct Row {
    let number: Int
    let at: String
    let status: String
    let customers: String
    let active: String
    let decided: String
    let rolledUp: String
    let runs: String
    let took: String
  }

  private struct View {
    let number: Int
    let at: String
    let status: String
    let previous: Int?
    let figures: [Figure]
    /// Nil where no agent looked.
    let looks: String?
    let diff: CycleDiff?
    let hasRelaxation: Bool
    let relaxation: [Step]
    let book: String
    let position: String
    let analyst: String
    let report: String
  }

  private struct Figure {
    let name: String
    let value: String
  }

  private struct Step {
    let step: Int
    let axis: String
    let reason: String
  }

  /// Rows on a page: four days of hourly cycles.
  private static let pageSize = 96

  func list(_ call: Call) async throws -> DashboardPage {
    let before = call.query("before").flatMap { Int($0) }
    let cycles = try await engine.cycles(before: before, limit: CyclePages.pageSize)
    let last = cycles.last?["cycle"]?.integer ?? 0
    let view = ListView(
      hasRows: !cycles.isEmpty, rows: cycles.map(row),
      older: cycles.count == CyclePages.pageSize && last > 1 ? "/cycles?before=\(last)" : nil)
    return DashboardPage(.cycles, title: "Cycles", template: "cycles", view: view)
  }

  private func row(_ cycle: JSONValue) -> Row {
    Row(
      number: cycle["cycle"]?.integer ?? 0, at: time(cycle["at"]), status: cycle["status"]?.text ?? "",
      customers: DashboardText.number(cycle["customers"]), active: DashboardText.number(cycle["customers_active"]),
      decided: DashboardText.number(cycle["segments_decided"]),
      rolledUp: DashboardText.number(cycle["rolled_up_customers"]),
      runs: DashboardText.number(cycle["agent"]?["runs"]), took: CyclePages.duration(cycle["duration_ms"]))
  }

  func one(_ call: Call) async throws -> DashboardPage {
    guard let number = Int(call.parameter("id")), number > 0 else {
      let name = call.parameter("id").prefix(40)
      throw EngineError(.notFound, "there is no cycle “\(name)”; they are numbered from 1")
    }
    let report = try await engine.cycle(number)
    let isPublished = report["status"]?.text == "published"
    let relaxation = try await engine.relaxation(ofCycle: number)
    var diff: CycleDiff?
    if isPublished {
      let key = "diff \(report["book"]?.text ?? "")"
      let json = try await memo.value(key) { try await engine.diff(ofCycle: number) }
      let decided = try await engine.bookInForce()?.book.entries.map(\.segment.id) ?? []
      diff = CycleDiff(json, segmentsNow: Set(decided))
    }
    let view = View(
      number: number, at: time(report["at"]), status: report["status"]?.text ?? "",
      previous: number > 1 ? number - 1 : nil, figures: isPublished ? CyclePages.figures(report) : [],
      looks: CyclePages.looks(report), diff: diff,
      hasRelaxation: !relaxation.isEmpty,
      relaxation: relaxation.enumerated().map { Step(step: $0 + 1, axis: $1.axis, reason: $1.reason) },
      book: report["book"]?.text ?? DashboardText.none, position: DashboardText.number(report["position"]),
      analyst: OverviewPage.analyst(report["agent"]?["analyst"]?.text), report: JSONWriter.pretty(report))
    return DashboardPage(.cycles, title: "Cycle \(number)", template: "cycle", view: view)
  }

  private static func looks(_ report: JSONValue) -> String? {
    let runs = report["agent"]?["runs"]?.integer ?? 0
    return runs > 0 ? "\(DashboardText.count(runs, "look")) of its agents" : nil
  }

  private static func figures(_ report: JSONValue) -> [Figure] {
    let agent = report["agent"]
    let numbers: [(String, JSONValue?)] = [
      ("Customers", report["customers"]), ("Active customers", report["customers_active"]),
      ("Populated micro-segments", report["segments_populated"]), ("Active segments", report["segments_active"]),
      ("Decided segments", report["segments_decided"]), ("Decisions", report["decisions"]),
      ("Rolled-up customers", report["rolled_up_customers"]), ("Analyst runs", agent?["runs"]),
      ("Segments not looked at", agent?["skipped"]), ("Overlays", agent?["overlays"]),
      ("Claims and effects refused", agent?["refused"]),
    ]
    let tokens = [("Tokens in", agent?["tokens_in"]), ("Tokens out", agent?["tokens_out"])]
      .filter { $0.1?.integer ?? 0 > 0 }
    return (numbers + tokens).map { Figure(name: $0, value: DashboardText.number($1)) }
      + [Figure(name: "Took", value: duration(report["duration_ms"]))]
  }

  private static func duration(_ value: JSONValue?) -> String {
    guard let milliseconds = value?.integer else { return DashboardText.none }
    return DashboardText.number(milliseconds) + DashboardText.thin + "ms"
  }

  private func time(_ value: JSONValue?) -> String {
    let at = DashboardText.instant(value)
    return DashboardText.time(at, offsetSeconds: at.map { engine.utcOffsetSeconds(at: $0) } ?? 0)
  }
}

/// What a cycle changed against the one before, and who caused it.
struct CycleDiff {
  struct Change {
    let segment: String
    let description: String
    let placement: String
    let from: String
    let to: String
    let cause: String
  }

  struct List {
    let title: String
    let segments: [Item]
    let rest: String?
  }

  struct Item {
    let description: String
    let members: String
    /// Where the segment is shown; nil when it is no longer decided.
    let link: String?
  }

  let previous: Int
  let changed: String
  let causes: String?
  let appeared: String
  let disappeared: String
  let hasChanges: Bool
  let changes: [Change]
  let more: String?
  let lists: [List]

  /// Rows of a table or a list; the API has them all.
  private static let rowsMax = 100

  /// - Returns: nil when there was no cycle to compare with.
  init?(_ json: JSONValue, segmentsNow: Set<String>) {
    guard let previous = json["previous"]?.integer else { return nil }
    self.previous = previous
    let all = json["changed"]?.elements ?? []
    let (came, went) = (json["appeared"]?.elements ?? [], json["disappeared"]?.elements ?? [])
    changed = DashboardText.count(all.count, "leading action")
    let byCause = Dictionary(grouping: all) { $0["cause"]?.text ?? "" }.mapValues(\.count)
    let words = byCause.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map {
      "\(DashboardText.number($0.value)) by \(CycleDiff.cause($0.key))"
    }
    causes = words.isEmpty ? nil : words.joined(separator: ", ")
    appeared = DashboardText.count(came.count, "segment")
    disappeared = DashboardText.count(went.count, "segment")
    hasChanges = !all.isEmpty
    changes = all.prefix(CycleDiff.rowsMax).map { change in
      Change(
        segment: change["segment"]?.text ?? "", description: change["description"]?.text ?? "",
        placement: change["placement"]?.text ?? "", from: DashboardText.action(change["from"]),
        to: DashboardText.action(change["to"]), cause: CycleDiff.cause(change["cause"]?.text ?? ""))
    }
    more = CycleDiff.rest(all.count)
    lists = [("Segments that appeared", came), ("Segments that disappeared", went)].filter { !$0.1.isEmpty }.map {
      List(
        title: "\($0) (\(DashboardText.number($1.count)))",
        segments: $1.prefix(CycleDiff.rowsMax).map { CycleDiff.item($0, segmentsNow) }, rest: CycleDiff.rest($1.count))
    }
  }

  private static func cause(_ code: String) -> String {
    switch code {
    case "bandit": "the bandit"
    case "agent": "the overlay"
    case "eligibility": "eligibility"
    default: code
    }
  }

  private static func rest(_ count: Int) -> String? {
    count > rowsMax ? "\(DashboardText.number(count - rowsMax)) more in /v1/cycles/…/diff." : nil
  }

  private static func item(_ json: JSONValue, _ segmentsNow: Set<String>) -> Item {
    let id = json["id"]?.text ?? ""
    return Item(
      description: json["description"]?.text ?? "",
      members: DashboardText.count(json["members"]?.integer ?? 0, "active customer"),
      link: segmentsNow.contains(id) ? "/segments/\(id)" : nil)
  }
}
