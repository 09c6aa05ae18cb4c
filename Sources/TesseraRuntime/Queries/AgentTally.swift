import TesseraModel

/// What agents did in a stretch of cycles, added up from the cycles' reports.
struct AgentTally: Sendable {
  private(set) var cycles = 0
  private(set) var looked = 0
  private(set) var tokensIn = 0
  private(set) var tokensOut = 0
  /// Dollars.
  private(set) var cost = 0.0
  private var counts: [String: Int] = [:]
  private var whys: [String: [String: Int]] = [:]
  private(set) var troubles: [(text: String, cycles: Int, last: Int)] = []

  private static let sums = [
    "runs", "looked", "skipped", "overlays", "refused", "failed", "calls", "tokens_in", "tokens_cached", "tokens_out",
  ]
  private static let reasons = ["why_looked", "why_skipped", "refusals"]

  /// - Parameter reports: of published cycles, the newest first.
  init(_ reports: some Sequence<JSONValue>) {
    for report in reports {
      guard let agent = report["agent"] else { continue }
      cycles += 1
      for name in AgentTally.sums { counts[name, default: 0] += agent[name]?.integer ?? 0 }
      for name in AgentTally.reasons {
        for member in agent[name]?.members ?? JSONObject() {
          whys[name, default: [:]][member.name, default: 0] += member.value.integer ?? 0
        }
      }
      counts["customers_decided", default: 0] += report["customers_active"]?.integer ?? 0
      counts["segments_decided", default: 0] += report["segments_decided"]?.integer ?? 0
      cost += agent["cost"]?.double ?? 0
      if let trouble = agent["trouble"]?.text { note(trouble, cycle: report["cycle"]?.integer ?? 0) }
    }
    (looked, tokensIn, tokensOut) = (self["looked"], self["tokens_in"], self["tokens_out"])
  }

  private mutating func note(_ trouble: String, cycle: Int) {
    if let i = troubles.firstIndex(where: { $0.text == trouble }) {
      troubles[i].cycles += 1
    } else {
      troubles.append((trouble, 1, cycle))
    }
  }

  subscript(name: String) -> Int { counts[name] ?? 0 }

  /// Dollars a cycle, which is an hour of the shop.
  var costPerHour: Double? { cycles == 0 ? nil : cost / Double(cycles) }
  /// Dollars a segment looked at.
  var costPerLook: Double? { looked == 0 ? nil : cost / Double(looked) }
  /// Dollars an hour for each customer decided for in it.
  var costPerCustomer: Double? {
    self["customers_decided"] == 0 ? nil : cost / Double(self["customers_decided"])
  }
  /// Segments looked at in an hour.
  var looksPerHour: Double { cycles == 0 ? 0 : Double(looked) / Double(cycles) }
  /// Segments that an hour decides for.
  var segmentsPerHour: Double { cycles == 0 ? 0 : Double(self["segments_decided"]) / Double(cycles) }

  var json: JSONValue {
    var object = JSONObject([("cycles", .integer(cycles))])
    for name in AgentTally.sums + ["customers_decided", "segments_decided"] { object[name] = .integer(self[name]) }
    for name in AgentTally.reasons {
      let sorted = (whys[name] ?? [:]).sorted { ($0.value, $1.key) > ($1.value, $0.key) }
      object[name] = .object(JSONObject(sorted.map { ($0.key, .integer($0.value)) }))
    }
    object["cost"] = AgentTally.dollars(cost)
    object["cost_per_hour"] = AgentTally.dollars(costPerHour)
    object["cost_per_look"] = AgentTally.dollars(costPerLook)
    object["cost_per_decided_customer"] = AgentTally.dollars(costPerCustomer)
    object["troubles"] = .array(
      troubles.map { ["trouble": .string($0.text), "cycles": .integer($0.cycles), "last": .integer($0.last)] })
    return .object(object)
  }

  /// To a billionth of a dollar, below which nothing is billed; a customer's share may be less and keeps its digits.
  static func dollars(_ x: Double?) -> JSONValue {
    guard let x, x.isFinite else { return .null }
    return .double(abs(x) >= 1e-6 ? (x * 1e9).rounded() / 1e9 : x)
  }
}
