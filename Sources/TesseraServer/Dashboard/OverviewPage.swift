import TesseraModel
import TesseraRuntime
import TesseraStorage

/// The first page: the cycle in force, whom it covers, what it learned from and what was claimed.
struct OverviewPage {
  let engine: Engine
  let memo: DashboardMemo

  private struct View {
    let shop: String
    let book: Book?
    let groups: [GroupRow]
  }

  private struct GroupRow {
    let name: String
    let share: String
    let meaning: String
  }

  private struct Book {
    let cycle: Int
    let at: String
    let zone: String
    let age: String
    let stale: String?
    let figures: [Figure]
    let placements: [PlacementRow]
    let segments: [SegmentRow]
    let sizes: [SizeRow]
    let analyst: String
    let runs: String
    let claims: String
    let leadsChanged: String
    let tokens: String?
    let hasStatements: Bool
    let statements: [StatementRow]
    let chart: CycleChart?
  }

  private struct Figure {
    let name: String
    let value: String
    var note: String?
  }

  private struct PlacementRow {
    let id: String
    let reward: String
    let exposures: String
    let rewards: String
    let rate: String
    let pending: String
  }

  private struct SizeRow {
    let range: String
    let exact: String
    let coarser: String
    let exactWidth: Int
    let coarserWidth: Int
  }

  private struct StatementRow {
    let statement: String
    let placements: String
    let segments: String
    let first: String
    let segment: String
    let description: String
  }

  /// Segments and statements shown; the lists behind the links have them all.
  private static let segmentsShown = 8
  private static let statementsShown = 6
  /// Least sizes of the buckets that segments are counted in.
  private static let sizeEdges = [0, 10, 20, 50, 100, 200, 500, 1_000]

  func page() async throws -> DashboardPage {
    var book: Book?
    if let (row, _) = try await engine.bookInForce() { book = try await self.book(row) }
    let view = View(shop: engine.policy.shop.name, book: book, groups: groups)
    return DashboardPage(.overview, title: engine.policy.shop.name, template: "overview", view: view)
  }

  private var groups: [GroupRow] {
    Group.allCases.map { group in
      let (name, meaning) =
        switch group {
        case .decisioned: ("decisioned", "an action drawn with the decision's propensities")
        case .random: ("random", "a random eligible action: exploration and unbiased evidence")
        case .businessAsUsual: ("business as usual", "what the placement would show without Tessera")
        case .holdout: ("hold-out", "nothing")
        }
      return GroupRow(
        name: name, share: "\(engine.policy.groups.share(of: group))\(DashboardText.thin)%", meaning: meaning)
    }
  }

  private func book(_ row: CycleRow) async throws -> Book {
    let report = row.report
    let offset = engine.utcOffsetSeconds(at: row.at)
    let age = row.at.age(at: engine.clock.now())
    let limit = Int64(engine.policy.guardrails.bookAgeMaxHours) * Instant.hour
    let claims = try await memo.value("claims \(row.book)") {
      try await engine.claimsInForce(limit: OverviewPage.statementsShown)
    }
    let statements = (claims["statements"]?.elements ?? []).map { statement in
      StatementRow(
        statement: statement["statement"]?.text ?? "",
        placements: (statement["placements"]?.elements ?? []).compactMap(\.text).joined(separator: ", "),
        segments: DashboardText.count(statement["segments"]?.integer ?? 0, "segment"),
        first: statement["segments"]?.integer == 1 ? "" : "The largest:",
        segment: statement["segment"]?.text ?? "", description: statement["description"]?.text ?? "")
    }
    var finest = SegmentFilter()
    finest.order = .level
    let (largest, _) = try await engine.segments(finest, limit: OverviewPage.segmentsShown)
    let agent = report["agent"]
    let tokens = (agent?["tokens_in"]?.integer ?? 0) + (agent?["tokens_out"]?.integer ?? 0)
    return Book(
      cycle: row.number, at: DashboardText.time(row.at, offsetSeconds: offset), zone: engine.policy.shop.timeZone,
      age: DashboardText.age(milliseconds: age), stale: age > limit ? DashboardText.age(milliseconds: limit) : nil,
      figures: OverviewPage.figures(report), placements: try await placements(row),
      segments: largest.map(SegmentRow.init),
      sizes: try await sizes(), analyst: OverviewPage.analyst(agent?["analyst"]?.text),
      runs: DashboardText.count((agent?["looked"] ?? agent?["runs"])?.integer ?? 0, "segment"),
      claims: DashboardText.count(claims["claims"]?.integer ?? 0, "claim"),
      leadsChanged: DashboardText.count(claims["leads_changed"]?.integer ?? 0, "leading action"),
      tokens: tokens > 0 ? "It used \(DashboardText.number(tokens)) tokens" : nil,
      hasStatements: !statements.isEmpty, statements: statements,
      chart: CycleChart(try await engine.cycles(before: nil, limit: CycleChart.cyclesShown), engine))
  }

  /// What the analyst is, said where its work is shown.
  static func analyst(_ name: String?) -> String {
    guard let name else { return "switched off" }
    // Its name may say which trial it is.
    guard name == "rules" || name.hasPrefix("rules (") else { return "the language model \(name)" }
    return "the built-in \(name), no language model"
  }

  private static func figures(_ report: JSONValue) -> [Figure] {
    let active = report["customers_active"]?.integer ?? 0
    let rolledUp = report["rolled_up_customers"]?.integer ?? 0
    return [
      Figure(name: "Customers", value: DashboardText.number(report["customers"])),
      Figure(name: "Active customers", value: DashboardText.number(active), note: "on site lately or due a message"),
      Figure(
        name: "Populated micro-segments", value: DashboardText.number(report["segments_populated"]),
        note: "\(DashboardText.number(report["segments_active"])) of them active"),
      Figure(
        name: "Decided segments", value: DashboardText.number(report["segments_decided"]),
        note: "\(DashboardText.number(report["decisions"])) decisions"),
      Figure(
        name: "Decided with all ten axes", value: DashboardText.percent(active - rolledUp, of: active),
        note: "of active customers"),
      Figure(
        name: "Rolled-up customers", value: DashboardText.number(rolledUp), note: "decided with a coarser segment"),
    ]
  }

  private func placements(_ row: CycleRow) async throws -> [PlacementRow] {
    let learned = try await memo.value("learned \(row.book)") { try await engine.learned(inCycle: row.number) }
    return engine.policy.placements.map { placement in
      let sums = learned.elements?.first { $0["placement"]?.text == placement.id }
      let exposures = sums?["exposures"]?.integer ?? 0
      let rewards = sums?["rewards"]?.integer ?? 0
      return PlacementRow(
        id: placement.id,
        reward: "\(placement.reward.rawValue) within \(placement.rewardWindowHours)\(DashboardText.thin)h",
        exposures: DashboardText.number(exposures), rewards: DashboardText.number(rewards),
        rate: DashboardText.percent(rewards, of: exposures), pending: DashboardText.number(sums?["pending"]))
    }
  }

  private func sizes() async throws -> [SizeRow] {
    let edges = OverviewPage.sizeEdges
    let counts = try await engine.segmentSizesInForce(edges: edges)
    let most = max(1, counts.map { $0.exact + $0.coarser }.max() ?? 1)
    return counts.enumerated().compactMap { i, count in
      guard count.exact + count.coarser > 0 else { return nil }
      let least = DashboardText.number(edges[i])
      let range = i + 1 < edges.count ? "\(least) to \(DashboardText.number(edges[i + 1] - 1))" : "\(least) or more"
      return SizeRow(
        range: range, exact: DashboardText.number(count.exact), coarser: DashboardText.number(count.coarser),
        exactWidth: count.exact * 100 / most, coarserWidth: count.coarser * 100 / most)
    }
  }
}
