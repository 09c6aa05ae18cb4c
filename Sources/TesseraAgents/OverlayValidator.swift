package import TesseraModel

/// Holds what an analyst concludes against what it was told: nothing it invents gets through. What is refused is kept
/// with its reason; the rest stands.
package enum OverlayValidator {
  /// Why a claim or an effect was not accepted: a stable code and a sentence.
  package struct Refusal: Sendable, Equatable {
    package let code: String
    package let detail: String
    package init(code: String, detail: String) { (self.code, self.detail) = (code, detail) }
  }

  /// - Parameter exchanges: the run's own tool calls; evidence from anywhere else is refused.
  package static func validate(
    _ answer: AnalystAnswer, brief: SegmentBrief, exchanges: [ToolExchange], author: String
  ) -> (overlay: Overlay?, refusals: [Refusal]) {
    var refusals: [Refusal] = []
    let known = exchanges.map(\.evidence)
    let claims = answer.claims.filter { claim in
      guard !claim.evidence.isEmpty, claim.evidence.allSatisfy({ known.contains($0) }) else {
        refusals.append(Refusal(code: "no-evidence", detail: claim.statement))
        return false
      }
      return true
    }
    var effects: [Overlay.Effect] = []
    for effect in answer.effects {
      if effects.count == Overlay.effectsMax {
        refusals.append(Refusal(code: "too-many", detail: effect.creative))
      } else if !brief.arms.contains(where: { effect.concerns($0.action) }) {
        refusals.append(Refusal(code: "unknown-arm", detail: effect.creative))
      } else if !claims.contains(where: { $0.code == effect.claim }) {
        refusals.append(Refusal(code: "no-claim", detail: effect.creative))
      } else if effects.contains(where: { $0.creative == effect.creative && $0.offer == effect.offer }) {
        refusals.append(Refusal(code: "twice", detail: effect.creative))
      } else {
        effects.append(effect)
      }
    }
    guard !claims.isEmpty else { return (nil, refusals) }
    let overlay = Overlay(
      segment: brief.segment.id, placement: brief.placement, author: author, claims: claims, effects: effects,
      note: String(answer.note.prefix(500)))
    return (overlay, refusals)
  }
}
