/// Whether people fell into groups in the configured shares: a test for a sample ratio mismatch that holds at all times
/// at once, however often one looks.
///
/// The Bayes factor of counts n against shares p, with a Dirichlet(kp) prior on what the shares might be instead:
/// Γ(k)/Γ(k + n) ∏ Γ(kpᵢ + nᵢ)/Γ(kpᵢ) ∏ pᵢ^−nᵢ (Lindon and Malek, "Anytime-valid inference for multinomial count
/// data", NeurIPS 2022; arXiv 2020). While the shares are as configured, the chance that it ever passes 1/α is at most
/// α. Counts are people, not exposures: those of one person are not independent. Exact to about 10¹² people.
package struct SampleRatio: Sendable, Equatable {
  /// A group with its share and the people in it.
  package struct Arm: Sendable, Equatable {
    package let name: String
    /// Of any total: shares are divided by their sum.
    package let share: Double
    package let count: Int

    package init(name: String, share: Double, count: Int) {
      (self.name, self.share, self.count) = (name, share, count)
    }
  }

  package let arms: [Arm]
  /// ln of the Bayes factor for "other shares": infinite if someone is in a group that has no share.
  package let logBayesFactor: Double
  package let alpha: Double

  /// Alarms are for breakage, and should all but never be false.
  package static let alphaDefault = 0.001
  /// The prior's weight in people: expects shares within a few points of the configured ones, where mismatches are.
  static let concentration = 1_000.0

  /// Nil without groups, and if a count is negative or a share is, or no share is above 0.
  package init?(_ arms: [Arm], alpha: Double = alphaDefault) {
    let whole = arms.reduce(0) { $0 + $1.share }
    guard arms.allSatisfy({ $0.share >= 0 && $0.count >= 0 }), whole > 0, whole.isFinite else { return nil }
    self.arms = arms
    self.alpha = ConfidenceSequence.clamped(alpha)
    var sum = 0.0
    var total = 0.0
    var isImpossible = false
    for arm in arms where arm.count > 0 {
      let (share, n) = (arm.share / whole, Double(arm.count))
      guard share > 0 else {
        isImpossible = true
        continue
      }
      let prior = share * SampleRatio.concentration
      total += n
      sum += RealFunctions.logarithmOfGamma(prior + n) - RealFunctions.logarithmOfGamma(prior)
      sum -= n * RealFunctions.logarithm(share)
    }
    let k = SampleRatio.concentration
    sum += RealFunctions.logarithmOfGamma(k) - RealFunctions.logarithmOfGamma(k + total)
    logBayesFactor = isImpossible ? .infinity : sum
  }

  /// At most this is the chance of such counts if the shares are as configured.
  package var pValueBound: Double { min(1, RealFunctions.exponential(-logBayesFactor)) }

  /// Whether the Bayes factor is above 1/α. Who looks again and again keeps an alarm that was raised: later counts do
  /// not take it back.
  package var isAlarm: Bool { logBayesFactor > -RealFunctions.logarithm(alpha) }

  /// How many people each group should have, in the order of the groups.
  package var expected: [Double] {
    let whole = arms.reduce(0) { $0 + $1.share }
    let total = arms.reduce(0) { $0 + Double($1.count) }
    return arms.map { $0.share / whole * total }
  }

  /// What to show.
  package var sentence: String {
    let total = arms.reduce(0) { $0 + Double($1.count) }
    guard total > 0 else { return "Nobody is in the groups yet." }
    guard isAlarm else {
      return "The groups' sizes fit the configured shares so far, among \(EvidenceText.count(total)) people."
    }
    let found = zip(arms, expected).map { arm, expected in
      "\(arm.name) has \(EvidenceText.count(arm.count)) instead of \(EvidenceText.count(expected))"
    }
    let odds = EvidenceText.count(
      min(RealFunctions.exponential(logBayesFactor), SampleRatio.rarestShown).rounded(.down))
    return "The groups do not have the sizes they should have: \(found.joined(separator: ", ")). Chance does this at"
      + " most once in \(odds) times: do not trust a comparison of these groups until the cause is found."
  }

  /// Rarer is not told apart: nobody reads more digits.
  private static let rarestShown = 1_000_000.0
}
