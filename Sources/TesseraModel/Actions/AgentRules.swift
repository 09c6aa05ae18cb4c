/// Who lets a proposed text go live.
package enum CopyRule: String, Sendable, CaseIterable {
  /// None is asked for.
  case off
  case marketer
  /// What needs no reader goes live by itself; the rest waits for a marketer.
  case rules
}

/// The agents' part: whether, how often and how dearly they look, and what happens to what they propose.
package struct AgentRules: Sendable, Equatable {
  package let enabled: Bool
  /// The share of a segment's customers decided with the overlay, per cent; the rest are its control.
  package let share: Int
  /// Counts up to start a new trial, for an agent that was switched off because it did harm.
  package let trial: Int
  /// Every segment is looked at this often at least, hours.
  package let lookHours: Int
  /// Segments that share a call.
  package let together: Int
  /// The most valuable segments of the hour are looked at one by one, with tools.
  package let withTools: Int
  /// Whether looks that can wait for an hour or more are handed in as a batch where that is cheaper.
  package let batches: Bool
  /// The agents' part of a cycle takes no longer, seconds.
  package let deadlineSeconds: Int
  /// The most that is spent an hour, a day and a month, in dollars.
  package let budget: [Double?]
  /// The same in tokens; nil for no limit.
  package let tokens: [Int?]
  /// Whether agents are asked for variants of texts, and who lets one go live.
  package let copy: CopyRule
  /// Words that no proposed text may have.
  package let blockedWords: [String]
  /// What agents should know of the brand: tone, goals, what must not be claimed.
  package let guide: String

  private static let keys = [
    "enabled", "share", "trial", "look_hours", "together", "with_tools", "batches", "deadline_seconds", "budget",
    "tokens", "copy",
    "blocked_words", "guide",
  ]
  private static let spans = ["hour", "day", "month"]
  /// Dollars. A month's is what five thousand segments should cost; an hour's leaves room for the first one, when
  /// everything is new.
  private static let budgetDefault = [1.0, 5.0, 64.0]
  /// Segments of a call: more are read with less care.
  private static let togetherMax = 15

  init(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(json, path: "agent", keys: AgentRules.keys)
    enabled = try reader.flag("enabled") ?? true
    share = try reader.integer("share", in: 0...100) ?? 50
    trial = try reader.integer("trial", in: 1...1_000_000) ?? 1
    lookHours = try reader.integer("look_hours", in: 1...24 * 7) ?? 24
    together = try reader.integer("together", in: 1...AgentRules.togetherMax) ?? AgentRules.togetherMax
    withTools = try reader.integer("with_tools", in: 0...1_000) ?? 20
    batches = try reader.flag("batches") ?? true
    deadlineSeconds = try reader.integer("deadline_seconds", in: 1...3_600) ?? 300
    let money = try ConfigurationReader(reader.object["budget"], path: "agent.budget", keys: AgentRules.spans)
    var budget: [Double?] = []
    for (i, span) in AgentRules.spans.enumerated() {
      budget.append(try money.number(span, in: 0...1_000_000) ?? AgentRules.budgetDefault[i])
    }
    self.budget = budget
    let tokens = try ConfigurationReader(reader.object["tokens"], path: "agent.tokens", keys: AgentRules.spans)
    var limits: [Int?] = []
    for span in AgentRules.spans { limits.append(try tokens.integer(span, in: 0...1_000_000_000_000)) }
    self.tokens = limits
    copy = try AgentRules.copyRule(reader)
    blockedWords = try reader.strings("blocked_words") ?? []
    guide = try reader.string("guide") ?? ""
  }

  /// In records of before it was a flag.
  private static func copyRule(_ reader: ConfigurationReader) throws(ConfigurationError) -> CopyRule {
    if case .bool(let isOn)? = reader.value("copy") { return isOn ? .marketer : .off }
    return try reader.word("copy", of: CopyRule.self) ?? .marketer
  }

  /// q, the probability that the overlay is on for a customer in a segment.
  package var q: Double { enabled ? Double(share) / 100 : 0 }

  package var json: JSONValue {
    let money = zip(AgentRules.spans, budget).map { ($0, $1.map { JSONValue.double($0) } ?? .null) }
    let limits = zip(AgentRules.spans, tokens).map { ($0, $1.map { JSONValue.integer($0) } ?? .null) }
    return [
      "enabled": .bool(enabled), "share": .integer(share), "trial": .integer(trial), "look_hours": .integer(lookHours),
      "together": .integer(together), "with_tools": .integer(withTools), "batches": .bool(batches),
      "deadline_seconds": .integer(deadlineSeconds),
      "budget": .object(JSONObject(money)), "tokens": .object(JSONObject(limits)), "copy": .string(copy.rawValue),
      "blocked_words": .strings(blockedWords), "guide": .string(guide),
    ]
  }
}
