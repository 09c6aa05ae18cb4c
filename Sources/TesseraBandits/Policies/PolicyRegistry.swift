/// The policies in the box, by the name that a configuration gives.
package enum PolicyRegistry {
  /// - Parameter exploration: what standard deviations are multiplied by; below 1 explores less than the textbook.
  package static func builtin(exploration: Double) -> [any ChoicePolicy] {
    [
      ThompsonPolicy(exploration: exploration), SquareCBPolicy(), LinUCBPolicy(exploration: exploration),
      EpsilonGreedyPolicy(), BetaThompsonPolicy(exploration: exploration), UniformPolicy(),
    ]
  }

  package static let names = builtin(exploration: 1).map(\.name)

  /// The policy of a name; Thompson sampling for one that is not in the box.
  package static func policy(_ name: String, exploration: Double) -> any ChoicePolicy {
    builtin(exploration: exploration).first { $0.name == name } ?? ThompsonPolicy(exploration: exploration)
  }
}
