/// A rule that turns what is believed of the arms into a distribution over them.
package protocol ChoicePolicy: Sendable {
  /// As named in a configuration.
  var name: String { get }
  /// Probabilities in the order of the arms; they sum to 1 up to rounding.
  func distribution(_ arms: [ArmBelief]) -> [Double]
}

/// What is believed of an arm when one is to be chosen.
package struct ArmBelief: Sendable, Equatable {
  /// The score, on a scale where equal distances are equal shares of the reward: log-odds.
  package let mean: Double
  /// Of the score beside the other arms'.
  package let standardDeviation: Double
  /// What this segment alone has seen of the arm: exposures, and reward on the scale from 0 to 1.
  package let exposures: Double
  package let value: Double
  /// The expected reward beyond nothing, as a part of the scale: negative for a margin that loses. Nil where the scale
  /// is not known: then the score tells.
  package let reward: Double?
  /// Where nothing lies on the scale: 0, but for margins.
  package let zero: Double
  /// The variance of one exposure's reward on the scale, over that of a coin of the same mean.
  package let dispersion: Double

  package init(
    mean: Double, standardDeviation: Double, exposures: Double = 0, value: Double = 0, reward: Double? = nil,
    zero: Double = 0, dispersion: Double = 1
  ) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
    (self.exposures, self.value, self.reward) = (exposures, value, reward)
    (self.zero, self.dispersion) = (zero, dispersion)
  }
}
