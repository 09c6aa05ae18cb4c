package import TesseraModel

/// The parts of actions that agents may speak of, with short ids that are the same for all segments of a cycle: the
/// table stands once, in the part of the prompt that is cached.
package struct ArmTable: Sendable, Equatable {
  /// A creative with any offer, or an offer with any creative, in a placement.
  package struct Arm: Sendable, Equatable {
    /// Such as `a7`.
    package let id: String
    package let placement: String
    package let part: ActionPart
    /// For the agent: what it says and what it speaks of.
    package let facts: JSONValue
    /// The creative's brand or category is the segment's own.
    package let speaksOfBrand: Bool
    package let speaksOfCategory: Bool
    package let hasOffer: Bool

    package init(
      id: String, placement: String, part: ActionPart, facts: JSONValue, speaksOfBrand: Bool, speaksOfCategory: Bool,
      hasOffer: Bool
    ) {
      (self.id, self.placement, self.part, self.facts) = (id, placement, part, facts)
      (self.speaksOfBrand, self.speaksOfCategory, self.hasOffer) = (speaksOfBrand, speaksOfCategory, hasOffer)
    }
  }

  package let arms: [Arm]
  private let numbers: [String: Int]

  package init(_ arms: [Arm]) {
    self.arms = arms
    numbers = Dictionary(arms.enumerated().map { ($1.id, $0) }) { first, _ in first }
  }

  /// The arms of a policy: by placement, creatives first, then offers.
  package init(_ policy: Policy) {
    var arms: [Arm] = []
    for placement in policy.placements {
      // An agent's own texts are not in it: they would make the table long, and another one every hour.
      for creative in policy.creatives
      where creative.placements.contains(placement.id) && creative.proposedBy == nil {
        arms.append(ArmTable.arm("a\(arms.count + 1)", creative, placement))
      }
      for offer in policy.offers
      where offer.kind != .none && (offer.placements.isEmpty || offer.placements.contains(placement.id)) {
        arms.append(
          Arm(
            id: "a\(arms.count + 1)", placement: placement.id, part: ActionPart(creative: nil, offer: offer.id),
            facts: ["in": .string(placement.id), "offer": .string(offer.id), "kind": .string(offer.kind.rawValue)],
            speaksOfBrand: false, speaksOfCategory: false, hasOffer: true))
      }
    }
    self.init(arms)
  }

  private static func arm(_ id: String, _ creative: Creative, _ placement: PlacementPolicy) -> Arm {
    var facts = JSONObject([("in", .string(placement.id)), ("creative", .string(creative.id))])
    if let style = creative.style { facts["style"] = .string(style) }
    if let brand = creative.brand { facts["brand"] = .string(ArmTable.subject(brand)) }
    if let category = creative.category { facts["category"] = .string(ArmTable.subject(category)) }
    if let parent = creative.parent { facts["variant_of"] = .string(parent) }
    facts["text"] = .object(
      JSONObject(creative.content.map { ($0.name, .string(String($0.template.prefix(textMax)))) }))
    return Arm(
      id: id, placement: placement.id, part: ActionPart(creative: creative.id, offer: nil), facts: .object(facts),
      speaksOfBrand: creative.brand == .segment, speaksOfCategory: creative.category == .segment, hasOffer: false)
  }

  /// The marketer's own templates; longer ones are cut, for the beginning says what they are.
  private static let textMax = 160

  private static func subject(_ subject: Creative.Subject) -> String {
    switch subject {
    case .segment: "the segment's"
    case .fixed(let name): QuotedText.clean(name)
    }
  }

  package subscript(id: String) -> Arm? { numbers[id].map { arms[$0] } }

  package func arms(of placement: String) -> [Arm] { arms.filter { $0.placement == placement } }

  package var json: JSONValue {
    .object(JSONObject(arms.map { ($0.id, $0.facts) }))
  }
}
