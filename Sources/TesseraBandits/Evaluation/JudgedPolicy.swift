import TesseraModel

/// A policy that a log can judge, by its name.
enum JudgedPolicy: Sendable {
  /// Every action of the log alike.
  case uniform
  /// One action for everyone: the one with the highest mean by SNIPS on what was learned from.
  case best
  /// In each segment the action with the highest expected reward.
  case greedy
  /// What the log's column `target` says.
  case target
  /// One of the product's, as it would serve: with its exploration floor.
  case served(ChoiceRule)

  static let names = ["uniform", "best", "greedy", "target"] + PolicyRegistry.names.filter { $0 != "uniform" }

  init(_ rules: LogEvaluation.Rules) throws(LogError) {
    switch rules.policy {
    case "uniform": self = .uniform
    case "best": self = .best
    case "greedy": self = .greedy
    case "target": self = .target
    case let name where PolicyRegistry.names.contains(name):
      self = .served(ChoiceRule(PolicyRegistry.policy(name, exploration: rules.exploration), floor: rules.floor))
    case let name:
      let hint = NearestName.suggestion(for: name, among: JudgedPolicy.names)
      throw LogError(
        "there is no policy \"\(name)\"\(hint); the policies are \(JudgedPolicy.names.joined(separator: ", "))")
    }
  }

  /// Whether it depends on what was learned from the log.
  var isLearned: Bool {
    switch self {
    case .uniform, .target: false
    case .best, .greedy, .served: true
    }
  }

  /// Whether it asks the learner for what it believes of a segment.
  var needsBeliefs: Bool {
    switch self {
    case .uniform, .target, .best: false
    case .greedy, .served: true
    }
  }

  /// Probabilities by action; nil for `target`, of which no more is known than the column says.
  /// - Parameters:
  ///   - best: the number of the best single action.
  ///   - beliefs: of the segment; needed where `needsBeliefs` says so.
  func distribution(
    actions: Int, best: Int?, beliefs: (means: [Double], arms: [ArmBelief])?
  ) -> [Double]? {
    switch self {
    case .uniform: return [Double](repeating: 1 / Double(actions), count: actions)
    case .best: return (0..<actions).map { $0 == best ? 1 : 0 }
    case .greedy: return beliefs.map { EpsilonGreedyPolicy.best($0.means) }
    case .served(let rule): return beliefs.map { rule.propensities($0.arms).map(Propensity.double) }
    case .target: return nil
    }
  }

  /// The action with the highest Σr/p by Σ1/p among rows; of equals the first. Nil without rows.
  static func best(_ table: LoggedTable, rows: [Int]) -> Int? {
    var sums = [(weight: Double, reward: Double)](repeating: (0, 0), count: table.actions.count)
    for row in rows {
      sums[table.action[row]].weight += 1 / table.propensity[row]
      sums[table.action[row]].reward += table.reward[row] / table.propensity[row]
    }
    var best: (action: Int, mean: Double)?
    for (action, sum) in sums.enumerated() where sum.weight > 0 {
      let mean = sum.reward / sum.weight
      if mean > best?.mean ?? -.infinity { best = (action, mean) }
    }
    return best?.action
  }
}
