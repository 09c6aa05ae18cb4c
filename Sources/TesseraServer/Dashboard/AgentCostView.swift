import TesseraModel
import TesseraRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What agents cost, in a month, and what the naive ways would cost: a picture and the same in words.
struct AgentCostView {
  struct Bar {
    let name: String
    let note: String
    let month: String
    let width: Int
    let y: Int
    let barY: Int
    let textY: Int
    let textX: Int
    let isOurs: Bool
  }

  struct Grid {
    let x: Int
    let anchor: String
    let text: String
  }

  struct Way {
    let name: String
    let calls: String
    let month: String
    let uncached: String
    let times: String
  }

  let isEstimate: Bool
  let headline: String
  let basis: String
  let goal: String?
  /// Only of what was measured.
  let goalMark: String?
  let bars: [Bar]
  let grid: [Grid]
  let height: Int
  let bottom: Int
  let label: String
  let ways: [Way]

  /// The picture's box; bars stand on a scale of powers of ten, since the ways differ by factors.
  private static let (left, plotWidth, rowHeight, top) = (10.0, 600.0, 50, 10)

  /// - Returns: nil where nothing is known of prices or of tokens.
  init?(_ json: JSONValue) {
    let economics = json["economics"]
    guard let month = economics?["cost_per_month"]?.double, let naive = economics?["naive"] else { return nil }
    isEstimate = economics?["is_estimate"]?.flag ?? true
    let model = economics?["model"]?.text ?? ""
    let goalJSON = economics?["at_goal"]
    let looks = economics?["looks_per_hour"]?.double ?? 0
    let perLook = AgentWords.dollars(economics?["cost_per_look"]?.double)
    let rate = "\(AgentCostView.rate(looks)) segments looked at an hour, \(perLook) each"
    let cycles = economics?["cycles"]?.integer ?? 0
    headline =
      isEstimate
      ? "With \(model) it would cost about \(AgentWords.dollars(month)) a month, by estimate: \(rate)."
      : "At the rate of the last \(cycles == 1 ? "cycle" : DashboardText.count(cycles, "cycle")) agents cost \(AgentWords.dollars(month)) a month: \(rate)."
        + (cycles < 24 ? " Of a store's first cycles that is too much: everything is new once." : "")
    basis = AgentCostView.basis(economics, isEstimate: isEstimate, together: json["together"]?.integer ?? 1)
    let atGoal = goalJSON?["cost_per_month"]?.double
    let most = goalJSON?["goal_per_month"]?.double
    goal = atGoal.map { cost in
      let parts = [
        AgentCostView.part(
          goalJSON, "with_tools", "at the \(DashboardText.number(goalJSON?["with_tools"])) most valuable"),
        AgentCostView.part(goalJSON, "shared", "at each of the others, in calls that they share"),
      ]
      return
        "\(DashboardText.count(goalJSON?["segments"]?.integer ?? 0, "active segment")), a tenth of them changed in an hour "
        + "and each looked at once a day at least, would cost \(AgentWords.dollars(cost)) a month: "
        + "\(parts.joined(separator: ", ")). The goal is \(AgentWords.dollars(most)) at most."
    }
    goalMark = isEstimate ? nil : (atGoal ?? 0) <= (most ?? 0) ? "within the goal" : "above the goal"
    let named: [(name: String, note: String, json: JSONValue?)] = [
      ("One call for each decided segment every hour", "no gate, nothing shared", naive["per_segment"]),
      ("One call for each active micro-segment every hour", "nothing rolled up either", naive["per_active_segment"]),
      ("One call for each customer every day", "one agent per person", naive["per_customer"]),
    ]
    let costs = named.map { $0.json?["cost_per_month"]?.double ?? 0 }
    let scale = AgentCostView.scale([month] + costs)
    let ours = isEstimate ? "Looks where something changed, by estimate" : "Looks where something changed, as measured"
    let all =
      [(ours, "segments that changed, and each once a day", month)] + zip(named, costs).map { ($0.name, $0.note, $1) }
    bars = all.enumerated().map { i, bar in AgentCostView.bar(i, bar.0, bar.1, bar.2, scale) }
    bottom = AgentCostView.top + AgentCostView.rowHeight * all.count
    height = bottom + 26
    grid = (scale.low...scale.high).map { power in
      Grid(
        x: Int((AgentCostView.left + AgentCostView.plotWidth * Double(power - scale.low) / scale.span).rounded()),
        anchor: power == scale.low ? "start" : "middle", text: AgentCostView.round(power))
    }
    label = all.map { "\($0.0): \(AgentWords.dollars($0.2)) a month" }.joined(separator: "; ")
    ways =
      [
        Way(
          name: ours, calls: DashboardText.none, month: AgentWords.dollars(month), uncached: DashboardText.none,
          times: "1")
      ]
      + named.map { way in
        let cost = way.json?["cost_per_month"]?.double
        return Way(
          name: way.name, calls: DashboardText.number(way.json?["calls_per_month"]), month: AgentWords.dollars(cost),
          uncached: AgentWords.dollars(way.json?["cost_per_month_without_cache"]?.double),
          times: AgentCostView.times(cost, month))
      }
  }

  private static func part(_ goal: JSONValue?, _ name: String, _ what: String) -> String {
    let how = goal?["is_\(name)_measured"]?.flag ?? false ? "measured" : "by estimate"
    return "\(AgentWords.dollars(goal?["cost_\(name)"]?.double)) (\(how)) for a look \(what)"
  }

  private static func basis(_ json: JSONValue?, isEstimate: Bool, together: Int) -> String {
    let (tokens, price) = (json?["tokens_per_look"], json?["price"])
    func dollars(_ name: String) -> String { AgentWords.dollars(price?[name]?.double) }
    let counts =
      "\(DashboardText.number(tokens?["common"])) tokens that all calls begin with, "
      + "\(DashboardText.number(tokens?["own"])) of the segment's own, \(DashboardText.number(tokens?["answer"])) of the "
      + "answer"
    let prices =
      "the prices of \(json?["model"]?.text ?? "") from \(json?["price_from"]?.text ?? "") on, a million tokens: "
      + "\(dollars("input")) in, \(dollars("cached")) from the cache, \(dollars("output")) out"
    if isEstimate {
      return "Estimated, since no model has answered: \(counts), worked out from the bytes of the digests and the "
        + "instructions (three bytes a token; thinking and answers are assumed), up to \(together) segments a call, at "
        + "\(prices)."
    }
    return
      "Measured over \(DashboardText.count(tokens?["measured_looks"]?.integer ?? 0, "segment")) looked at, for each: "
      + "\(counts), at \(prices). The naive ways read what all calls begin with from the cache, too."
  }

  /// A power of ten dollars.
  private static func round(_ power: Int) -> String {
    let x = pow(10, Double(power))
    return power < 0 ? AgentWords.dollars(x) : "$" + DashboardText.number(Int(x))
  }

  private static func rate(_ x: Double) -> String {
    let tenths = Int((x * 10).rounded())
    return x >= 10 || tenths % 10 == 0
      ? DashboardText.number(Int(x.rounded())) : "\(tenths / 10).\(tenths % 10)"
  }

  private static func times(_ cost: Double?, _ ours: Double) -> String {
    guard let cost, ours > 0 else { return DashboardText.none }
    let times = cost / ours
    return times >= 10 ? DashboardText.number(Int(times.rounded())) : DashboardText.amount(times)
  }

  /// The powers of ten that the bars lie between.
  private static func scale(_ costs: [Double]) -> (low: Int, high: Int, span: Double) {
    let known = costs.filter { $0 > 0 }
    let low = known.min().map { Int(log10($0).rounded(.down)) } ?? 0
    let high = max(low + 1, known.max().map { Int(log10($0).rounded(.up)) } ?? 1)
    // A bar that begins where the scale does would not be seen.
    let start = known.min().map { log10($0) < Double(low) + 0.1 ? low - 1 : low } ?? low
    return (start, high, Double(high - start))
  }

  private static func bar(
    _ i: Int, _ name: String, _ note: String, _ cost: Double, _ scale: (low: Int, high: Int, span: Double)
  ) -> Bar {
    let width = cost > 0 ? max(2, plotWidth * (log10(cost) - Double(scale.low)) / scale.span) : 0
    let y = top + i * rowHeight
    return Bar(
      name: name, note: note, month: AgentWords.dollars(cost), width: Int(width.rounded()), y: y + 16, barY: y + 22,
      textY: y + 34, textX: Int((left + width).rounded()) + 8, isOurs: i == 0)
  }
}
