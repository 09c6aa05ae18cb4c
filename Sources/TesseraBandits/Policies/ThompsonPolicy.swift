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
  static let nodeCount = 160
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
    let step = (high - low) / Double(ThompsonPolicy.nodeCount)
    let lines = able.map { i in
      NormalTable.Line(from: (low - arms[i].mean) / deviations[i], step: step / deviations[i])
    }
    let ableMass = ThompsonPolicy.masses(lines)
    let total = ableMass.reduce(0, +)
    guard total > 0 else { return EpsilonGreedyPolicy.best(arms.map(\.mean)) }
    var mass = [Double](repeating: 0, count: arms.count)
    for (i, m) in zip(able, ableMass) { mass[i] = m / total }
    return mass
  }

  /// By arm, ∫ f ∏ F of the others over the grid.
  private static func masses(_ lines: [NormalTable.Line]) -> [Double] {
    let count = lines.count
    var mass = [Double](repeating: 0, count: count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { room in
      let (before, below) = (room[0..<count], room[count..<(2 * count)])
      let (previous, middle) = (
        UnsafeMutableBufferPointer(rebasing: before), UnsafeMutableBufferPointer(rebasing: below)
      )
      middle.initialize(repeating: 0)
      NormalTable.with { table in
        for k in 0..<count { previous.initializeElement(at: k, to: table.value(lines[k].from)) }
        for node in 1...nodeCount {
          var product = 1.0
          var zeros = 0
          for k in 0..<count {
            let here = table.value(lines[k].from + Double(node) * lines[k].step)
            let m = (here + previous[k]) / 2
            if m > 0 { product *= m } else { zeros += 1 }
            // The arm's own share of the step, kept until the others are known.
            middle[k] = m > 0 ? (here - previous[k]) / m : (here - previous[k])
            previous[k] = m > 0 ? here : -here
          }
          for k in 0..<count {
            let isZero = previous[k].sign == .minus
            if zeros == 0 || (zeros == 1 && isZero) { mass[k] += middle[k] * product }
            previous[k] = previous[k].magnitude
          }
        }
      }
    }
    return mass
  }
}

/// The standard normal distribution function from a table with straight lines between: exact to 3·10⁻⁷.
enum NormalTable {
  private static let reach = 6.5
  private static let stepsPerUnit = 512.0
  private static let values: [Double] = (0...Int(2 * reach * stepsPerUnit) + 1).map { i in
    0.5 * erfc(-(Double(i) / stepsPerUnit - reach) / 2.0.squareRoot())
  }

  /// Evenly spaced places, in the table's own units.
  struct Line {
    let from: Double
    let step: Double

    /// - Parameters: in standard deviations from the mean.
    init(from z: Double, step: Double) {
      (from, self.step) = ((z + NormalTable.reach) * NormalTable.stepsPerUnit, step * NormalTable.stepsPerUnit)
    }
  }

  /// The table for as long as `body` runs.
  struct Reader {
    fileprivate let values: UnsafePointer<Double>
    fileprivate let end: Double

    @inline(__always)
    func value(_ x: Double) -> Double {
      guard x > 0 else { return 0 }
      guard x < end else { return 1 }
      let i = Int(x)
      return values[i] + (x - Double(i)) * (values[i + 1] - values[i])
    }
  }

  static func with(_ body: (Reader) -> Void) {
    values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      body(Reader(values: base, end: 2 * reach * stepsPerUnit))
    }
  }
}
