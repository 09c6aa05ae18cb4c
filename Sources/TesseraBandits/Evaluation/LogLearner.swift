import TesseraModel

/// What the product's own learner makes of some rows of a log: `HierarchicalModel` on their counts.
///
/// It is a regression: propensities do not enter, since what is learned of an action in a context does not depend on
/// how often it was shown there. Rewards of 0 and 1 are learned as clicks; all others as margins whose cap is the
/// largest reward of either sign, so that nothing is cut off.
struct LogLearner {
  private let model: HierarchicalModel
  /// What a reward of 1 on the learner's scale is in the log.
  private let unit: Double

  /// More actions, and a matrix of actions and contexts would not fit. Their parts are not known here, so that nothing
  /// could be shared between them anyway.
  static let actionsMax = 128
  /// What a placement without rules of its own has.
  static let shrinkageDefault = 500.0
  private static let placement = "log"

  /// - Parameter rows: those to learn from.
  init(
    _ table: LoggedTable, _ coding: ContextCoding, _ segments: DecidedSegments, rows: [Int], shrinkage: Double
  ) throws(LogError) {
    let isBinary = rows.allSatisfy { table.reward[$0] == 0 || table.reward[$0] == 1 }
    let largest = rows.reduce(0) { max($0, table.reward[$1].magnitude) }
    unit = isBinary || largest == 0 ? 1 : largest
    let rule: PlacementPolicy
    do throws(ConfigurationError) {
      rule = try PlacementPolicy(
        json: [
          "id": .string(LogLearner.placement), "reward": isBinary ? "click" : "margin", "reward_cap": 1,
        ], path: LogLearner.placement)
    } catch {
      throw LogError("the rewards cannot be put on a scale: \(error)")
    }
    let actions = LogLearner.actions(table)
    let codes = actions.map(\.code)
    var counts = PosteriorTable()
    for row in rows {
      let steps = Int((table.reward[row] / unit * Double(RewardScale.steps)).rounded())
      let whole = PosteriorTable.Cell.whole
      counts.add(
        PosteriorTable.Cell(
          exposures: 1, rewards: table.reward[row] == 0 ? 0 : 1, weight: whole, value: whole * steps,
          square: whole * (steps * steps / RewardScale.steps)),
        to: PosteriorTable.CellKey(
          placement: rule.code, action: codes[table.action[row]], context: coding.contexts[coding.context[row]]))
    }
    model = HierarchicalModel(
      counts, placement: rule, actions: ActionFeatures(actions, creatives: []), segments: segments,
      prior: HierarchicalModel.Prior(shrinkage: shrinkage))
  }

  private static func actions(_ table: LoggedTable) -> [Action] {
    table.actions.map { Action(creative: $0, offer: "none", channel: "onsite") }
  }

  /// By action: what it is believed to earn in a segment, in the log's unit, and what a policy is told of it.
  func beliefs(_ segment: Int) -> (means: [Double], arms: [ArmBelief]) {
    let estimates = model.estimates(segment, axes: [])
    return (estimates.map { $0.mean * unit }, estimates.map { ArmBelief($0) })
  }
}
