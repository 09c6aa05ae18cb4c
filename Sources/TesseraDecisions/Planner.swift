package import TesseraBandits
package import TesseraModel
package import TesseraSegments

/// Turns recorded inputs into a decision book: purely, totally and always the same way. Everything that must be
/// explained or replayed is in here.
package struct Planner: Sendable {
  /// Which way of deciding this is: raised whenever the same facts come to another book than before. Recorded with
  /// each cycle, so that `replay` can tell a book that was decided otherwise from one that was changed.
  package static let rules = 6

  let input: PlannerInput
  let rollUp: RollUp
  private let guardrails: [any Guardrail]
  private let proof: TagProof?

  /// - Parameter without: codes of guardrails that are left out, to see what they cost; a book is never made so.
  package init(_ input: PlannerInput, without: Set<String> = []) {
    self.input = input
    rollUp = Planner.rollUp(input)
    proof = TagProof(input, rollUp)
    guardrails = GuardrailList.builtin.filter { !without.contains($0.code) }
  }

  /// Which segments this input decides; the agents' work list.
  package static func rollUp(_ input: PlannerInput) -> RollUp {
    RollUp(
      input.census, order: input.relaxation, minMembers: input.policy.segments.minMembers,
      segmentsMax: input.policy.segments.segmentsMax)
  }

  /// The book.
  package func plan() -> DecisionBook { prepare().book(overlays: input.overlays) }

  /// What is believed before any agent was asked.
  package func prepare() -> PreparedPlan { PreparedPlan(self) }

  struct OverlayKey: Hashable {
    let segment: String
    let placement: String
  }

  static func index(_ overlays: [Overlay]) -> [OverlayKey: Overlay] {
    Dictionary(overlays.map { (OverlayKey(segment: $0.segment, placement: $0.placement), $0) }) { first, _ in
      first
    }
  }

  /// - Parameters:
  ///   - arms: all actions of the placement with what is believed of them here.
  ///   - move: how far the first action's score moves where the second's moves by 1; nil where no flip point is asked
  ///     for.
  func decide(
    _ segment: Segment, _ description: String, _ placement: PlacementPolicy,
    _ arms: [(action: Action, estimate: ArmEstimate)], _ overlay: Overlay?, move: ((Action, Action) -> Double)? = nil
  ) -> Decision {
    let draft = draft(segment, placement, arms)
    let eligible = draft.eligible
    let effects = overlay.map { Array($0.effects.prefix(Overlay.effectsMax)) } ?? []
    let on = effects.isEmpty ? draft.off : propensities(eligible, effects)
    let decided = eligible.indices.map { i in
      Planner.arm(eligible[i].action, eligible[i].estimate, off: draft.off[i], on: on[i])
    }
    return Decision(
      placement: placement.id, segment: segment, description: description, reward: placement.reward.rawValue,
      arms: decided, flip: move.flatMap { FlipPoint.find(eligible, placement, move: $0) },
      exclusions: draft.exclusions, overlay: overlay)
  }

  func draft(
    _ segment: Segment, _ placement: PlacementPolicy, _ arms: [(action: Action, estimate: ArmEstimate)]
  ) -> PlacementDraft {
    var eligible: [(action: Action, estimate: ArmEstimate)] = []
    var exclusions: [Decision.Exclusion] = []
    for (action, estimate) in arms {
      if let exclusion = objection(to: action, placement, segment) {
        // A text that an agent wrote for another segment is nothing to explain here.
        if input.policy.creative(action.creative)?.proposedBy == nil { exclusions.append(exclusion) }
      } else {
        eligible.append((action, estimate))
      }
    }
    return PlacementDraft(
      placement: placement, eligible: eligible, exclusions: exclusions, off: propensities(eligible, []))
  }

  /// The distribution with an overlay's effects, or without any.
  private func propensities(
    _ eligible: [(action: Action, estimate: ArmEstimate)], _ effects: [Overlay.Effect]
  ) -> [UInt64] {
    let rule = ChoiceRule(input.policy.bandit)
    let trial = TrialArms(eligible, input.policy)
    let beliefs = eligible.map { arm in
      effects.isEmpty ? ArmBelief(arm.estimate) : OverlayMath.belief(arm.estimate, arm.action, effects)
    }
    return trial.bounded(rule.propensities(beliefs))
  }

  func objection(to action: Action, _ placement: PlacementPolicy, _ segment: Segment) -> Decision.Exclusion? {
    if action.isNothing { return nil }
    guard let creative = input.policy.creative(action.creative), let offer = input.policy.offer(action.offer) else {
      return Decision.Exclusion(action: action, code: "unknown", reason: "it is not in the action bank")
    }
    let candidate = Candidate(
      creative: creative, offer: offer, placement: placement, segment: segment, input: input, proof: proof)
    for guardrail in guardrails {
      if let reason = guardrail.objection(to: candidate) {
        return Decision.Exclusion(action: action, code: guardrail.code, reason: reason)
      }
    }
    return nil
  }

  private static func arm(_ action: Action, _ e: ArmEstimate, off: UInt64, on: UInt64) -> Decision.Arm {
    let (low, high) = (rounded(e.low), rounded(e.high))
    return Decision.Arm(
      action: action, score: rounded(e.mean), interval: min(low, high)...max(low, high),
      terms: e.terms.map { Decision.Term(name: $0.name, value: rounded($0.value)) }, exposures: e.exposures,
      rewards: e.rewards, off: off, on: on)
  }

  /// To nine decimals: what is stored is what is used, and noise in the last bits never decides.
  static func rounded(_ x: Double) -> Double { (x * 1e9).rounded() / 1e9 }
}

extension Planner {
  /// The learner's view of the segments that are decided.
  package static func segments(_ input: PlannerInput, _ rollUp: RollUp) -> DecidedSegments {
    let census = input.census
    let codes = zip(census.axes, census.values).map { axis, values in
      [0] + values.map { ContextCode.code(axis: axis, value: $0) }
    }
    func context(_ key: SegmentKey) -> ContextCode {
      ContextCode(codes: codes.indices.map { axis in codes[axis][Int(key[axis])] })
    }
    return DecidedSegments(
      rollUp.decided.map { context($0.key) }, relaxation: rollUp.order.axes,
      active: census.entries.filter { $0.active > 0 }.map { .init(context: context($0.key), members: $0.active) })
  }

  /// What is believed of a placement's actions.
  package static func model(
    _ input: PlannerInput, _ placement: PlacementPolicy, _ segments: DecidedSegments
  ) -> HierarchicalModel {
    HierarchicalModel(
      input.posterior, placement: placement,
      actions: ActionFeatures(input.policy.actions(for: placement), creatives: input.policy.creatives),
      segments: segments, prior: .init(shrinkage: input.policy.bandit.shrinkage))
  }
}
