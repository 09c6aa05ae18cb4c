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
    /// What π is made of, and the agent's share.
    fileprivate let weights: Weights
    fileprivate let share: Double
  }

  /// π by action with the agent's overlay, and without it.
  fileprivate struct Weights {
    let on: [UInt64: Double]
    let off: [UInt64: Double]

    init(_ arms: [Decision.Arm]) {
      on = Dictionary(arms.map { ($0.action.code, Propensity.double($0.on)) }) { first, _ in first }
      off = Dictionary(arms.map { ($0.action.code, Propensity.double($0.off)) }) { first, _ in first }
    }
  }

  private var asked: Rules
  private var past: Rules
  private let segments: DecidedSegments
  private var choices: [Key: Choice] = [:]
  private var records: [Key: Weights] = [:]

  /// One way of deciding, with what it believed.
  private struct Rules {
    let planner: Planner
    private let overlays: [Planner.OverlayKey: Overlay]
    private var models: [String: HierarchicalModel] = [:]

    init(_ input: PlannerInput, without: Set<String> = []) {
      planner = Planner(input, without: without)
      overlays = Planner.index(input.overlays)
    }

    /// What a decided segment was given, and what was believed of all of the placement's actions.
    mutating func decide(
      _ number: Int, _ placement: PlacementPolicy, _ segments: DecidedSegments
    ) -> (segment: Segment, arms: [(action: Action, estimate: ArmEstimate)], decision: Decision) {
      let model = models[placement.id] ?? Planner.model(planner.input, placement, segments)
      models[placement.id] = model
      let segment = planner.input.census.segment(of: planner.rollUp.decided[number].key)
      let overlay = overlays[Planner.OverlayKey(segment: segment.id, placement: placement.id)]
      let arms = model.arms(number, axes: [])
      return (segment, arms, planner.decide(segment, "", placement, arms, overlay))
    }
  }

  private struct Key: Hashable {
    let segment: Int
    let placement: String
  }

  /// - Parameters:
  ///   - input: as recorded, but for what is to be tried.
  ///   - logged: as recorded; the same, if nil.
  ///   - without: codes of guardrails that are left out.
  package init(_ input: PlannerInput, logged: PlannerInput? = nil, without: Set<String> = []) {
    (asked, past) = (Rules(input, without: without), Rules(logged ?? input))
    segments = Planner.segments(input, asked.planner.rollUp)
  }

  /// Whether a placement earned then what it earns in the policy given.
  package func hasReward(of placement: PlacementPolicy) -> Bool {
    past.planner.input.policy.placement(placement.id).map {
      $0.reward == placement.reward && $0.rewardCap == placement.rewardCap
        && $0.rewardWindowHours == placement.rewardWindowHours
    } ?? false
  }

  /// - Returns: nil for a placement that the policy does not have.
  package mutating func choice(_ context: ContextCode, placement code: UInt32) -> Choice? {
    let policy = asked.planner.input.policy
    guard let placement = policy.placements.first(where: { $0.code == code }),
      let number = segments.nearest(to: context)
    else { return nil }
    let key = Key(segment: number, placement: placement.id)
    if let known = choices[key] { return known }
    let (segment, arms, decision) = asked.decide(number, placement, segments)
    let weights = Weights(decision.arms)
    let q = policy.agent.q
    var propensities: [UInt64: Double] = [:]
    for (action, on) in weights.on { propensities[action] = q * on + (1 - q) * (weights.off[action] ?? 0) }
    var scores: [UInt64: Double] = [:]
    for arm in arms { scores[arm.action.code] = arm.estimate.mean }
    let logged = arms.map(\.action).filter { past.planner.objection(to: $0, placement, segment) == nil }
    let choice = Choice(
      propensities: propensities, scores: scores, logged: Set(logged.map(\.code)), weights: weights, share: q)
    choices[key] = choice
    return choice
  }

  /// π of what a receipt says was shown, for the person that it was shown to.
  ///
  /// A book's probabilities are a segment's; a person gets them renormalised over what could be shown to them: what is
  /// in stock, whose texts read whole. How much was left to them is told by their receipt beside the book that it came
  /// from, and taken to be left by the other rules too.
  /// - Parameter asked: of the receipt's context and placement.
  package mutating func propensity(_ receipt: Receipt, _ asked: Choice) -> Double {
    // Chance draws evenly from what is left: that does not tell how much it is.
    guard receipt.group == .decisioned, let book = recorded(receipt) else {
      return asked.propensities[receipt.action] ?? 0
    }
    func part(_ weights: [UInt64: Double], _ held: [UInt64: Double], _ shown: UInt64) -> Double {
      let weight = weights[receipt.action] ?? 0
      guard let was = held[receipt.action], was > 0, shown > 0 else { return weight }
      return weight * max(1, Propensity.double(shown) / was)
    }
    let on = part(asked.weights.on, book.on, receipt.propensityOn)
    let off = part(asked.weights.off, book.off, receipt.propensityOff)
    return min(1, asked.share * on + (1 - asked.share) * off)
  }

  /// The decision as it was made for whom a receipt speaks of; nil where its segment is not decided.
  private mutating func recorded(_ receipt: Receipt) -> Weights? {
    let policy = past.planner.input.policy
    guard let placement = policy.placements.first(where: { $0.code == receipt.placement }),
      let number = segments.nearest(to: receipt.context)
    else { return nil }
    let key = Key(segment: number, placement: placement.id)
    if let known = records[key] { return known }
    let weights = Weights(past.decide(number, placement, segments).decision.arms)
    records[key] = weights
    return weights
  }
}
