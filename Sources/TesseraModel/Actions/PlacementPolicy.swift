/// A place where a decision shows, and what counts there.
package struct PlacementPolicy: Sendable, Equatable {
  /// What a placement learns from.
  package enum Reward: String, Sendable, CaseIterable {
    case click, order
    /// Money: what was paid and kept, and the same less what the goods cost.
    case revenue, margin
  }

  package let id: String
  /// `onsite` or a message channel.
  package let channel: String
  package let reward: Reward
  /// How long after an exposure a reward still counts, hours.
  package let rewardWindowHours: Int
  /// An exposure earns no more than this, major units; for rewards in money. One order of ten thousand teaches nothing.
  package let rewardCap: Money
  /// Whether showing nothing is one of the actions.
  package let mayDoNothing: Bool
  /// When messages of this placement may be sent: minutes after local midnight. Nil on site.
  package let sendAtMinute: Int?
  /// The creative that the business-as-usual group sees; nil leaves the page as it is.
  package let businessAsUsual: String?

  /// Above most orders of most shops.
  package static let rewardCapDefault = Money(500)

  package var messageChannel: MessageChannel? { MessageChannel(rawValue: channel) }
  /// Four bytes that stand for the placement in receipts and cells.
  package var code: UInt32 { PlacementPolicy.code(id) }

  package static func code(_ id: String) -> UInt32 {
    SHA256.hash(("placement\u{1F}" + id).utf8).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  package init(json: JSONValue, path: String) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: path,
      keys: [
        "id", "channel", "reward", "reward_window_hours", "reward_cap", "do_nothing", "send_at", "business_as_usual",
      ])
    id = try reader.requiredString("id")
    channel = try reader.string("channel") ?? "onsite"
    let channels = ["onsite"] + MessageChannel.allCases.map(\.rawValue)
    guard channels.contains(channel) else {
      throw reader.failure("channel", "must be one of \(channels.joined(separator: ", "))")
    }
    reward = try reader.word("reward", of: Reward.self) ?? .click
    rewardWindowHours = try reader.integer("reward_window_hours", in: 1...24 * 60) ?? 24
    rewardCap = try reader.money("reward_cap") ?? PlacementPolicy.rewardCapDefault
    guard rewardCap > .zero else { throw reader.failure("reward_cap", "must be an amount above 0") }
    mayDoNothing = try reader.flag("do_nothing") ?? false
    businessAsUsual = try reader.string("business_as_usual")
    guard channel != "onsite" else {
      guard reader.value("send_at") == nil else { throw reader.failure("send_at", "is for message channels only") }
      sendAtMinute = nil
      return
    }
    sendAtMinute = try ClockTime.minute(try reader.string("send_at") ?? "10:00", path: reader.child("send_at"))
  }

  package var json: JSONValue {
    var object = JSONObject([
      ("id", .string(id)), ("channel", .string(channel)), ("reward", .string(reward.rawValue)),
      ("reward_window_hours", .integer(rewardWindowHours)),
    ])
    if rewardCap != PlacementPolicy.rewardCapDefault { object["reward_cap"] = .money(rewardCap) }
    if mayDoNothing { object["do_nothing"] = true }
    if let sendAtMinute { object["send_at"] = .string(ClockTime.text(sendAtMinute)) }
    if let businessAsUsual { object["business_as_usual"] = .string(businessAsUsual) }
    return .object(object)
  }
}

/// Times of day in a configuration, `HH:MM`.
package enum ClockTime {
  package static func minute(_ text: String, path: String) throws(ConfigurationError) -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]), let minute = Int(parts[1]),
      (0..<24).contains(hour), (0..<60).contains(minute)
    else { throw ConfigurationError(path: path, message: "must be a time of day in quotes, like \"10:00\"") }
    return hour * 60 + minute
  }

  package static func text(_ minute: Int) -> String {
    Instant.padded(Int64(minute / 60), 2) + ":" + Instant.padded(Int64(minute % 60), 2)
  }
}
