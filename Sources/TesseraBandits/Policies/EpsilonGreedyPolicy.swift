/// The best arm by its mean, arms equally good sharing; exploration is the floor's alone (Sutton and Barto, chapter 2).
package struct EpsilonGreedyPolicy: ChoicePolicy {
  package let name = "epsilon-greedy"
  package init() {}

  package func distribution(_ arms: [ArmBelief]) -> [Double] { EpsilonGreedyPolicy.best(arms.map(\.mean)) }

  /// Everything on the highest score, in equal parts where several are.
  static func best(_ scores: [Double]) -> [Double] {
    guard let highest = scores.max() else { return [] }
    let ties = scores.count { $0 >= highest - 1e-9 }
    return scores.map { $0 >= highest - 1e-9 ? 1 / Double(max(1, ties)) : 0 }
  }
}
