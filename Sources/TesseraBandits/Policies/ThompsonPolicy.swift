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

  /// With 512 nodes the total variation from the exact integral is about 10⁻⁷.
  static let nodeCount = 512
  /// The grid reaches this many standard deviations beyond every mean.
  static let reach = 6.0

  package init(exploration: Double) { self.exploration = exploration }

  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    guard arms.count > 1 else { return arms.map { _ in 1 } }
    let deviations = arms.map { max($0.standardDeviation * exploration, 1e-9) }
    var low = Double.infinity
    var high = -Double.infinity
    for (arm, sd) in zip(arms, deviations) {
      low = min(low, arm.mean - ThompsonPolicy.reach * sd)
      high = max(high, arm.mean + ThompsonPolicy.reach * sd)
    }
    let step = (high - low) / Double(ThompsonPolicy.nodeCount)
    var mass = [Double](repeating: 0, count: arms.count)
    var below = [Double](repeating: 0, count: arms.count)
    var previous = zip(arms, deviations).map { ThompsonPolicy.cumulative((low - $0.mean) / $1) }
    for node in 1...ThompsonPolicy.nodeCount {
      let edge = low + Double(node) * step
      var product = 1.0
      var zeros = 0
      var here = previous
      for i in arms.indices {
        here[i] = ThompsonPolicy.cumulative((edge - arms[i].mean) / deviations[i])
        below[i] = (here[i] + previous[i]) / 2
        if below[i] > 0 { product *= below[i] } else { zeros += 1 }
      }
      for i in arms.indices where zeros == 0 || (zeros == 1 && below[i] == 0) {
        let others = zeros == 0 ? product / below[i] : product
        mass[i] += (here[i] - previous[i]) * others
      }
      previous = here
    }
    let total = mass.reduce(0, +)
    return total > 0 ? mass.map { $0 / total } : arms.map { _ in 1 / Double(arms.count) }
  }

  /// The standard normal distribution function.
  private static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
}

/// Spreads a share of the probability evenly, so that every eligible action keeps being tried.
package enum ExplorationFloor {
  /// No action's probability falls below this, however many there are.
  package static let smallest = 0.001

  /// - Parameter share: of the whole probability, spread over all actions.
  package static func mixed(_ p: [Double], share: Double) -> [Double] {
    let epsilon = min(0.5, max(share, smallest * Double(p.count)))
    return p.map { (1 - epsilon) * $0 + epsilon / Double(p.count) }
  }
}
