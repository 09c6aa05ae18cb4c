/// A place where a decision shows, and what counts there.
package struct PlacementPolicy: Sendable, Equatable {
  /// What a placement learns from.
  package enum Reward: String, Sendable, CaseIterable {
    case click, order
  }

  package let id: String
  /// `onsite` or a message channel.
  package let channel: String
  package let reward: Reward
  /// How long after an exposure a reward still counts, hours.
  package let rewardWindowHours: Int
  /// When messages of this placement may be sent: minutes after local midnight. Nil on site.
  package let sendAtMinute: Int?
  /// The creative that the business-as-usual group sees; nil leaves the page as it is.
  package let businessAsUsual: String?

  package var messageChannel: MessageChannel? { MessageChannel(rawValue: channel) }
  /// Four bytes that stand for the placement in receipts and cells.
  package var code: UInt32 { PlacementPolicy.code(id) }

  package static func code(_ id: String) -> UInt32 {
    SHA256.hash(("placement\u{1F}" + id).utf8).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  package init(json: JSONValue, path: String) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: path, keys: ["id", "channel", "reward", "reward_window_hours", "send_at", "business_as_usual"])
    id = try reader.requiredString("id")
    channel = try reader.string("channel") ?? "onsite"
    let channels = ["onsite"] + MessageChannel.allCases.map(\.rawValue)
    guard channels.contains(channel) else {
      throw reader.failure("channel", "must be one of \(channels.joined(separator: ", "))")
    }
    reward = try reader.word("reward", of: Reward.self) ?? .click
    rewardWindowHours = try reader.integer("reward_window_hours", in: 1...24 * 60) ?? 24
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
