/// The shop itself.
package struct Shop: Sendable, Equatable {
  package let name: String
  package let url: String
  /// IANA name, such as `Europe/Berlin`.
  package let timeZone: String
  /// ISO 4217; an amount in another currency is rejected.
  package let currency: String
  package let moneyFormat: String

  init(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: "shop", keys: ["name", "url", "time_zone", "currency", "money_format"])
    name = try reader.string("name") ?? "My shop"
    url = try reader.string("url") ?? ""
    timeZone = try reader.string("time_zone") ?? "UTC"
    currency = try reader.string("currency") ?? "USD"
    guard currency.utf8.count == 3, currency.utf8.allSatisfy({ $0 >= 65 && $0 <= 90 }) else {
      throw reader.failure("currency", "must be an ISO code like EUR")
    }
    moneyFormat = try reader.string("money_format") ?? "${{amount}}"
  }

  var json: JSONValue {
    [
      "name": .string(name), "url": .string(url), "time_zone": .string(timeZone), "currency": .string(currency),
      "money_format": .string(moneyFormat),
    ]
  }
}

/// How fine segments may be.
package struct SegmentRules: Sendable, Equatable {
  /// Fewer active customers than this are never decided for on their own.
  package let minMembers: Int
  /// The most segments decided in a cycle.
  package let segmentsMax: Int

  init(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(json, path: "segments", keys: ["min_members", "max_segments"])
    minMembers = try reader.integer("min_members", in: 1...1_000_000) ?? 10
    segmentsMax = try reader.integer("max_segments", in: 1...100_000) ?? 4_000
  }

  var json: JSONValue { ["min_members": .integer(minMembers), "max_segments": .integer(segmentsMax)] }
}

/// Shares of the four measurement groups, per cent.
package struct GroupShares: Sendable, Equatable {
  package let decisioned: Int
  package let random: Int
  package let businessAsUsual: Int
  package let holdout: Int

  package init(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: "groups", keys: ["decisioned", "random", "business_as_usual", "holdout"])
    decisioned = try reader.integer("decisioned", in: 0...100) ?? 80
    random = try reader.integer("random", in: 0...100) ?? 5
    businessAsUsual = try reader.integer("business_as_usual", in: 0...100) ?? 10
    holdout = try reader.integer("holdout", in: 0...100) ?? 5
    let sum = decisioned + random + businessAsUsual + holdout
    guard sum == 100 else {
      throw ConfigurationError(path: "groups", message: "the four shares must add up to 100, not \(sum)")
    }
  }

  package func share(of group: Group) -> Int {
    switch group {
    case .decisioned: decisioned
    case .random: random
    case .businessAsUsual: businessAsUsual
    case .holdout: holdout
    }
  }

  package var json: JSONValue {
    .object(JSONObject(Group.allCases.map { ($0.rawValue, .integer(share(of: $0))) }))
  }
}

/// How the bandit explores, how strongly a segment leans on its neighbours, and how long it remembers.
package struct BanditRules: Sendable, Equatable {
  /// The rule that turns beliefs into a distribution, by its name in the box.
  package let policy: String
  /// The share of the probability that is spread evenly over all eligible actions.
  package let explorationFloor: Double
  /// How many exposures of its own a segment needs to count as much as its neighbours.
  package let shrinkage: Double
  /// The standard deviations of Thompson's choice are multiplied by this; below 1 explores less.
  package let exploration: Double
  /// After so many days what was seen counts half; nil lets all count alike.
  package let halfLifeDays: Double?

  /// The names that `policy` may have.
  package static let policies = ["thompson", "squarecb", "linucb", "epsilon-greedy", "beta-thompson", "uniform"]

  init(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: "bandit", keys: ["policy", "exploration_floor", "shrinkage", "exploration", "half_life_days"])
    policy = try reader.string("policy") ?? "thompson"
    guard BanditRules.policies.contains(policy) else {
      throw reader.failure("policy", "must be one of \(BanditRules.policies.joined(separator: ", "))")
    }
    explorationFloor = try reader.number("exploration_floor", in: 0...1) ?? 0.03
    shrinkage = try reader.number("shrinkage", in: 1...1_000_000) ?? 500
    exploration = try reader.number("exploration", in: 0.01...10) ?? 0.35
    let days = try reader.number("half_life_days", in: 0...10_000) ?? 14
    halfLifeDays = days > 0 ? days : nil
  }

  var json: JSONValue {
    [
      "policy": .string(policy), "exploration_floor": .double(explorationFloor), "shrinkage": .double(shrinkage),
      "exploration": .double(exploration), "half_life_days": .double(halfLifeDays ?? 0),
    ]
  }
}

/// The bounds that nothing passes.
package struct GuardrailRules: Sendable, Equatable {
  package let frequencyCapMessages: Int
  package let frequencyCapDays: Int
  /// Messages do not go out between these local minutes of the day; nil for none.
  package let quietFromMinute: Int?
  package let quietToMinute: Int?
  /// A book older than this is not served: the declared default is, hours.
  package let bookAgeMaxHours: Int
  /// The least share of a segment's members for whom a creative's tags must all have something to write.
  package let tagCoverage: Double

  init(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: "guardrails", keys: ["frequency_cap", "quiet_hours", "book_age_max_hours", "tag_coverage"])
    let cap = try ConfigurationReader(
      reader.object["frequency_cap"], path: "guardrails.frequency_cap", keys: ["messages", "days"])
    frequencyCapMessages = try cap.integer("messages", in: 0...1_000) ?? 3
    frequencyCapDays = try cap.integer("days", in: 1...365) ?? 7
    let quiet = try ConfigurationReader(
      reader.object["quiet_hours"], path: "guardrails.quiet_hours", keys: ["from", "to"])
    if let from = try quiet.string("from"), let to = try quiet.string("to") {
      quietFromMinute = try ClockTime.minute(from, path: quiet.child("from"))
      quietToMinute = try ClockTime.minute(to, path: quiet.child("to"))
    } else {
      (quietFromMinute, quietToMinute) = (nil, nil)
    }
    bookAgeMaxHours = try reader.integer("book_age_max_hours", in: 1...24 * 365) ?? 24
    tagCoverage = try reader.number("tag_coverage", in: 0...1) ?? 0.95
  }

  /// Whether messages must wait at a local minute of the day.
  package func isQuiet(localMinute minute: Int) -> Bool {
    guard let from = quietFromMinute, let to = quietToMinute, from != to else { return false }
    return from < to ? minute >= from && minute < to : minute >= from || minute < to
  }

  var json: JSONValue {
    var object = JSONObject([
      ("frequency_cap", ["messages": .integer(frequencyCapMessages), "days": .integer(frequencyCapDays)])
    ])
    if let from = quietFromMinute, let to = quietToMinute {
      object["quiet_hours"] = ["from": .string(ClockTime.text(from)), "to": .string(ClockTime.text(to))]
    }
    object["book_age_max_hours"] = .integer(bookAgeMaxHours)
    object["tag_coverage"] = .double(tagCoverage)
    return .object(object)
  }
}
