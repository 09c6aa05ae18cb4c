package import TesseraModel

/// A bound on what may be used for a segment here and now.
package protocol Guardrail: Sendable {
  /// The short word in records and lists.
  var code: String { get }
  /// Why an action may not be used, in a sentence for the marketer; nil if it may.
  func objection(to candidate: Candidate) -> String?
}

/// An action that is being considered for a segment and placement.
package struct Candidate: Sendable {
  package let creative: Creative
  package let offer: Offer
  package let placement: PlacementPolicy
  package let segment: Segment
  package let input: PlannerInput
  /// What members have for merge tags; nil where nothing is known of that.
  let proof: TagProof?

  package var action: Action { Action(creative: creative.id, offer: offer.id, channel: placement.channel) }

  /// The brand that the creative speaks of here; nil if it speaks of none or the segment has none.
  package var brand: String? { name(creative.brand, axis: "brand") }
  package var category: String? { name(creative.category, axis: "researching") }

  private func name(_ subject: Creative.Subject?, axis: String) -> String? {
    switch subject {
    case nil: return nil
    case .fixed(let name): return NameNormalization.normalized(name)
    case .segment:
      if case .name(let name)? = segment[axis] { return name }
      return nil
    }
  }
}

/// The guardrails in the box, in the order in which they are asked; the first objection is the reason.
package enum GuardrailList {
  package static let builtin: [any Guardrail] = [
    AudienceGuardrail(), SubjectGuardrail(), StockGuardrail(), OfferExpiryGuardrail(), OfferBudgetGuardrail(),
    MarginGuardrail(), QuietHoursGuardrail(), MergeTagGuardrail(),
  ]

  /// Their codes, as exclusions name them.
  package static let codes = builtin.map(\.code)
}
