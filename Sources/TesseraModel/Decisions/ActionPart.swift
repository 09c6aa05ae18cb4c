/// What actions have in common: a creative with any offer, an offer with any creative, or one of each. Agents speak of
/// parts, for a fact about a brand concerns its creative whatever is offered with it.
package struct ActionPart: Sendable, Hashable {
  /// Nil for any.
  package let creative: String?
  package let offer: String?

  package init(creative: String?, offer: String?) { (self.creative, self.offer) = (creative, offer) }

  package func concerns(_ action: Action) -> Bool {
    (creative.map { $0 == action.creative } ?? true) && (offer.map { $0 == action.offer } ?? true)
  }

  package var json: JSONValue { ["creative": .optional(creative), "offer": .optional(offer)] }

  /// - Returns: nil where neither is named.
  package init?(json: JSONValue?) {
    (creative, offer) = (json?["creative"]?.text, json?["offer"]?.text)
    if creative == nil, offer == nil { return nil }
  }
}
