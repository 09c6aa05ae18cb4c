package import TesseraModel

/// What is left of an answer after validation: the overlays' effects by placement, claims, copy, and what was refused.
package struct AcceptedAnswer: Sendable, Equatable {
  /// An effect and the claim it follows from.
  package struct Item: Sendable, Equatable {
    package let placement: String
    /// Nil for a note.
    package let effect: Overlay.Effect?
    package let claim: Claim

    package init(placement: String, effect: Overlay.Effect?, claim: Claim) {
      (self.placement, self.effect, self.claim) = (placement, effect, claim)
    }

    package var json: JSONValue {
      ["placement": .string(placement), "effect": effect?.json ?? .null, "claim": claim.json]
    }

    package init?(json: JSONValue) {
      guard let placement = json["placement"]?.text, let claim = json["claim"].flatMap({ Claim(json: $0) }) else {
        return nil
      }
      self.init(placement: placement, effect: json["effect"].flatMap { Overlay.Effect(json: $0) }, claim: claim)
    }
  }

  package let segment: String
  package var summary = ""
  package var items: [Item] = []
  package var copies: [ProposedCopy] = []
  package var refusals: [Refusal] = []
  package var flags: [AgentAnswer.Flag] = []

  package init(segment: String) { self.segment = segment }

  /// Whether anything was accepted.
  package var isChange: Bool { !items.isEmpty || !copies.isEmpty }

  package var json: JSONValue {
    [
      "segment": .string(segment), "summary": .string(summary), "accepted": .array(items.map(\.json)),
      "copy": .array(copies.map(\.json)), "refused": .array(refusals.map(\.json)),
      "flags": .strings(flags.map(\.rawValue)),
    ]
  }

  package init?(json: JSONValue) {
    guard let segment = json["segment"]?.text else { return nil }
    self.segment = segment
    summary = json["summary"]?.text ?? ""
    items = (json["accepted"]?.elements ?? []).compactMap { Item(json: $0) }
    copies = (json["copy"]?.elements ?? []).compactMap { ProposedCopy(json: $0) }
    refusals = (json["refused"]?.elements ?? []).compactMap { Refusal(json: $0) }
    flags = (json["flags"]?.elements ?? []).compactMap { $0.text.flatMap(AgentAnswer.Flag.init) }
  }
}
