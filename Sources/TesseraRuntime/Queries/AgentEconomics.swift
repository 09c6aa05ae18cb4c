import TesseraAgents
import TesseraModel
import TesseraSegments

/// What agents cost in a month, and what the naive ways would cost at the same price.
struct AgentEconomics: Sendable {
  /// The last day of this analyst.
  let day: AgentTally
  /// Segments that the hour decides for, micro-segments that are active in it, and customers of the store.
  let segments: Int
  let active: Int
  let customers: Int
  let tokens: LookTokens?
  let cost: LookCost?
  let price: ModelPrices.Row?
  let withTools: Int

  static let hoursPerMonth = GranularityPlan.Price.hoursPerMonth
  private static let daysPerMonth = hoursPerMonth / 24
  /// So much a month at most for so many active segments, of which a tenth changes in an hour.
  private static let goal = (segments: 5_000, dollars: 64.0)

  /// Whether no model has answered, so that nothing was measured.
  var isEstimate: Bool { tokens?.measured == nil }

  /// Dollars an hour at the rate of the last day; nil where no price is known.
  private var hour: Double? {
    guard price != nil else { return nil }
    return isEstimate ? cost?.hour(looks: day.looksPerHour, withToolsMax: withTools) : day.costPerHour
  }

  private var perLook: Double? {
    hour.flatMap { day.looksPerHour > 0 ? $0 / day.looksPerHour : nil }
  }

  var json: JSONValue {
    var object = JSONObject([
      ("is_estimate", .bool(isEstimate)), ("model", .optional(price?.model)),
      ("price_from", price.map { .string(String("\($0.from)".prefix(10))) } ?? .null),
      ("price", price.map(AgentEconomics.priceJSON) ?? .null), ("tokens_per_look", tokens?.json ?? .null),
      ("cycles", .integer(day.cycles)), ("cost_per_look", AgentTally.dollars(perLook)),
      ("looks_per_hour", .double(AgentEconomics.rounded(day.looksPerHour))),
      ("cost_per_month", AgentTally.dollars(hour.map { $0 * AgentEconomics.hoursPerMonth })),
    ])
    if let cost {
      object["at_goal"] = atGoal(cost)
    }
    if let tokens, let price {
      object["naive"] = [
        "per_active_segment": naive(tokens, price, calls: Double(active) * AgentEconomics.hoursPerMonth),
        "per_segment": naive(tokens, price, calls: Double(segments) * AgentEconomics.hoursPerMonth),
        "per_customer": naive(tokens, price, calls: Double(customers) * AgentEconomics.daysPerMonth),
      ]
    }
    return .object(object)
  }

  /// The same work for as many segments as the goal speaks of.
  private func atGoal(_ cost: LookCost) -> JSONValue {
    let looks = Double(AgentEconomics.goal.segments) * GranularityPlan.Price.looksPerHour
    let dollars = cost.hour(looks: looks, withToolsMax: withTools) * AgentEconomics.hoursPerMonth
    return [
      "segments": .integer(AgentEconomics.goal.segments), "looks_per_hour": .double(AgentEconomics.rounded(looks)),
      "with_tools": .integer(withTools), "cost_with_tools": AgentTally.dollars(cost.withTools),
      "cost_shared": AgentTally.dollars(cost.shared), "is_shared_measured": .bool(cost.isSharedMeasured),
      "is_with_tools_measured": .bool(cost.isWithToolsMeasured), "cost_per_month": AgentTally.dollars(dollars),
      "goal_per_month": .double(AgentEconomics.goal.dollars),
    ]
  }

  private func naive(_ tokens: LookTokens, _ price: ModelPrices.Row, calls: Double) -> JSONValue {
    [
      "calls_per_month": .integer(Int(calls.rounded())),
      "cost_per_month": AgentTally.dollars(calls * tokens.alone(price, isCached: true)),
      "cost_per_month_without_cache": AgentTally.dollars(calls * tokens.alone(price, isCached: false)),
    ]
  }

  private static func rounded(_ x: Double) -> Double { (x * 100).rounded() / 100 }

  private static func priceJSON(_ row: ModelPrices.Row) -> JSONValue {
    func dollars(_ micro: Int) -> JSONValue { .double(Double(micro) / 1e6) }
    return [
      "input": dollars(row.input), "cached": dollars(row.cacheRead), "output": dollars(row.output),
    ]
  }
}
