import TesseraBandits
import TesseraModel

/// The learner's regression without its segments' own deviations, spelled out: one coefficient a pair of an axis value
/// and a part of an action, Newton's method, Gaussian elimination.
struct PlainRegression {
  private let actions: [Action]
  private var coefficients: [Double] = []
  private var inverse: [[Double]] = []
  private let base: Double
  private let creatives: [String]
  private let offers: [String]

  init(_ table: PosteriorTable, contexts: [ContextCode], actions: [Action]) {
    self.actions = actions
    creatives = Set(actions.map(\.creative)).sorted()
    offers = Set(actions.map(\.offer)).sorted()
    let n = table.cells.values.reduce(0) { $0 + $1.exposures }
    let r = table.cells.values.reduce(0) { $0 + $1.rewards }
    let mean = (Double(r) + 1) / (Double(n) + 20)
    base = PlainRegression.log(mean / (1 - mean))
    let unit = 1 / (1 - mean)
    var deviations = self.deviations.map { $0 * unit }
    coefficients = deviations.map { _ in 0 }
    let rows = table.cells.compactMap { key, cell in
      actions.firstIndex { $0.code == key.action }.map { (x: features(key.context, $0), cell: cell) }
    }
    fit(rows, &deviations, liking: PlainRegression.liking * unit)
  }

  /// Newton's method; between its steps, once they are short, MacKay's step towards the variance that all likings have
  /// in common, three times at most.
  private mutating func fit(
    _ rows: [(x: [Int], cell: PosteriorTable.Cell)], _ deviations: inout [Double], liking: Double
  ) {
    var rounds = 0
    for _ in 0..<20 {
      let longest = step(rows, deviations)
      guard longest < 0.1, rounds < 3 else { continue }
      rounds += 1
      var (squares, known) = (2.0, 2.0)
      for i in likings {
        squares += coefficients[i] * coefficients[i] / (liking * liking)
        known += 1 - inverse[i][i] / (deviations[i] * deviations[i])
      }
      let factor = min(8, max(0.05, (squares / known).squareRoot())) * liking / deviations[likings[0]]
      if abs(factor - 1) < 0.02 {
        rounds = 3
      } else {
        for i in likings { deviations[i] *= factor }
      }
    }
  }

  /// The longest change of a coefficient, in prior deviations.
  private mutating func step(_ rows: [(x: [Int], cell: PosteriorTable.Cell)], _ deviations: [Double]) -> Double {
    var gradient = zip(coefficients, deviations).map { -$0 / ($1 * $1) }
    var hessian = deviations.indices.map { i in
      deviations.indices.map { i == $0 ? 1 / (deviations[i] * deviations[i]) : 0 }
    }
    for (x, cell) in rows {
      let share = 1 / (1 + PlainRegression.exp(-(base + x.reduce(0) { $0 + coefficients[$1] })))
      let n = Double(cell.exposures)
      for i in x {
        gradient[i] += Double(cell.rewards) - n * share
        for j in x { hessian[i][j] += n * share * (1 - share) }
      }
    }
    inverse = PlainRegression.inverted(hessian)
    var longest = 0.0
    for i in coefficients.indices {
      let change = zip(inverse[i], gradient).reduce(0) { $0 + $1.0 * $1.1 }
      coefficients[i] += change
      longest = max(longest, abs(change) / deviations[i])
    }
    return longest
  }

  /// The log-odds of an action in a context, and the deviation of its distance to the mean of all actions.
  func score(_ context: ContextCode, _ action: Int) -> (Double, Double) {
    var x = [Double](repeating: 0, count: coefficients.count)
    for i in features(context, action) { x[i] += 1 }
    let logit = base + zip(x, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    for other in actions.indices { for i in features(context, other) { x[i] -= 1 / Double(actions.count) } }
    var variance = 0.0
    for i in x.indices { for j in x.indices { variance += x[i] * inverse[i][j] * x[j] } }
    return (logit, variance.squareRoot())
  }

  /// Everyone, parts, pairs; then the same without pairs for each of nine axis values.
  private func features(_ context: ContextCode, _ action: Int) -> [Int] {
    let creative = creatives.firstIndex(of: actions[action].creative) ?? 0
    let offer = creatives.count + (offers.firstIndex(of: actions[action].offer) ?? 0)
    let parts = creatives.count + offers.count
    var out = [0, 1 + creative, 1 + offer, 1 + parts + action]
    var start = 1 + parts + actions.count
    for (axis, size) in [3, 2, 4].enumerated() {
      let value = start + (Int(context.codes[axis]) - 1) * (1 + parts)
      out += [value, value + 1 + creative, value + 1 + offer]
      start += size * (1 + parts)
    }
    return out
  }

  private var deviations: [Double] {
    let parts = creatives.count + offers.count
    var out = [3.0] + [Double](repeating: 0.3, count: parts) + [Double](repeating: 0.15, count: actions.count)
    for _ in 0..<9 { out += [0.5] + [Double](repeating: PlainRegression.liking, count: parts) }
    return out
  }

  /// Where the deviation of likings starts.
  private static let liking = 0.1

  private var likings: [Int] {
    let parts = creatives.count + offers.count
    let start = 1 + parts + actions.count
    return (0..<9).flatMap { value in (0..<parts).map { start + value * (1 + parts) + 1 + $0 } }
  }

  private static func inverted(_ matrix: [[Double]]) -> [[Double]] {
    let n = matrix.count
    var m = matrix.enumerated().map { i, row in row + (0..<n).map { i == $0 ? 1.0 : 0 } }
    for i in 0..<n {
      let pivot = m[i][i]
      for k in 0..<2 * n { m[i][k] /= pivot }
      for j in 0..<n where j != i && m[j][i] != 0 {
        let factor = m[j][i]
        for k in 0..<2 * n { m[j][k] -= factor * m[i][k] }
      }
    }
    return m.map { Array($0[n...]) }
  }

  /// e to the x by repeated squaring of its series.
  private static func exp(_ x: Double) -> Double {
    let y = x / 1_024
    var (sum, term) = (1.0, 1.0)
    for k in 1..<12 {
      term *= y / Double(k)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }

  /// The logarithm by Newton's method on `exp`.
  private static func log(_ x: Double) -> Double {
    var y = 0.0
    for _ in 0..<60 { y += x * exp(-y) - 1 }
    return y
  }
}
