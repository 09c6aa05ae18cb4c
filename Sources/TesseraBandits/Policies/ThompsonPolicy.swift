#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Thompson sampling (Thompson 1933; Chapelle and Li 2011) by quadrature: the probability that an arm's reward is the
/// highest, for independent normal beliefs, is P(a) = ∫ f_a(x) ∏_{b≠a} F_b(x) dx, summed over a common grid. No draw is
/// made, so the numbers depend on the beliefs alone.
package struct ThompsonPolicy: ChoicePolicy {
  package let name = "thompson"
  /// Standard deviations are multiplied by this; below 1 explores less than the textbook.
  package let exploration: Double

  /// Below the arms that could be the best nothing is to be found, so the grid is fine where it matters.
  static let nodeCount = 192
  /// The grid reaches this many standard deviations beyond a mean.
  static let reach = 6.0

  package init(exploration: Double) { self.exploration = exploration }

  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    guard arms.count > 1 else { return arms.map { _ in 1 } }
    let deviations = arms.map { max($0.standardDeviation * exploration, 1e-9) }
    // The highest arm is above this for sure, and an arm that is surely below it is never the highest.
    var low = -Double.infinity
    var high = -Double.infinity
    for (arm, sd) in zip(arms, deviations) {
      low = max(low, arm.mean - ThompsonPolicy.reach * sd)
      high = max(high, arm.mean + ThompsonPolicy.reach * sd)
    }
    let able = arms.indices.filter { arms[$0].mean + ThompsonPolicy.reach * deviations[$0] > low }
    var mass = [Double](repeating: 0, count: arms.count)
    var previous = [Double](repeating: 0, count: able.count)
    var here = previous
    for (k, i) in able.enumerated() { previous[k] = NormalTable.cumulative((low - arms[i].mean) / deviations[i]) }
    let step = (high - low) / Double(ThompsonPolicy.nodeCount)
    for node in 1...ThompsonPolicy.nodeCount {
      let edge = low + Double(node) * step
      var product = 1.0
      var zeros = 0
      for (k, i) in able.enumerated() {
        here[k] = NormalTable.cumulative((edge - arms[i].mean) / deviations[i])
        let below = (here[k] + previous[k]) / 2
        if below > 0 { product *= below } else { zeros += 1 }
      }
      for (k, i) in able.enumerated() {
        let below = (here[k] + previous[k]) / 2
        guard zeros == 0 || (zeros == 1 && below == 0) else { continue }
        mass[i] += (here[k] - previous[k]) * (zeros == 0 ? product / below : product)
      }
      swap(&previous, &here)
    }
    let total = mass.reduce(0, +)
    return total > 0 ? mass.map { $0 / total } : EpsilonGreedyPolicy.best(arms.map(\.mean))
  }
}

/// The standard normal distribution function from a table with straight lines between: exact to 3·10⁻⁷.
enum NormalTable {
  private static let reach = 6.5
  private static let stepsPerUnit = 512.0
  private static let values: [Double] = (0...Int(2 * reach * stepsPerUnit) + 1).map { i in
    0.5 * erfc(-(Double(i) / stepsPerUnit - reach) / 2.0.squareRoot())
  }

  @inline(__always)
  static func cumulative(_ z: Double) -> Double {
    let x = (z + reach) * stepsPerUnit
    guard x > 0 else { return 0 }
    guard x < 2 * reach * stepsPerUnit else { return 1 }
    let i = Int(x)
    return values.withUnsafeBufferPointer { $0[i] + (x - Double(i)) * ($0[i + 1] - $0[i]) }
  }
}
