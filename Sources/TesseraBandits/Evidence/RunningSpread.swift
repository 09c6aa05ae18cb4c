/// Running mean and variance of items between 0 and 1, with one imagined item before the first, as predictable bets
/// need them.
struct RunningSpread: Sendable, Equatable {
  private(set) var mean: Double
  private var squares: Double
  private var count = 1.0

  /// - Parameter variance: of the imagined item; positive.
  init(mean: Double, variance: Double) { (self.mean, squares) = (mean, variance) }

  var variance: Double { squares / count }

  mutating func add(_ x: Double) {
    count += 1
    mean += (x - mean) / count
    squares += (x - mean) * (x - mean)
  }
}
