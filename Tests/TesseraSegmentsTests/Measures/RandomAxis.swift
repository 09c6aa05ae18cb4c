import TesseraModel
import TesseraSegments

/// Axes put together at random from the whole vocabulary, as a configuration would write them.
struct RandomAxis {
  private var random: SplitMix64
  private var count = 0

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  static let windows = ["30m", "24h", "7d", "14d", "30d", "90d", "365d"]

  mutating func definition() throws -> AxisDefinition {
    count += 1
    var object = JSONObject([("axis", .string("axis-\(count)"))])
    switch random.below(4) {
    case 0: top(&object)
    case 1: rules(&object)
    default: cuts(&object)
    }
    return try AxisReader.definition(.object(object), path: "axes[0]", box: [])
  }

  private mutating func cuts(_ object: inout JSONObject) {
    let quantity = measure(&object)
    object["cuts"] = .array(thresholds(quantity, object["sum"]?.text, 1 + random.below(4)))
    if ["share", "last", "first"].contains(quantity) { object["none"] = "nothing" }
  }

  private mutating func rules(_ object: inout JSONObject) {
    var rules: [JSONValue] = []
    for i in 0...random.below(4) {
      var rule = JSONObject([("value", .string("v\(i % 3)"))])
      if random.oneIn(4) {
        source(&rule, "no", ["events", "visits", "sessions", "orders", "lines", "units", "refunds"])
        window(&rule)
      } else {
        let quantity = measure(&rule)
        let comparison = random.pick(["at_least", "over", "at_most", "under"])
        rule[comparison] = thresholds(quantity, rule["sum"]?.text, 1)[0]
      }
      rules.append(.object(rule))
    }
    object["rules"] = .array(rules + [["value": "else"]])
  }

  private mutating func top(_ object: inout JSONObject) {
    object["top"] = .string(random.pick(["brand", "category", "tier"]))
    var weights = JSONObject()
    for name in ["product_viewed", "product_added_to_cart", "my_own_type", "line", "refund"] where !random.oneIn(3) {
      weights[name] = .integer(random.below(9) - (random.oneIn(3) ? 6 : 0))
    }
    if weights.isEmpty { weights["product_viewed"] = 1 }
    object["weights"] = .object(weights)
    if random.oneIn(2) { object["half_life"] = .string(random.pick(RandomAxis.windows)) }
    window(&object)
    object["at_least"] = .integer(1 + random.below(4))
    if random.oneIn(2) { object["of_total"] = .string(random.pick(["35%", "0.5", "90%"])) }
    if random.oneIn(2) { object["ties"] = "latest" }
  }

  private mutating func measure(_ object: inout JSONObject) -> String {
    let quantity = random.pick(["count", "count", "sum", "share", "last", "first"])
    switch quantity {
    case "sum":
      object["sum"] = .string(random.pick(["revenue", "net-revenue", "units", "value"]))
      filter(&object, of: object["sum"] == "value" ? "events" : "lines")
    case "share": source(&object, quantity, ["events", "visits", "orders", "lines", "units"], mustFilter: true)
    case "first":
      if random.oneIn(4) {
        object["first"] = "joined"
      } else {
        source(&object, quantity, ["events", "visits", "orders", "lines", "refunds"])
      }
    case "last": source(&object, quantity, ["events", "visits", "orders", "lines", "refunds"])
    default:
      source(&object, quantity, ["events", "visits", "sessions", "orders", "lines", "units", "refunds"])
    }
    window(&object)
    return quantity
  }

  private mutating func source(_ object: inout JSONObject, _ key: String, _ all: [String], mustFilter: Bool = false) {
    let source = random.pick(all)
    object[key] = .string(source)
    if mustFilter || random.oneIn(2) { filter(&object, of: source) }
  }

  private mutating func filter(_ object: inout JSONObject, of source: String) {
    var filter = JSONObject()
    switch source {
    case "events", "visits":
      if random.oneIn(2) { filter["type"] = .strings([random.pick(FactGenerator.types), "my_own_type"]) }
      if random.oneIn(5) { filter["channel"] = "email" }
      if random.oneIn(3) || filter.isEmpty { names(&filter) }
    case "orders": filter[random.pick(["discount_code", "refunded"])] = .bool(random.oneIn(2))
    case "lines", "units":
      if random.oneIn(2) { filter["discounted"] = .bool(random.oneIn(2)) }
      if random.oneIn(3) { filter["refunded"] = .bool(random.oneIn(2)) }
      if random.oneIn(3) { filter["discount_code"] = .bool(random.oneIn(2)) }
      if random.oneIn(3) || filter.isEmpty { names(&filter) }
    case "refunds": names(&filter)
    default: return
    }
    object["where"] = .object(filter)
  }

  private mutating func names(_ filter: inout JSONObject) {
    switch random.below(3) {
    case 0: filter["brand"] = " NIKE"
    case 1: filter["category"] = .string(random.pick(["jackets", "Shoes"]))
    default: filter["tier"] = .string(random.pick(["budget", "mid", "premium"]))
    }
  }

  private mutating func window(_ object: inout JSONObject) {
    if random.oneIn(2), object["first"] != "joined" { object["window"] = .string(random.pick(RandomAxis.windows)) }
  }

  private mutating func thresholds(_ quantity: String, _ amount: String?, _ count: Int) -> [JSONValue] {
    let all: [JSONValue] =
      switch quantity {
      case "share": ["10%", .number("0.25"), "50%", "100%"]
      case "last", "first": ["30m", "24h", "7d", "30d", "90d"]
      case "sum" where amount != "units": [.number("0.5"), 10, .number("99.99"), 250]
      default: [1, 2, 3, 5, 8]
      }
    let start = random.below(all.count - min(count, all.count) + 1)
    return Array(all[start..<min(all.count, start + count)])
  }
}
