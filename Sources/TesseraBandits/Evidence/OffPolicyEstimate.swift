/// What a policy would have earned by one estimator, with everything one has to know before believing it.
package struct OffPolicyEstimate: Sendable, Equatable {
  package let estimator: OffPolicyEstimator
  /// A row, in the unit of the rewards.
  package let value: Double
  /// Infinite for fewer than two people, and for IPS and SNIPS without any reward.
  package let standardError: Double
  /// How many people it rests on.
  package let persons: Int
  package let support: OffPolicySupport

  /// Two-sided 95 % of the standard normal distribution.
  static let normalQuantile = 1.959_963_984_540_054

  /// 95 %, by the normal approximation, for one look at a finished log; who looks again and again takes
  /// the `ConfidenceSequence` of `sample`. Everything where the standard error is infinite.
  package var interval: ConfidenceInterval {
    ConfidenceInterval(center: value, halfWidth: OffPolicyEstimate.normalQuantile * standardError)
  }

  /// As a mean over people, for a `ConfidenceSequence`.
  package var sample: ConfidenceSequence.Sample {
    ConfidenceSequence.Sample(mean: value, variance: standardError * standardError * Double(persons), count: persons)
  }

  /// Sentences for the person who decides; none if there is nothing to say against the number.
  package var warnings: [String] {
    OffPolicyWarning.allCases.compactMap { $0.sentence(estimator, support) }
  }
}
