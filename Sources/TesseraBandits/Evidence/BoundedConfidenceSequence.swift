/// An interval for the mean of bounded items that holds at all times at once, from the first item on, whatever the
/// distribution: the empirical-Bernstein confidence sequence.
///
/// With x scaled to 0…1, bets λᵢ and running means μ̂ᵢ: Σλᵢxᵢ / Σλᵢ ± (ln(2/α) + Σ (xᵢ − μ̂ᵢ₋₁)² ψ(λᵢ)) / Σλᵢ,
/// ψ(λ) = −ln(1 − λ) − λ (Howard, Ramdas, McAuliffe and Sekhon 2021; with predictable bets Waudby-Smith and Ramdas
/// 2024, theorem 2). An item's bet depends on earlier items alone, which is what makes it valid; so items must come in
/// the order of time. Wider than a `ConfidenceSequence`, and never wrong for want of data. Meant for claims that switch
/// something off, such as on importance-weighted rewards, which are bounded by the clipped weight.
package struct BoundedConfidenceSequence: Sendable, Equatable {
  package let alpha: Double
  /// What an item can be at least.
  package let lower: Double
  /// What an item can be at most.
  package let upper: Double
  /// Items that were taken.
  package private(set) var count = 0
  /// Items that were no number, and were left out.
  package private(set) var unusable = 0
  /// Items beyond the bounds, which were moved to them: the interval is then of what was moved.
  package private(set) var outside = 0

  private let tightestAt: Double
  private var spread = RunningSpread(mean: 0.5, variance: 0.25)
  private var betSum = 0.0
  private var weightedSum = 0.0
  private var penalty = 0.0

  /// Bets stay below this; at 1 an item could cost everything.
  static let betMax = 0.5

  /// Nil unless `lower` < `upper` and both are finite.
  /// - Parameter count: the number of items at which it is tightest.
  package init?(alpha: Double = 0.05, lower: Double, upper: Double, tightestAt count: Int) {
    guard lower < upper, (upper - lower).isFinite else { return nil }
    self.alpha = ConfidenceSequence.clamped(alpha)
    (self.lower, self.upper) = (lower, upper)
    tightestAt = Double(max(count, 1))
  }

  package mutating func add(_ item: Double) {
    guard !item.isNaN else {
      unusable += 1
      return
    }
    if item < lower || item > upper { outside += 1 }
    count += 1
    let x = (min(max(item, lower), upper) - lower) / (upper - lower)
    let bet = nextBet
    betSum += bet
    weightedSum += bet * x
    let gap = x - spread.mean
    penalty += gap * gap * (-RealFunctions.logarithmOfOnePlus(-bet) - bet)
    spread.add(x)
  }

  /// The bounds themselves before the first item.
  package var interval: ConfidenceInterval {
    guard betSum > 0 else { return scaled(center: 0.5, halfWidth: 0.5) }
    let halfWidth = (RealFunctions.logarithm(2 / alpha) + penalty) / betSum
    return scaled(center: weightedSum / betSum, halfWidth: halfWidth)
  }

  private func scaled(center: Double, halfWidth: Double) -> ConfidenceInterval {
    let width = upper - lower
    return ConfidenceInterval(center: lower + center * width, halfWidth: halfWidth * width).within(lower, upper)
  }

  /// √(2 ln(2/α) / (σ̂² n)) would be best for n items in all. Up to `tightestAt` that is n; later it grows as
  /// i log₂(1 + i/n), so that the interval keeps narrowing.
  private var nextBet: Double {
    let i = Double(count)
    let grown = i * RealFunctions.logarithmOfOnePlus(i / tightestAt) / RealFunctions.logarithm(2)
    let best = 2 * RealFunctions.logarithm(2 / alpha) / (spread.variance * max(tightestAt, grown))
    return min(best.squareRoot(), BoundedConfidenceSequence.betMax)
  }
}
