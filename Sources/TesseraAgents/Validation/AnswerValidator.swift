import TesseraModel

/// Holds what an agent says against what it was told, in a fixed order: nothing it invents gets through. Each effect
/// stands alone; what is refused is kept with its code, the rest stands.
package struct AnswerValidator: Sendable {
  private let brief: SegmentBrief
  private let exchanges: [ToolExchange]
  private let copy: CopyCheck

  package static let copiesMax = 2
  package static let reasonMax = 160
  package static let summaryMax = 240
  /// Hours that an effect may last.
  package static let expiry = 1...168

  /// - Parameter exchanges: the run's own tool calls; evidence from anywhere else is refused.
  package init(_ brief: SegmentBrief, exchanges: [ToolExchange], copy: CopyCheck) {
    (self.brief, self.exchanges, self.copy) = (brief, exchanges, copy)
  }

  package func validate(_ answer: AgentAnswer) -> AcceptedAnswer {
    var out = AcceptedAnswer(segment: brief.segment.id)
    out.summary = QuotedText.clean(answer.summary, lengthMax: AnswerValidator.summaryMax)
    out.flags = answer.flags
    guard answer.verdict == .supplement else {
      if !answer.effects.isEmpty || !answer.copies.isEmpty {
        out.refusals.append(Refusal(.changeInNoChange, "the verdict was no_change, so that its changes are void"))
      }
      return out
    }
    if answer.flags.contains(.suspiciousText) {
      out.refusals.append(Refusal(.suspicious, "the agent reports text that tries to instruct it"))
    }
    for (i, effect) in answer.effects.enumerated() {
      if i >= Overlay.effectsMax {
        out.refusals.append(Refusal(.tooMany, "\(effect.kind.rawValue) \(effect.arm)"))
        continue
      }
      accept(effect, into: &out)
    }
    for (i, text) in answer.copies.enumerated() {
      if i >= AnswerValidator.copiesMax {
        out.refusals.append(Refusal(.tooMany, text.headline))
      } else if let refusal = refusal(text) {
        out.refusals.append(refusal)
      } else {
        out.copies.append(text)
      }
    }
    return out
  }

  private func accept(_ effect: ArmEffect, into out: inout AcceptedAnswer) {
    guard let arm = brief.table[effect.arm], let state = brief.digest.arm(effect.arm) else {
      out.refusals.append(Refusal(.unknownArm, "there is no arm \"\(effect.arm)\" in this segment"))
      return
    }
    guard let evidence = evidence(effect.evidence, effect, &out) else { return }
    guard AnswerValidator.expiry.contains(effect.expiresHours) else {
      out.refusals.append(Refusal(.expiry, "\(effect.arm) would last \(effect.expiresHours) hours"))
      return
    }
    if effect.kind == .boost, let gone = evidence.first(where: { $0.isOutOfStock }) {
      out.refusals.append(Refusal(.outOfStock, "\(effect.arm) speaks of \(gone.name), which is not to be had"))
      return
    }
    let direction = direction(effect, &out)
    guard direction == nil || effect.strength != nil || effect.kind == .veto else {
      out.refusals.append(Refusal(.noStrength, "\(effect.kind.rawValue) \(effect.arm) has no strength"))
      return
    }
    let strength = effect.kind == .veto ? .large : effect.strength ?? .small
    let made = direction.map {
      Overlay.Effect(
        part: arm.part, direction: $0, strength: strength, claim: effect.reasonCode.rawValue,
        expiresAt: brief.at.adding(Int64(effect.expiresHours) * Instant.hour))
    }
    let claim = Claim(
      code: effect.reasonCode.rawValue,
      statement: QuotedText.clean(effect.reason, lengthMax: AnswerValidator.reasonMax),
      evidence: evidence.map(\.evidence), prediction: prediction(direction, arm, state, effect.expiresHours),
      horizonHours: effect.expiresHours,
      scored: direction.map { .init(part: arm.part, isMore: $0 == .boost, baseline: state.mean) }, madeAt: brief.at)
    let item = AcceptedAnswer.Item(placement: arm.placement, effect: made, claim: claim)
    if let i = out.items.firstIndex(where: { $0.placement == arm.placement && $0.effect?.part == arm.part }) {
      out.refusals.append(Refusal(.duplicate, "\(effect.arm) is spoken of twice; the weaker counts"))
      if strength.weight < out.items[i].effect?.strength.weight ?? 0 { out.items[i] = item }
      return
    }
    out.items.append(item)
  }

  /// A veto is a large suppress. What the code can check of its reasons (stock, ends, budgets, margins) the guardrails
  /// have taken out of the arms before an agent sees them.
  private func direction(_ effect: ArmEffect, _ out: inout AcceptedAnswer) -> Overlay.Direction? {
    switch effect.kind {
    case .annotate: return nil
    case .boost: return .boost
    case .suppress: return .suppress
    case .veto:
      out.refusals.append(
        Refusal(.vetoUnchecked, "the reason for the veto of \(effect.arm) cannot be checked: it is suppressed instead"))
      return .suppress
    }
  }

  private func prediction(
    _ direction: Overlay.Direction?, _ arm: ArmTable.Arm, _ state: SegmentDigest.ArmState, _ hours: Int
  ) -> String {
    guard let direction else { return "" }
    let name = arm.part.creative ?? arm.part.offer ?? ""
    return
      "\(name) earns \(direction == .boost ? "more" : "less") than \(DigestNumber.significant(state.mean)) a view here within \(hours) h."
  }

  /// The cited rows; nil if one is not of this run, or none fits the reason.
  private func evidence(
    _ ids: [String], _ effect: ArmEffect, _ out: inout AcceptedAnswer
  ) -> [CitedEvidence]? {
    let cited = ids.compactMap { CitedEvidence($0, brief: brief, exchanges: exchanges) }
    guard !ids.isEmpty, cited.count == ids.count else {
      let detail = ids.isEmpty ? "\(effect.arm) cites nothing" : "\(effect.arm) cites what it was not told"
      out.refusals.append(Refusal(.noEvidence, detail))
      return nil
    }
    let fitting = effect.reasonCode.evidence
    guard fitting.isEmpty || cited.contains(where: { fitting.contains($0.kind) }) else {
      out.refusals.append(
        Refusal(.evidenceKind, "\(effect.reasonCode.rawValue) does not follow from what \(effect.arm) cites"))
      return nil
    }
    return cited
  }

  private func refusal(_ text: ProposedCopy) -> Refusal? {
    guard let arm = brief.table[text.arm], brief.digest.arm(text.arm) != nil, arm.part.creative != nil else {
      return Refusal(.unknownArm, "there is no creative \"\(text.arm)\" in this segment to vary")
    }
    guard arm.placement == text.slot else {
      return Refusal(.copySlot, "\(text.arm) is not shown in \"\(text.slot)\"")
    }
    let cited = text.evidence.compactMap { CitedEvidence($0, brief: brief, exchanges: exchanges) }
    guard !text.evidence.isEmpty, cited.count == text.evidence.count else {
      return Refusal(
        .noEvidence, "the copy for \(text.arm) cites \(text.evidence.isEmpty ? "nothing" : "what it was not told")")
    }
    return copy.refusal(of: text, arm: arm, evidence: cited, description: brief.digest.description)
  }
}
