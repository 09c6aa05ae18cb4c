/// A rule that turns what is believed of the arms into a distribution over them.
package protocol ChoicePolicy: Sendable {
  /// As named in a configuration.
  var name: String { get }
  /// Probabilities in the order of the arms; they sum to 1 up to rounding.
  func distribution(_ arms: [ArmBelief]) -> [Double]
}

/// What is believed of an arm's expected reward.
package struct ArmBelief: Sendable, Equatable {
  package let mean: Double
  package let standardDeviation: Double

  package init(mean: Double, standardDeviation: Double) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }

  /// The normal approximation of a Beta belief.
  /// - Parameter strength: α + β.
  package init(mean: Double, strength: Double) {
    let m = min(max(mean, 1e-6), 1 - 1e-6)
    self.init(mean: m, standardDeviation: (m * (1 - m) / (strength + 1)).squareRoot())
  }
}

/// The policies in the box.
package enum PolicyRegistry {
  package static let builtin: [any ChoicePolicy] = [ThompsonPolicy(exploration: 0.5), UniformPolicy()]
}

/// Every arm alike: the random group's policy, and the base line of every comparison.
package struct UniformPolicy: ChoicePolicy {
  package let name = "uniform"
  package init() {}
  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    arms.map { _ in 1 / Double(arms.count) }
  }
}
