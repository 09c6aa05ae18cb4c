/// What is believed of an action in a segment, and what the belief is the sum of.
package struct ArmEstimate: Sendable, Equatable {
  /// A part of the expected reward.
  package struct Term: Sendable, Equatable {
    package let name: String
    package let value: Double
  }

  /// Expected reward in the placement's unit: a rate, or money.
  package var mean: Double
  /// A 95 % interval of it.
  package var low: Double
  package var high: Double
  /// They add up to the mean.
  package var terms: [Term]
  /// The score on the log-odds scale, where choices are made.
  package var logit: Double
  /// The standard deviation of the score itself on that scale, with what all actions have in common.
  package var deviation: Double
  /// The standard deviation of its distance to the placement's other actions, on that scale: what all have in common
  /// does not bear on which is best.
  package var spread: Double
  /// Exposures and rewarded ones of the segment itself.
  package var exposures: Int
  package var rewards: Int
  /// The same as the learner weighs them: exposures, and reward on the scale from 0 to 1.
  package var weight: Double
  package var value: Double
  /// The variance of one exposure's reward on that scale, over that of a coin of the same mean.
  package var dispersion: Double
  /// The expected reward on that scale, and where nothing lies on it: 0, but for margins.
  package var share: Double
  package var zero: Double

  /// The score on the log-odds scale with the expected reward multiplied.
  package func logit(times factor: Double) -> Double {
    if zero == 0 { return logit + Logit.logarithm(factor) }
    // Below nothing a better reward is a smaller loss.
    return Logit.of(zero + (share - zero) * (share < zero ? 1 / factor : factor))
  }
}
