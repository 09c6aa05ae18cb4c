import TesseraModel
import TesseraRuntime

/// Whether the agents work, what they did, cost and earned, and what was refused.
struct AgentsPage {
  let engine: Engine

  private struct View {
    let state: AgentStateView
    let hasCycles: Bool
    let figures: [Figure]
    let sums: [Row]
    let whys: [WhyTable]
    let budgets: [Budget]
    let clock: String
    let costs: AgentCostView?
    let worth: AgentWorthView?
    let chart: [CycleChart.Series]
    let chartCount: Int
    let hasChart: Bool
    let hasRuns: Bool
    let runs: [AgentRunRow]
    let thin = DashboardText.thin
  }

  private struct Figure {
    let name: String
    let value: String
    let note: String
  }

  private struct Row {
    let name: String
    let values: [String]
  }

  private struct WhyTable {
    struct Why {
      let words: String
      let code: String
      let values: [String]
      let width: Int
    }
    let id: String
    let title: String
    let head: String
    let isEmpty: Bool
    let none: String
    let rows: [Why]
  }

  private struct Budget {
    let span: String
    let spent: String
    let limit: String
    let tokens: String
    let width: Int
    let hasLimit: Bool
  }

  /// Looks listed here; the list behind the link has them all.
  private static let runsShown = 8
  private static let spans = ["this_hour", "last_24", "last_720"]

  func page() async throws -> DashboardPage {
    let json = try await engine.agentsReport()
    let (runs, _) = try await engine.agentRuns(cursor: nil, limit: AgentsPage.runsShown)
    let cycles = json["cycles"]?.elements ?? []
    let series = cycles.count > 1 ? AgentsPage.series(cycles.reversed()) : []
    let offset = engine.utcOffsetSeconds(at: engine.clock.now())
    let view = View(
      state: AgentStateView(json, offsetSeconds: offset), hasCycles: !cycles.isEmpty,
      figures: AgentsPage.figures(json), sums: AgentsPage.sums(json),
      whys: AgentsPage.whys(json), budgets: (json["budgets"]?.elements ?? []).map(AgentsPage.budget),
      clock: DashboardText.time(engine.agents.wallClock(), offsetSeconds: 0),
      costs: AgentCostView(json), worth: AgentWorthView(json), chart: series, chartCount: cycles.count,
      hasChart: !series.isEmpty, hasRuns: !runs.isEmpty,
      runs: runs.map { AgentRunRow($0, offsetSeconds: offset) })
    return DashboardPage(.agents, title: "Agents", template: "agents", view: view)
  }

  private static func series(_ cycles: [JSONValue]) -> [CycleChart.Series] {
    var out = [CycleChart.series("Segments looked at", cycles.map { $0["looked"]?.integer ?? 0 })]
    let tokens = cycles.map { $0["tokens"]?.integer ?? 0 }
    out.append(
      tokens.contains { $0 > 0 }
        ? CycleChart.series("Tokens", tokens)
        : CycleChart.series("Segments left alone", cycles.map { $0["skipped"]?.integer ?? 0 }))
    return out
  }

  /// What someone with twenty seconds reads.
  private static func figures(_ json: JSONValue) -> [Figure] {
    let (hour, economics) = (json["this_hour"], json["economics"])
    let isEstimate = economics?["is_estimate"]?.flag ?? true
    let tokens = (hour?["tokens_in"]?.integer ?? 0) + (hour?["tokens_out"]?.integer ?? 0)
    let claims = json["evidence"]?["claims"]?.elements ?? []
    let right = claims.reduce(0) { $0 + ($1["came_true"]?.integer ?? 0) }
    let wrong = claims.reduce(0) { $0 + ($1["did_not"]?.integer ?? 0) }
    let isModel = json["model"]?.isNull == false
    let month = isEstimate && !isModel ? 0 : economics?["cost_per_month"]?.double
    let budget = json["budgets"]?.elements?.last?["limit"]?.double
    return [
      Figure(
        name: "Segments looked at this hour", value: DashboardText.number(hour?["looked"]),
        note: "of \(DashboardText.number(hour?["segments_decided"])) decided"),
      Figure(
        name: "Cost this hour",
        value: json["model"]?["is_priced"] == false ? "not known" : AgentWords.dollars(hour?["cost"]?.double),
        note: tokens > 0
          ? "\(DashboardText.number(tokens)) tokens"
          : (hour?["calls"]?.integer ?? 0) > 0 ? "no answer came" : "no model was asked"),
      Figure(
        name: "Cost a month at this rate", value: AgentWords.dollars(month),
        note: budget.map { "of at most \(AgentWords.dollars($0))" } ?? "no limit is set"),
      Figure(
        name: "Claims that came true",
        value: right + wrong == 0 ? DashboardText.none : DashboardText.percent(right, of: right + wrong),
        note: right + wrong == 0 ? "none is due yet" : "of \(DashboardText.number(right + wrong)) decided"),
    ]
  }

  /// What was done and what it cost, over three stretches of time.
  private static func sums(_ json: JSONValue) -> [Row] {
    let sums = spans.map { json[$0] }
    func row(_ name: String, _ value: (JSONValue?) -> String) -> Row { Row(name: name, values: sums.map(value)) }
    func count(_ name: String, _ key: String) -> Row { row(name) { DashboardText.number($0?[key]) } }
    let isPriced = json["model"]?["is_priced"] != false
    func money(_ name: String, _ key: String) -> Row {
      row(name) { isPriced ? AgentWords.dollars($0?[key]?.double) : "not known" }
    }
    return [
      count("Cycles", "cycles"), count("Segments looked at", "looked"), count("Segments left alone", "skipped"),
      count("Looks, of one segment or several", "runs"), count("Looks that came to nothing", "failed"),
      Row(name: "Overlays in force", values: [DashboardText.number(sums[0]?["overlays"]), "", ""]),
      count("Refused", "refused"), count("Calls of a model", "calls"), count("Tokens in", "tokens_in"),
      count("of them from the cache", "tokens_cached"), count("Tokens out", "tokens_out"), money("Cost", "cost"),
      money("Cost an hour", "cost_per_hour"), money("Cost a segment looked at", "cost_per_look"),
      money("Cost an hour per decided customer", "cost_per_decided_customer"),
    ]
  }

  private static func whys(_ json: JSONValue) -> [WhyTable] {
    [
      why(json, "why_looked", "Why segments were looked at", AgentWords.looked, "No segment was looked at."),
      why(json, "why_skipped", "Why segments were left alone", AgentWords.skipped, "No segment was left alone."),
      why(json, "refusals", "What was refused", AgentWords.refused, "Nothing that an agent said was refused."),
    ]
  }

  private static func why(
    _ json: JSONValue, _ key: String, _ title: String, _ words: [String: String], _ none: String
  ) -> WhyTable {
    let sums = spans.map { json[$0]?[key] }
    let codes = (sums.last ?? nil)?.members?.names ?? []
    let most = codes.compactMap { sums[1]?[$0]?.integer }.max() ?? 0
    let rows = codes.map { code in
      WhyTable.Why(
        words: AgentWords.words(words, code), code: code,
        values: sums.map { DashboardText.number($0?[code]?.integer ?? 0) },
        width: (sums[1]?[code]?.integer ?? 0) * 100 / max(1, most))
    }
    return WhyTable(
      id: key, title: title, head: key == "refusals" ? "Why it was not accepted" : "Why", isEmpty: rows.isEmpty,
      none: none, rows: rows)
  }

  private static func budget(_ json: JSONValue) -> Budget {
    let (spent, limit) = (json["spent"]?.double, json["limit"]?.double)
    let share = limit.map { $0 > 0 ? min(1, (spent ?? 0) / $0) : 1 }
    let tokens = DashboardText.number(json["tokens"])
    let most = json["tokens_limit"]?.integer.map { " of \(DashboardText.number($0))" } ?? ""
    return Budget(
      span: json["span"]?.text ?? "", spent: AgentWords.dollars(spent), limit: AgentWords.dollars(limit),
      tokens: tokens + most, width: Int(((share ?? 0) * 100).rounded()), hasLimit: limit != nil)
  }
}

/// Whether the layer works, in words.
struct AgentStateView {
  let mark: String
  let sentence: String
  /// What happened or is to be done, where the layer does not simply work.
  let notice: String?
  /// How to try it again, or to switch it on.
  let remedy: String?
  /// Why no cost is counted, where a model works whose price is not known.
  let unpriced: String?
  let share: String
  let troubles: [Trouble]
  let hasTroubles: Bool

  struct Trouble {
    let text: String
    let when: String
  }

  init(_ json: JSONValue, offsetSeconds: Int) {
    let state = json["state"]?.text ?? ""
    let analyst = OverviewPage.analyst(json["analyst"]?.text)
    let when = json["cycle"]?.integer.map {
      "In cycle \($0), as of \(DashboardText.time(DashboardText.instant(json["at"]), offsetSeconds: offsetSeconds)),"
    }
    let hour = json["this_hour"]
    let looked = DashboardText.count(hour?["looked"]?.integer ?? 0, "segment")
    let skipped = DashboardText.number(hour?["skipped"])
    let did = when.map { "\($0) it looked at \(looked) and left \(skipped) alone." }
    let trial = json["trial"]?.integer ?? 1
    share = "\(json["share"]?.integer ?? 0)\(DashboardText.thin)%"
    // Where nothing worse came of it, that is the trouble itself.
    let isTold = json["trouble"]?.text?.hasPrefix("the price of") ?? false
    unpriced =
      json["model"]?["is_priced"] == false && !isTold
      ? "The price of \(json["model"]?["name"]?.text ?? "") is not known: no cost is counted, and only agent.tokens bounds it."
      : nil
    switch state {
    case "off":
      mark = "switched off"
      sentence = "The agents are switched off. The bandit decides alone; no overlay is in force."
      notice = "It switched itself off: \(json["off"]?.text ?? "it did harm")."
      remedy = "To try it again, set agent.trial to \(trial + 1) and restart: a new trial begins with nothing known."
    case "disabled":
      mark = "not in use"
      sentence = "Agents are not in use here. The bandit decides alone."
      notice = nil
      remedy = "To let them look, set agent.enabled to true and agent.share above 0, and restart."
    case "waiting":
      mark = "waiting"
      sentence = "The analyst is \(analyst). It looks at segments in the next cycle."
      notice = nil
      remedy = nil
    case "trouble":
      mark = "in trouble"
      sentence = "The analyst is \(analyst). " + (did ?? "")
      let failed = hour?["failed"]?.integer ?? 0
      let nothing = failed > 0 ? " \(DashboardText.count(failed, "look")) came to nothing." : ""
      notice = AgentStateView.capitalised(json["trouble"]?.text ?? "not every look was answered") + "." + nothing
      remedy = AgentStateView.remedy(hour)
    default:
      mark = "at work"
      sentence = "The analyst is \(analyst). " + (did ?? "")
      notice = nil
      remedy = nil
    }
    troubles = (json["last_24"]?["troubles"]?.elements ?? []).map { trouble in
      Trouble(
        text: AgentStateView.capitalised(trouble["trouble"]?.text ?? ""),
        when: "in \(DashboardText.count(trouble["cycles"]?.integer ?? 0, "cycle")), last in "
          + "cycle \(trouble["last"]?.integer ?? 0)")
    }
    hasTroubles = !troubles.isEmpty
  }

  /// What becomes of the segments, and what can be done.
  private static func remedy(_ hour: JSONValue?) -> String? {
    let stays = "the bandit decides alone, and what was said before stays until it ends."
    if hour?["why_skipped"]?["budget"]?.integer ?? 0 > 0 {
      return "Where no look was made \(stays) The limits are agent.budget and agent.tokens."
    }
    return hour?["failed"]?.integer ?? 0 > 0 ? "Where a look came to nothing \(stays)" : nil
  }

  private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
