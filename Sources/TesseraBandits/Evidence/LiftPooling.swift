/// Lifts of strata, such as segments, each moved towards what all have in common, the less the more its own data say.
///
/// Between strata the true lifts vary with variance τ², estimated by DerSimonian and Laird (1986): with weights 1/s²,
/// τ² = max(0, (Q − (k − 1)) / (Σw − Σw²/Σw)). The pooled lift weighs strata by 1/(s² + τ²); a stratum's own counts
/// with B = τ²/(s² + τ²) (empirical Bayes; Morris 1983), so that a small segment with a wild number reads like the
/// rest. The strata must hold different people. With few strata τ² is itself uncertain, which the standard errors leave
/// out.
package struct LiftPooling: Sendable, Equatable {
  /// A lift with its standard error, in one unit.
  package struct Estimate: Sendable, Equatable {
    package let lift: Double
    package let standardError: Double

    package init(lift: Double, standardError: Double) { (self.lift, self.standardError) = (lift, standardError) }

    /// A standard error of 0 comes of too few people to differ, not of certainty.
    fileprivate var isUsable: Bool {
      lift.magnitude <= Estimate.magnitudeMax && standardError > 0 && standardError <= Estimate.magnitudeMax
    }
    private static let magnitudeMax = 1e100
  }

  /// Nil if no stratum says anything.
  package let pooled: Estimate?
  /// In the order of the strata. A stratum that says nothing of its own (a standard error that is 0 or none, a lift
  /// that is no number) has the pooled lift, with the spread between strata; nil only if there is none.
  package let shrunk: [Estimate?]
  /// τ²: 0 if the strata differ no more than chance makes them.
  package let betweenVariance: Double

  /// Standard errors smaller than this part of the largest number count as this, so that weights stay numbers.
  static let smallestPart = 1e-9

  package init(_ strata: [Estimate]) {
    let usable = strata.filter(\.isUsable)
    let scale = usable.reduce(0) { max($0, $1.lift.magnitude, $1.standardError) }
    guard scale > 0 else {
      pooled = nil
      shrunk = strata.map { _ in nil }
      betweenVariance = 0
      return
    }
    let scaled = usable.map { (lift: $0.lift / scale, variance: LiftPooling.variance($0, scale)) }
    let tau = LiftPooling.betweenVariance(scaled)
    let total = scaled.reduce(0) { $0 + 1 / ($1.variance + tau) }
    let mean = scaled.reduce(0) { $0 + $1.lift / ($1.variance + tau) } / total
    let meanVariance = 1 / total
    pooled = Estimate(lift: mean * scale, standardError: meanVariance.squareRoot() * scale)
    betweenVariance = tau * scale * scale
    shrunk = strata.map { stratum in
      guard stratum.isUsable else {
        return Estimate(lift: mean * scale, standardError: (tau + meanVariance).squareRoot() * scale)
      }
      let (own, variance) = (stratum.lift / scale, LiftPooling.variance(stratum, scale))
      let share = tau / (tau + variance)
      let lift = min(max(mean + share * (own - mean), min(own, mean)), max(own, mean))
      let spread = share * variance + (1 - share) * (1 - share) * meanVariance
      return Estimate(lift: lift * scale, standardError: spread.squareRoot() * scale)
    }
  }

  private static func variance(_ estimate: Estimate, _ scale: Double) -> Double {
    let part = max(estimate.standardError / scale, smallestPart)
    return part * part
  }

  private static func betweenVariance(_ strata: [(lift: Double, variance: Double)]) -> Double {
    let total = strata.reduce(0) { $0 + 1 / $1.variance }
    let mean = strata.reduce(0) { $0 + $1.lift / $1.variance } / total
    let q = strata.reduce(0) { $0 + ($1.lift - mean) * ($1.lift - mean) / $1.variance }
    // Σw − Σw²/Σw, written so that it cannot fall below 0 by rounding.
    let spread = strata.reduce(0) { $0 + (1 / $1.variance) * max(0, 1 - 1 / $1.variance / total) }
    let excess = q - Double(strata.count - 1)
    return spread > 0 && excess > 0 ? excess / spread : 0
  }
}
