/// A claim that the mean of bounded items lies below (or above) a number, proven by betting: valid at all times at once
/// from the first item on, whatever the distribution. For claims that switch something off.
///
/// Who starts with 1 and bets that items are lower than the reference m can hardly get rich while the mean is m or
/// more: the chance of ever holding 1/α is at most α (Ville 1939). With x scaled to 0…1 the capital is
/// ∏ (1 − λᵢ(xᵢ − m)), with λᵢ = (m − μ̂)/(σ̂² + (m − μ̂)²) from earlier items alone, between 0 and ½/(1 − m) (the bets
/// "aGRAPA" of Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024). So
/// items must come in the order of time. The bounds must hold: items beyond them are moved to them and counted.
package struct BettingClaim: Sendable, Equatable {
  /// Which side of the reference the mean is claimed to be on.
  package enum Side: String, Sendable { case below, above }

  package let side: Side
  package let reference: Double
  /// What an item can be at least.
  package let lower: Double
  /// What an item can be at most.
  package let upper: Double
  package let alpha: Double
  package private(set) var count = 0
  /// Items that were no number, and were left out.
  package private(set) var unusable = 0
  /// Items beyond the bounds.
  package private(set) var outside = 0
  /// ln of the capital: the evidence now.
  package private(set) var logCapital = 0.0
  /// ln of the highest capital so far: what counts, since the bettor could have left with it.
  package private(set) var logCapitalMax = 0.0

  /// The reference, scaled and turned so that the claim is "below".
  private let scaledReference: Double
  private var spread: RunningSpread

  /// At most this share of the capital is lost at a time.
  static let stakeMax = 0.5
  /// Keeps the imagined first variance above 0 for a reference at a bound.
  static let varianceMin = 1e-6

  /// Nil unless `lower` < `upper`, both are finite and the reference is a number. A reference beyond the bounds counts
  /// as the bound.
  package init?(mean side: Side, _ reference: Double, lower: Double, upper: Double, alpha: Double = 0.05) {
    guard lower < upper, (upper - lower).isFinite, !reference.isNaN else { return nil }
    (self.side, self.reference, self.lower, self.upper) = (side, reference, lower, upper)
    self.alpha = ConfidenceSequence.clamped(alpha)
    let share = (min(max(reference, lower), upper) - lower) / (upper - lower)
    let m = side == .below ? share : 1 - share
    scaledReference = m
    spread = RunningSpread(mean: m, variance: max(m * (1 - m), BettingClaim.varianceMin))
  }

  /// - Parameter bounds: what this item can be, where that is known before it is: narrower or wider than what items can
  ///   be in general. Where items can only be small, more can be bet on them.
  package mutating func add(_ item: Double, within bounds: ClosedRange<Double>? = nil) {
    guard !item.isNaN else {
      unusable += 1
      return
    }
    let (low, high) = (bounds?.lowerBound ?? lower, bounds?.upperBound ?? upper)
    if item < low || item > high { outside += 1 }
    count += 1
    let x = scaled(min(max(item, low), high))
    let bet = nextBet(costing: scaled(side == .below ? high : low) - scaledReference)
    logCapital += RealFunctions.logarithmOfOnePlus(-bet * (x - scaledReference))
    logCapitalMax = max(logCapitalMax, logCapital)
    spread.add(x)
  }

  /// Whether the claim is proven; once it is, it stays so.
  package var isProven: Bool { logCapitalMax >= -RealFunctions.logarithm(alpha) }

  /// At most this is the chance of such evidence if the claim is false.
  package var pValueBound: Double { RealFunctions.exponential(-logCapitalMax) }

  /// - Parameter most: what a bet of 1 could lose.
  private func nextBet(costing most: Double) -> Double {
    let gap = scaledReference - spread.mean
    guard gap > 0 else { return 0 }
    return min(gap / (spread.variance + gap * gap), BettingClaim.stakeMax / max(most, BettingClaim.varianceMin))
  }

  /// From `lower` to `upper` as from 0 to 1, turned for a claim of "above".
  private func scaled(_ x: Double) -> Double {
    let scaled = (x - lower) / (upper - lower)
    return side == .below ? scaled : 1 - scaled
  }
}
