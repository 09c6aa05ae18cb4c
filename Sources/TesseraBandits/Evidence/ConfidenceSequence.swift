/// Intervals for a mean that hold at all times at once, however often one looks: the asymptotic confidence sequence.
///
/// Half-width after n: σ √( 2(nρ² + 1) / (n²ρ²) · ln( √(nρ² + 1) / α ) ) (Waudby-Smith, Arbour, Sinha, Kennedy and
/// Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 2024). It
/// needs independent items and a running estimate of the variance, and no bounds; it is valid from where the normal
/// approximation is, so that before `minimum` nothing is said. Where items are bounded, `BoundedConfidenceSequence` and
/// `BettingClaim` hold from the first one on.
package struct ConfidenceSequence: Sendable, Equatable {
  /// Mean, variance of a single item and number of items.
  package struct Sample: Sendable, Equatable {
    package let mean: Double
    package let variance: Double
    package let count: Int

    package init(mean: Double, variance: Double, count: Int) {
      (self.mean, self.variance, self.count) = (mean, variance, count)
    }
  }

  /// The probability of ever leaving out the truth.
  package let alpha: Double
  /// Fewer items say nothing.
  package let minimum: Int
  /// ρ²: chooses where the sequence is tightest.
  package let rhoSquared: Double

  /// A probability of error outside of these makes no sense and is moved to the nearer end.
  package static let alphaRange = 1e-12...0.5

  /// - Parameters:
  ///   - count: the number of items at which it is tightest; for a difference, of both samples together.
  ///   - minimum: from how many items on it speaks; for a difference, in each sample.
  package init(alpha: Double = 0.05, tightestAt count: Int, validFrom minimum: Int) {
    let alpha = ConfidenceSequence.clamped(alpha)
    self.alpha = alpha
    self.minimum = max(minimum, 2)
    rhoSquared = ConfidenceSequence.tightest(alpha) / Double(max(count, 1))
  }

  /// Infinite before the minimum and for a variance that is none.
  package func halfWidth(variance: Double, count: Int) -> Double {
    guard count >= minimum, variance >= 0, variance.isFinite else { return .infinity }
    return boundary(Double(count)) * variance.squareRoot()
  }

  package func interval(_ sample: Sample) -> ConfidenceInterval {
    ConfidenceInterval(center: sample.mean, halfWidth: halfWidth(variance: sample.variance, count: sample.count))
  }

  /// For the mean of `a` less the mean of `b`, independent samples of any sizes.
  ///
  /// With N = n₁ + n₂ items in all the difference is a mean of N terms of variance N (σ₁²/n₁ + σ₂²/n₂), as for an
  /// experiment that assigns items with probabilities n₁/N and n₂/N: these have to stay the same while it runs.
  package func difference(_ a: Sample, _ b: Sample) -> ConfidenceInterval {
    ConfidenceInterval(center: a.mean - b.mean, halfWidth: differenceHalfWidth(a, b))
  }

  private func differenceHalfWidth(_ a: Sample, _ b: Sample) -> Double {
    guard min(a.count, b.count) >= minimum, a.variance >= 0, b.variance >= 0 else { return .infinity }
    let total = Double(a.count) + Double(b.count)
    let variance = total / Double(a.count) * a.variance + total / Double(b.count) * b.variance
    return variance.isFinite ? boundary(total) * variance.squareRoot() : .infinity
  }

  /// The half-width for a variance of 1.
  private func boundary(_ n: Double) -> Double {
    let t = n * rhoSquared
    let logarithm = RealFunctions.logarithm(t + 1) / 2 - RealFunctions.logarithm(alpha)
    return (2 * (t + 1) / t * logarithm / n).squareRoot()
  }

  /// nρ² at the tightest: there the derivative of the half-width by ρ² is 0, which is t = ln(t + 1) + 2 ln(1/α). The
  /// right side's slope is below 1, so that repeating it converges.
  private static func tightest(_ alpha: Double) -> Double {
    let start = -2 * RealFunctions.logarithm(alpha)
    var t = start
    for _ in 0..<100 { t = RealFunctions.logarithm(t + 1) + start }
    return t
  }

  static func clamped(_ alpha: Double) -> Double {
    alpha.isNaN ? 0.05 : min(max(alpha, alphaRange.lowerBound), alphaRange.upperBound)
  }
}
