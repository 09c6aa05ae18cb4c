/// Whether context columns are what they must be: known before the action was chosen.
///
/// With right propensities each action, weighted by 1/p, has the same contexts as all rows: for a value v of a column
/// the sum S of (1{a}/p − 1)(1{v} − share of v) is 0 but for chance. A column that came after the action, such as
/// another reward, or that describes it, breaks that; so do an action that was impossible for some values, and
/// propensities that are wrong for them.
///
/// The score is |S| by the larger of two deviations. One is of the terms themselves, so that a few heavy weights say
/// little; where an action is missing altogether it is far too small, so the other is what the lowest propensity in the
/// log allows. An alarm that sounds by chance once in a thousand logs: what it does not hear may still be wrong.
package struct ContextBalance: Sendable {
  /// Names of the axes that are out of balance.
  package let suspects: [String]

  /// The probability of a false alarm, over all actions and values.
  static let alpha = 0.001
  /// Values of fewer rows are hardly worth a look.
  static let rowsMin = 20

  package init(_ table: LoggedTable, _ coding: ContextCoding) {
    let scores = coding.axes.map { ContextBalance.scores($0, table) }
    let highest = ContextBalance.quantile(count: scores.reduce(0) { $0 + $1.count })
    suspects = zip(coding.axes, scores).filter { $1.highest > highest }.map(\.0.name)
  }

  /// The score that the highest of so many passes with probability `alpha`: 2n φ(z) / z = α, solved by repetition.
  static func quantile(count: Int) -> Double {
    let level = 2 * RealFunctions.logarithm(2 * Double(max(count, 1)) / alpha / (2 * Double.pi).squareRoot())
    var z = level.squareRoot()
    for _ in 0..<20 { z = (level - 2 * RealFunctions.logarithm(z)).squareRoot() }
    return z
  }

  /// The sentence, if there is something to say.
  var warning: String? {
    guard !suspects.isEmpty else { return nil }
    let ignored = suspects.map { "ignore=\($0)" }.joined(separator: ", ")
    let (names, it) = (suspects.joined(separator: ", "), suspects.count == 1 ? "it" : "each of them")
    return "\(names): the actions differ in \(it) by more than the logged propensities and chance allow. It came after"
      + " the action or describes it (leave it out with columns: \(ignored)), some actions were not possible for"
      + " some of its values, or the propensities are wrong."
  }

  /// The highest score of all actions and values, and how many there are.
  private static func scores(_ axis: ContextCoding.Axis, _ table: LoggedTable) -> (highest: Double, count: Int) {
    let (k, n) = (table.actions.count, Double(table.count))
    var rows = [Int](repeating: 0, count: axis.words.count)
    for value in axis.values { rows[Int(value)] += 1 }
    let kept = rows.indices.filter { rows[$0] >= rowsMin }
    var place = [Int](repeating: -1, count: rows.count)
    for (i, value) in kept.enumerated() { place[value] = i }
    // By kept value and action, then of all rows: Σ 1{a}/p and Σ ((1{a}/p − 1)² − 1).
    var sums = [Double](repeating: 0, count: kept.count * k)
    var squares = sums
    var (sumOfAll, squareOfAll) = ([Double](repeating: 0, count: k), [Double](repeating: 0, count: k))
    for row in 0..<table.count {
      let (a, weight) = (table.action[row], 1 / table.propensity[row])
      let square = (weight - 1) * (weight - 1) - 1
      sumOfAll[a] += weight
      squareOfAll[a] += square
      let value = place[Int(axis.values[row])]
      guard value >= 0 else { continue }
      sums[value * k + a] += weight
      squares[value * k + a] += square
    }
    let rarest = 1 / (table.propensity.min() ?? 1) - 1
    var highest = 0.0
    for (i, value) in kept.enumerated() {
      let (own, share) = (Double(rows[value]), Double(rows[value]) / n)
      for a in 0..<k {
        let sum = sums[i * k + a] - own - share * (sumOfAll[a] - n)
        let seen = (1 - 2 * share) * (squares[i * k + a] + own) + share * share * (squareOfAll[a] + n)
        let variance = max(seen, own * (1 - share) * rarest)
        if variance > 0 { highest = max(highest, sum.magnitude / variance.squareRoot()) }
      }
    }
    return (highest, kept.count * k)
  }
}
