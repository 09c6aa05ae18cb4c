package import TesseraModel

/// What an agent proposes for one segment, read from its answer and not yet believed.
package struct AgentAnswer: Sendable, Equatable {
  /// Whether anything is to change.
  package enum Verdict: String, Sendable, CaseIterable {
    case noChange = "no_change"
    case supplement
  }

  /// What a person should know of.
  package enum Flag: String, Sendable, CaseIterable {
    case needsHuman = "needs_human"
    case dataLooksWrong = "data_looks_wrong"
    case suspiciousText = "suspicious_text"
    case budgetNearlySpent = "budget_nearly_spent"
    case segmentTooSmall = "segment_too_small"
    /// The agent wants to see the segment by itself, with its tools.
    case needsOwnLook = "needs_own_look"
  }

  package let segment: String
  package let verdict: Verdict
  package let summary: String
  package let effects: [ArmEffect]
  package let copies: [ProposedCopy]
  package let flags: [Flag]

  package init(
    segment: String, verdict: Verdict, summary: String, effects: [ArmEffect] = [], copies: [ProposedCopy] = [],
    flags: [Flag] = []
  ) {
    (self.segment, self.verdict, self.summary) = (segment, verdict, summary)
    (self.effects, self.copies, self.flags) = (effects, copies, flags)
  }

  package static func noChange(_ segment: String, _ summary: String = "") -> AgentAnswer {
    AgentAnswer(segment: segment, verdict: .noChange, summary: summary)
  }

  /// Reads one answer. What does not fit the schema makes the whole answer void: a model that leaves the form has left
  /// the task.
  package init?(json: JSONValue) {
    guard let segment = json["segment_id"]?.text, let verdict = json["verdict"]?.text.flatMap(Verdict.init),
      let effects = json["arm_effects"]?.elements, let copies = json["proposed_copy"]?.elements
    else { return nil }
    let read = effects.compactMap { ArmEffect(json: $0) }
    let texts = copies.compactMap { ProposedCopy(json: $0) }
    guard read.count == effects.count, texts.count == copies.count else { return nil }
    self.init(
      segment: segment, verdict: verdict, summary: json["summary"]?.text ?? "", effects: read, copies: texts,
      flags: (json["flags"]?.elements ?? []).compactMap { $0.text.flatMap(Flag.init) })
  }

  /// Reads a whole answer: one entry a segment that it speaks of. Nil where it is not in the form at all.
  package static func read(_ json: JSONValue) -> [AgentAnswer]? {
    guard let all = json["answers"]?.elements else { return nil }
    let read = all.compactMap { AgentAnswer(json: $0) }
    return read.count == all.count ? read : nil
  }

  package var json: JSONValue {
    [
      "segment_id": .string(segment), "verdict": .string(verdict.rawValue), "summary": .string(summary),
      "arm_effects": .array(effects.map(\.json)), "proposed_copy": .array(copies.map(\.json)),
      "flags": .strings(flags.map(\.rawValue)),
    ]
  }
}

/// A proposed change to an arm.
package struct ArmEffect: Sendable, Equatable {
  /// What is to be done to the arm; an annotation changes nothing.
  package enum Kind: String, Sendable, CaseIterable { case boost, suppress, veto, annotate }

  package let arm: String
  package let kind: Kind
  /// Nil for none.
  package let strength: Overlay.Strength?
  package let confidence: String
  package let reasonCode: ReasonCode
  package let reason: String
  package let evidence: [String]
  package let expiresHours: Int

  package init(
    arm: String, kind: Kind, strength: Overlay.Strength?, confidence: String, reasonCode: ReasonCode, reason: String,
    evidence: [String], expiresHours: Int
  ) {
    (self.arm, self.kind, self.strength, self.confidence) = (arm, kind, strength, confidence)
    (self.reasonCode, self.reason, self.evidence, self.expiresHours) = (reasonCode, reason, evidence, expiresHours)
  }

  init?(json: JSONValue) {
    guard let arm = json["arm_id"]?.text, let kind = json["effect"]?.text.flatMap(Kind.init),
      let strength = json["strength"]?.text, strength == "none" || Overlay.Strength(rawValue: strength) != nil,
      let confidence = json["confidence"]?.text, ["low", "medium", "high"].contains(confidence),
      let code = json["reason_code"]?.text.flatMap(ReasonCode.init), let reason = json["reason"]?.text,
      let evidence = json["evidence"]?.elements?.compactMap(\.text), let hours = json["expires_hours"]?.integer
    else { return nil }
    self.init(
      arm: arm, kind: kind, strength: Overlay.Strength(rawValue: strength), confidence: confidence, reasonCode: code,
      reason: reason, evidence: evidence, expiresHours: hours)
  }

  var json: JSONValue {
    [
      "arm_id": .string(arm), "effect": .string(kind.rawValue), "strength": .string(strength?.rawValue ?? "none"),
      "confidence": .string(confidence), "reason_code": .string(reasonCode.rawValue), "reason": .string(reason),
      "evidence": .strings(evidence), "expires_hours": .integer(expiresHours),
    ]
  }
}

/// A proposed variant of a creative's texts.
package struct ProposedCopy: Sendable, Equatable {
  package let arm: String
  package let slot: String
  package let style: String
  package let headline: String
  package let body: String
  package let evidence: [String]

  package init(arm: String, slot: String, style: String, headline: String, body: String, evidence: [String]) {
    (self.arm, self.slot, self.style) = (arm, slot, style)
    (self.headline, self.body, self.evidence) = (headline, body, evidence)
  }

  init?(json: JSONValue) {
    guard let arm = json["arm_id"]?.text, let slot = json["slot_id"]?.text, let headline = json["headline"]?.text,
      let body = json["body"]?.text, let evidence = json["evidence"]?.elements?.compactMap(\.text)
    else { return nil }
    self.init(
      arm: arm, slot: slot, style: json["style"]?.text ?? "", headline: headline, body: body, evidence: evidence)
  }

  var json: JSONValue {
    [
      "arm_id": .string(arm), "slot_id": .string(slot), "style": .string(style), "headline": .string(headline),
      "body": .string(body), "evidence": .strings(evidence),
    ]
  }
}
