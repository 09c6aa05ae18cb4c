import TesseraBandits
package import TesseraModel
import TesseraSegments

/// What a cycle would have decided under other rules: the same recorded input, with a rule changed. Decisions are made
/// when they are asked for, since a log touches few of them.
package struct Reconsideration {
  /// How someone would have been decided for.
  package struct Choice {
    /// π by action: with the agent's overlay for its share of people, without it for the rest.
    package let propensities: [UInt64: Double]
    /// Expected reward by action, as the learner saw it then.
    package let scores: [UInt64: Double]
    /// The actions that could be shown under the rules as they were.
    package let logged: Set<UInt64>
  }

  private let planner: Planner
  private let past: Planner
  private let segments: DecidedSegments
  private let overlays: [Planner.OverlayKey: Overlay]
  private var models: [String: HierarchicalModel] = [:]
  private var choices: [Key: Choice] = [:]

  private struct Key: Hashable {
    let segment: Int
    let placement: String
  }

  /// - Parameters:
  ///   - input: as recorded, but for what is to be tried.
  ///   - logged: as recorded; the same, if nil.
  ///   - without: codes of guardrails that are left out.
  package init(_ input: PlannerInput, logged: PlannerInput? = nil, without: Set<String> = []) {
    past = Planner(logged ?? input)
    planner = Planner(input, without: without)
    segments = Planner.segments(input, planner.rollUp)
    overlays = Planner.index(input.overlays)
  }

  /// Whether a placement earned then what it earns in the policy given.
  package func hasReward(of placement: PlacementPolicy) -> Bool {
    past.input.policy.placement(placement.id).map {
      $0.reward == placement.reward && $0.rewardCap == placement.rewardCap
        && $0.rewardWindowHours == placement.rewardWindowHours
    } ?? false
  }

  /// - Returns: nil for a placement that the policy does not have.
  package mutating func choice(_ context: ContextCode, placement code: UInt32) -> Choice? {
    guard let placement = planner.input.policy.placements.first(where: { $0.code == code }),
      let number = segments.nearest(to: context)
    else { return nil }
    let key = Key(segment: number, placement: placement.id)
    if let known = choices[key] { return known }
    let model = models[placement.id] ?? Planner.model(planner.input, placement, segments)
    models[placement.id] = model
    let segment = planner.input.census.segment(of: planner.rollUp.decided[number].key)
    let overlay = overlays[Planner.OverlayKey(segment: segment.id, placement: placement.id)]
    let arms = model.arms(number, axes: [])
    let decision = planner.decide(segment, "", placement, arms, overlay)
    let q = planner.input.policy.agent.q
    var propensities: [UInt64: Double] = [:]
    for arm in decision.arms {
      propensities[arm.action.code] = q * Propensity.double(arm.on) + (1 - q) * Propensity.double(arm.off)
    }
    var scores: [UInt64: Double] = [:]
    for arm in arms { scores[arm.action.code] = arm.estimate.mean }
    let logged = model.actions.actions.filter { past.objection(to: $0, placement, segment) == nil }
    let choice = Choice(propensities: propensities, scores: scores, logged: Set(logged.map(\.code)))
    choices[key] = choice
    return choice
  }
}
