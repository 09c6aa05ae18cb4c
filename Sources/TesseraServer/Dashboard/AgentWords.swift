import TesseraModel

/// The agents' codes in words, and their money.
enum AgentWords {
  /// Why a segment was looked at.
  static let looked: [String: String] = [
    "never": "this analyst had never looked at it", "old": "its last look was too long ago",
    "changed": "what is new adds up to a reason", "expiring": "something said before ends within the hour",
  ]

  /// Why a segment was left alone.
  static let skipped: [String: String] = [
    "waiting": "the answer of a daily look comes later, by batch",
    "too_small": "too few people to be shown to an agent", "unchanged": "nothing changed since the last look",
    "immaterial": "what changed is little, or concerns few", "budget": "the budget was used up",
    "deadline": "the cycle's deadline came first", "account": "the account could not be read or written",
    "off": "the layer is switched off",
  ]

  /// Why something an agent said was not accepted.
  static let refused: [String: String] = [
    "form": "the answer was not in the form", "cut": "the answer was cut off", "refused": "the model would not answer",
    "no_answer": "no answer came", "too_many": "more changes than are taken from one look",
    "duplicate": "the same thing was spoken of twice", "expiry": "it would last too short or too long",
    "unknown_segment": "it speaks of a segment that it was not shown",
    "unknown_arm": "it speaks of an action that is not there",
    "change_in_no_change": "changes in an answer that says no change",
    "no_evidence": "it rests on nothing, or on what the agent was not told",
    "evidence_kind": "the reason does not follow from the evidence", "out_of_stock": "it rests on what is sold out",
    "veto_unchecked": "a veto whose reason cannot be checked; it counts as a suppress",
    "no_strength": "it does not say how strongly", "suspicious": "text that tries to instruct the agent",
    "copy_slot": "a text for a place where it is not shown", "copy_number": "a text with a number of its own",
    "copy_discount": "a text that promises a discount", "copy_product": "a text with a product of its own",
    "copy_tag": "a text with a merge tag that may not be used", "copy_fallback": "a merge tag without a fallback",
    "copy_length": "a text that is too long", "copy_words": "a text with blocked words",
    "copy_template": "a text that is not a valid template",
  ]

  /// Why an agent changes something.
  static let reasons: [String: String] = [
    "restock": "back in stock", "markdown": "reduced", "calendar": "the calendar", "fatigue": "seen too often",
    "other": "another reason", "new_product": "new products", "low_stock": "low in stock",
    "out_of_stock": "out of stock", "price_changed": "a changed price", "high_returns": "often returned",
    "low_margin": "a low margin", "arm_conflict": "actions in each other's way",
    "offer_not_needed": "an offer that is not needed", "peer_result": "what similar segments showed",
    "copy_mismatch": "a text that does not fit", "suspicious_text": "suspicious text",
  ]

  /// How an exchange with a model ended.
  static let ends: [String: String] = [
    "end": "answered", "toolUse": "asked a tool", "tool_use": "asked a tool", "cut": "cut off at the most tokens",
    "refused": "refused", "paused": "paused", "context_exceeded": "longer than the model can read",
    "timeout": "no answer in time", "connection": "no connection", "rate_limited": "too many requests",
    "overloaded": "the provider was overloaded", "server": "the provider failed", "quota": "the quota is used up",
    "budget": "the agents' budget was used up",
    "authentication": "the key was not accepted", "permission": "the key may not use the model",
    "billing": "a payment problem at the provider", "malformed": "an answer that cannot be read",
    "breakerOpen": "not sent: the provider failed too often of late", "badRequest": "the request was not accepted",
    "notFound": "no such model or address", "tooLarge": "the request was too long",
  ]

  /// What a person should know of.
  static let flags: [String: String] = [
    "needs_human": "A person should look at this.", "data_looks_wrong": "The data look wrong.",
    "suspicious_text": "A text in the data tries to instruct it.",
    "budget_nearly_spent": "An offer's budget is nearly used up.",
    "segment_too_small": "The segment is too small to say much.", "needs_own_look": "It asked for a look by itself.",
  ]

  static let changes: [String: String] = [
    "restock": "back in stock", "new": "new", "markdown": "reduced", "removed": "no longer to be had",
    "returns": "often returned", "budget": "an offer's budget", "price_up": "dearer", "low_stock": "low in stock",
    "arm_shift": "earns otherwise than it did",
  ]

  static let outcomes: [String: String] = [
    "came_true": "came true", "did_not": "did not come true", "undecided": "undecided: seen by too few",
    "too_early": "too early to tell",
  ]

  static let funnel: [String: String] = [
    "active": "on site", "views": "product views", "baskets": "filled a basket", "orders": "orders",
    "conversion": "conversion", "aov": "mean order", "returns": "lines returned", "discount_share": "with a discount",
  ]

  /// A code's words, or the code itself where it is of a later date.
  static func words(_ table: [String: String], _ code: String?) -> String {
    let code = code ?? ""
    return table[code] ?? code.replacing("_", with: " ")
  }

  /// Dollars with as many digits as say something: `$0`, `$0.00042`, `$3.20`, `$12 400`.
  static func dollars(_ x: Double?) -> String {
    guard let x, x.isFinite else { return DashboardText.none }
    let size = x.magnitude
    let sign = x < 0 ? "−" : ""
    if size < 1e-12 { return "$0" }
    if size >= 100 { return sign + "$" + DashboardText.number(Int(size.rounded())) }
    if size >= 1 { return sign + "$" + DashboardText.amount(size) }
    var (unit, places) = (0.1, 1)
    while size < unit, places < 12 { (unit, places) = (unit / 10, places + 1) }
    // Two digits from the first that is not nought.
    var scaled = size
    for _ in 0...places { scaled *= 10 }
    var digits = String(Int(scaled.rounded()))
    while digits.count < places + 2 { digits = "0" + digits }
    let whole = digits.dropLast(places + 1)
    return "\(sign)$\(whole).\(digits.suffix(places + 1))"
  }

  /// Part of an action: a creative, an offer, or both.
  static func part(_ json: JSONValue?) -> String {
    let parts = [json?["creative"]?.text, json?["offer"]?.text].compactMap { $0 }
    return parts.isEmpty ? "nothing" : parts.joined(separator: " + ")
  }

  /// The lift's unit a view, and a sum of it.
  static func reward(_ reward: String?, _ x: Double?) -> String {
    guard let x else { return DashboardText.none }
    let sign = x > 0 ? "+" : ""
    switch reward {
    case "revenue", "margin": return sign + DashboardText.amount(x)
    default: return sign + percent(x)
    }
  }

  /// Small lifts need more than one decimal.
  static func percent(_ x: Double) -> String {
    let thousandths = Int((x.magnitude * 100_000).rounded())
    let digits = String(thousandths % 1_000)
    let padded = String(repeating: "0", count: 3 - digits.count) + digits
    let sign = x < 0 && thousandths > 0 ? "−" : ""
    return "\(sign)\(thousandths / 1_000).\(padded)\(DashboardText.thin)%"
  }

  /// So many clicks, orders, or so much money.
  static func earned(_ reward: String?, _ x: Double?) -> String {
    guard let x else { return DashboardText.none }
    let sign = x > 0 ? "+" : ""
    switch reward {
    case "revenue", "margin": return sign + DashboardText.amount(x)
    default:
      let tenths = Int((x.magnitude * 10).rounded())
      let noun = reward == "order" ? "orders" : "clicks"
      return "\(x < 0 && tenths > 0 ? "−" : sign)\(tenths / 10).\(tenths % 10) \(noun)"
    }
  }

  /// Rows of objects as a table's columns, in the order in which they first come.
  static func columns(_ rows: [JSONValue]) -> [String] {
    var out: [String] = []
    for name in rows.flatMap({ $0.members?.names ?? [] }) where !out.contains(name) { out.append(name) }
    return out
  }
}
