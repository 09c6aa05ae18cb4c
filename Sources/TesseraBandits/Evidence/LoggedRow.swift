/// One exposure of the log, as the policy to be judged sees it.
package struct LoggedRow: Sendable, Equatable {
  /// What a reward model, fitted on other rows (cross-fitted), expects here.
  package struct ModelValue: Sendable, Equatable {
    /// q(x, a) of the action that was logged.
    package let logged: Double
    /// Σ π(a) q(x, a): what the model expects of the policy to be judged.
    package let target: Double

    package init(logged: Double, target: Double) { (self.logged, self.target) = (logged, target) }

    fileprivate var isUsable: Bool { LoggedRow.isUsable(logged) && LoggedRow.isUsable(target) }
  }

  /// What the exposure earned, in any unit.
  package let reward: Double
  /// p(a): the logged probability of the action that was shown.
  package let propensity: Double
  /// π(a): the probability with which the policy to be judged would have shown it.
  package let targetProbability: Double
  package let model: ModelValue?
  /// Which share of the policy to be judged lies on actions that could not be logged here (p = 0).
  package let unsupportedShare: Double

  /// Beyond this, squares of sums overflow; no shop's rewards come near.
  static let magnitudeMax = 1e100
  /// Probabilities that were added up exceed 1 by rounding.
  static let probabilityMax = 1 + 1e-6

  package init(
    reward: Double, propensity: Double, targetProbability: Double, model: ModelValue? = nil,
    unsupportedShare: Double = 0
  ) {
    (self.reward, self.propensity, self.targetProbability) = (reward, propensity, targetProbability)
    (self.model, self.unsupportedShare) = (model.flatMap { $0.isUsable ? $0 : nil }, unsupportedShare)
  }

  /// π(a) / p(a), at most `clip`, and whether it was more; nil if a number of the row or the clip makes no sense.
  package func weight(clippedAt clip: Double) -> (value: Double, isClipped: Bool)? {
    let probabilities = 0...LoggedRow.probabilityMax
    guard clip > 0, propensity > 0, probabilities.contains(propensity), probabilities.contains(targetProbability),
      probabilities.contains(unsupportedShare), LoggedRow.isUsable(reward)
    else { return nil }
    let full = targetProbability / propensity
    let weight = min(full, clip)
    return LoggedRow.isUsable(weight) && LoggedRow.isUsable(weight * reward) ? (weight, full > clip) : nil
  }

  private static func isUsable(_ x: Double) -> Bool { x.magnitude <= magnitudeMax }
}
