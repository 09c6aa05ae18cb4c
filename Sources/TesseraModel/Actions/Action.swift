/// What can be shown or sent: a creative with an offer over a channel.
package struct Action: Hashable, Sendable, Comparable {
  package let creative: String
  package let offer: String
  package let channel: String

  package init(creative: String, offer: String, channel: String) {
    (self.creative, self.offer, self.channel) = (creative, offer, channel)
  }

  /// Showing or sending nothing, on purpose.
  package static func nothing(channel: String) -> Action {
    Action(creative: nothingCreative, offer: "none", channel: channel)
  }

  /// The creative of an action that shows nothing; no creative of the bank may be called so.
  package static let nothingCreative = "nothing"
  package var isNothing: Bool { creative == Action.nothingCreative }

  /// Eight bytes that stand for the action in receipts and in the learner's cells; never 0, which means "nothing was
  /// shown".
  package var code: UInt64 {
    let digest = SHA256.hash("\(creative)\u{1F}\(offer)\u{1F}\(channel)".utf8)
    return max(1, digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  package static func < (a: Action, b: Action) -> Bool {
    (a.creative, a.offer, a.channel) < (b.creative, b.offer, b.channel)
  }

  package var json: JSONValue {
    ["creative": .string(creative), "offer": .string(offer), "channel": .string(channel)]
  }
}
