import TesseraBandits
import TesseraModel
package import TesseraSegments

/// Turns recorded inputs into a decision book: purely, totally and always the same way. Everything that must be
/// explained or replayed is in here.
package struct Planner: Sendable {
  private let input: PlannerInput
  private let rollUp: RollUp

  package init(_ input: PlannerInput) {
    self.input = input
    rollUp = Planner.rollUp(input)
  }

  /// Which segments this input decides; the agents' work list.
  package static func rollUp(_ input: PlannerInput) -> RollUp {
    RollUp(
      input.census, order: input.relaxation, minMembers: input.policy.segments.minMembers,
      segmentsMax: input.policy.segments.segmentsMax)
  }

  /// The book.
  package func plan() -> DecisionBook {
    let models = input.policy.placements.map { placement in
      ShrinkageModel(
        input.posterior, placement: placement, actions: input.policy.actions(for: placement),
        relaxation: rollUp.order.axes, shrinkage: input.policy.bandit.shrinkage)
    }
    let overlays = Dictionary(input.overlays.map { (OverlayKey(segment: $0.segment, placement: $0.placement), $0) }) {
      first, _ in first
    }
    let phrases = AxisPhrases(input.policy.axes)
    var entries: [DecisionBook.Entry] = []
    var records: [String: [UInt8]] = [:]
    for decided in rollUp.decided {
      let segment = input.census.segment(of: decided.key)
      let description = SegmentDescription.sentence(segment, phrases: phrases) { value in
        input.spellings[value.text] ?? value.text
      }
      var ids: [String] = []
      for (placement, model) in zip(input.policy.placements, models) {
        let overlay = overlays[OverlayKey(segment: segment.id, placement: placement.id)]
        let decision = decide(segment, description, decided.level, placement, model, overlay)
        let record = JSONWriter.bytes(decision.json)
        let id = Decision.id(bytes: Decision.idBytes(of: record))
        records[id] = record
        ids.append(id)
      }
      entries.append(
        DecisionBook.Entry(
          segment: segment, description: description, level: decided.level, members: decided.members, decisions: ids))
    }
    let order = zip(rollUp.order.axes, rollUp.order.reasons).map { (axis: input.census.axes[$0], reason: $1) }
    return DecisionBook(
      cycle: input.cycle, at: input.at, previous: input.previous, axes: input.census.axes,
      placements: input.policy.placements.map(\.id), relaxation: order, spendCuts: input.spendCuts, entries: entries,
      records: records, rolledUpCustomers: rollUp.rolledUpCustomers)
  }

  private struct OverlayKey: Hashable {
    let segment: String
    let placement: String
  }

  private func decide(
    _ segment: Segment, _ description: String, _ level: Int, _ placement: PlacementPolicy, _ model: ShrinkageModel,
    _ overlay: Overlay?
  ) -> Decision {
    var eligible: [Action] = []
    var exclusions: [Decision.Exclusion] = []
    for action in input.policy.actions(for: placement) {
      if let exclusion = objection(to: action, placement, segment) {
        exclusions.append(exclusion)
      } else {
        eligible.append(action)
      }
    }
    let context = ContextCode(segment)
    let estimates = eligible.map { model.estimate($0, in: context, level: level) }
    let effects = overlay.map { Array($0.effects.prefix(Overlay.effectsMax)) } ?? []
    let off = distribution(estimates.map { Planner.rounded(ArmBelief(mean: $0.mean, strength: $0.strength)) })
    let on =
      effects.isEmpty
      ? off
      : distribution(zip(eligible, estimates).map { Planner.rounded(OverlayMath.belief($1, $0, effects)) })
    let arms = eligible.indices.map { i in
      Planner.arm(eligible[i], estimates[i], off: off[i], on: on[i])
    }
    return Decision(
      placement: placement.id, segment: segment, description: description, reward: placement.reward.rawValue,
      arms: arms,
      exclusions: exclusions, overlay: overlay)
  }

  private func objection(to action: Action, _ placement: PlacementPolicy, _ segment: Segment) -> Decision.Exclusion? {
    guard let creative = input.policy.creative(action.creative), let offer = input.policy.offer(action.offer) else {
      return Decision.Exclusion(action: action, code: "unknown", reason: "it is not in the action bank")
    }
    let candidate = Candidate(creative: creative, offer: offer, placement: placement, segment: segment, input: input)
    for guardrail in GuardrailList.builtin {
      if let reason = guardrail.objection(to: candidate) {
        return Decision.Exclusion(action: action, code: guardrail.code, reason: reason)
      }
    }
    return nil
  }

  private func distribution(_ beliefs: [ArmBelief]) -> [UInt64] {
    guard !beliefs.isEmpty else { return [] }
    let thompson = ThompsonPolicy(exploration: input.policy.bandit.exploration)
    let p = ExplorationFloor.mixed(thompson.distribution(beliefs), share: input.policy.bandit.explorationFloor)
    return Propensity.rounded(p.map { Planner.rounded($0) })
  }

  private static func arm(_ action: Action, _ e: ShrinkageModel.Estimate, off: UInt64, on: UInt64) -> Decision.Arm {
    let belief = ArmBelief(mean: e.mean, strength: e.strength)
    let low = rounded(max(0, belief.mean - 1.96 * belief.standardDeviation))
    let high = rounded(min(1, belief.mean + 1.96 * belief.standardDeviation))
    let terms = [
      Decision.Term(name: "this segment", value: rounded(e.own)),
      Decision.Term(name: "coarser segments", value: rounded(e.neighbours)),
      Decision.Term(name: "prior", value: rounded(e.prior)),
    ]
    return Decision.Arm(
      action: action, score: rounded(e.mean), interval: low...max(low, high), terms: terms, exposures: e.exposures,
      rewards: e.rewards, off: off, on: on)
  }

  /// To nine decimals: what is stored is what is used, and noise in the last bits never decides.
  static func rounded(_ x: Double) -> Double { (x * 1e9).rounded() / 1e9 }
  private static func rounded(_ belief: ArmBelief) -> ArmBelief {
    ArmBelief(mean: rounded(belief.mean), standardDeviation: rounded(belief.standardDeviation))
  }
}
