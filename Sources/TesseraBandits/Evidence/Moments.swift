/// Means and co-moments of up to eight quantities of the same items, in one pass.
///
/// Welford's update and Chan, Golub and LeVeque's merge (1983): centered sums, so that a large mean does not drown a
/// small variance. Finite as long as what is added is below 10¹⁰⁰.
struct Moments: Sendable, Equatable {
  private(set) var count = 0
  private(set) var mean = SIMD8<Double>()
  /// Row i: Σ (xᵢ − x̄ᵢ)(x − x̄).
  private var rows = [SIMD8<Double>](repeating: SIMD8(), count: 8)

  mutating func add(_ x: SIMD8<Double>) {
    count += 1
    let before = x - mean
    mean += before / Double(count)
    let after = x - mean
    for i in rows.indices where before[i] != 0 { rows[i] += before[i] * after }
  }

  static func += (a: inout Moments, b: Moments) {
    guard b.count > 0 else { return }
    guard a.count > 0 else {
      a = b
      return
    }
    let (n, m) = (Double(a.count), Double(b.count))
    let gap = b.mean - a.mean
    for i in a.rows.indices { a.rows[i] += b.rows[i] + gap[i] * gap * (n * m / (n + m)) }
    a.mean += gap * (m / (n + m))
    a.count += b.count
  }

  /// Variance of the mean of gᵀx; infinite for fewer than two items.
  func varianceOfMean(_ g: SIMD8<Double>) -> Double {
    guard count > 1 else { return .infinity }
    var sum = 0.0
    for i in rows.indices where g[i] != 0 { sum += g[i] * (g * rows[i]).sum() }
    let variance = sum / (Double(count) * Double(count - 1))
    // Rounding can leave a little less than nothing.
    return variance.isFinite ? max(0, variance) : .infinity
  }
}
