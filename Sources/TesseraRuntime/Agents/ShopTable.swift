import TesseraAgents
import TesseraModel
import TesseraStorage

/// What is the same for all segments of a store: the arms and their texts, offers, placements, slots and the marketer's
/// guide. It changes when the configuration does, so that providers keep it in their caches.
enum ShopTable {
  static func text(_ table: ArmTable, _ policy: Policy) -> String {
    let placements = policy.placements.map { placement -> (String, JSONValue) in
      (
        placement.id,
        [
          "channel": .string(placement.channel), "reward": .string(placement.reward.rawValue),
          "window_hours": .integer(placement.rewardWindowHours),
        ]
      )
    }
    let slots = policy.copySlots.map(\.json)
    let offers = policy.offers.filter { $0.kind != .none }.map { OfferFacts(offer: $0, used: 0).json }
    var object = JSONObject([
      ("arms", table.json), ("currency", .string(policy.shop.currency)), ("offers", .array(offers)),
      ("placements", .object(JSONObject(placements))),
    ])
    if policy.agent.copy != .off { object["slots"] = .array(slots) }
    var text = "The shop's table.\n" + JSONWriter.text(.object(object))
    if policy.agent.copy == .off { text += "\nPropose no copy." }
    if !policy.agent.guide.isEmpty { text += "\nThe marketer's guide.\n" + policy.agent.guide }
    return text
  }
}

extension Policy {
  /// Characters that fit, by field; people read no more.
  private static let lengths = ["title": 60, "subject": 60, "body": 160]

  /// What agents may write, and the merge tags that they may use.
  var copySlots: [CopySlot] {
    placements.flatMap { placement -> [CopySlot] in
      let fields = Set(creatives.filter { $0.placements.contains(placement.id) }.flatMap { $0.content.map(\.name) })
      return ["title", "subject", "body"].filter(fields.contains).map { field in
        CopySlot(
          placement: placement.id, field: field, lengthMax: Policy.lengths[field] ?? 160, mergeTags: Policy.mergeTags)
      }
    }
  }

  /// What may be filled in for a person, of all there is: nothing that is embarrassing when it is wrong.
  static let mergeTags = [
    "customer.first_name", "customer.brand", "customer.researching", "segment.brand", "segment.researching",
    "product.title", "product.brand",
  ]
}
