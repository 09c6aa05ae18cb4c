import TesseraModel

/// Finds the mode of a placement's coefficients, and the matrix of second derivatives there.
struct NewtonFit {
  private let rows: LearnerRows
  /// As given, but for the likings' deviations, which are learned.
  private(set) var design: DesignMap
  private let base: Double
  private let dispersion: Double
  private let tau2: Double
  private let scale: RewardScale
  /// Coefficients in units of their prior deviations.
  private var scaled: [Double]
  /// Log-odds by context column and action: what θ comes to.
  private(set) var effects: [Double]
  /// θ by place in the matrix.
  var coefficients: [Double] { zip(scaled, deviation).map { $0 * $1 } }
  private var matrix: SymmetricMatrix
  private let actionCount: Int
  private var deviation: [Double]
  private let likings: LikingSpread

  /// Four or five steps find the mode to six digits, but for data that know no doubt; each change of the likings'
  /// deviations asks for one more.
  private static let stepsMax = 16
  /// Steps shrink by their square: after one of this size the mode is known to seven digits, and the step's matrix is
  /// as good as the mode's.
  private static let found = 3e-4
  /// Near enough to learn from how far likings go.
  private static let near = 0.1

  /// Log-odds that a row moves at most in a step.
  private static let strideMax = 1.5

  /// A coefficient does not leave this many prior deviations.
  private static let reach = 10.0

  init(
    _ rows: LearnerRows, design: DesignMap, base: Double, dispersion: Double, tau2: Double, scale: RewardScale
  ) {
    (self.rows, self.design, self.base) = (rows, design, base)
    (self.dispersion, self.tau2, self.scale) = (dispersion, tau2, scale)
    scaled = [Double](repeating: 0, count: design.size)
    actionCount = rows.actions.actions.count
    effects = [Double](repeating: 0, count: design.width * actionCount)
    matrix = SymmetricMatrix(size: design.size)
    deviation = design.deviationsByPlace
    likings = LikingSpread(places: design.likings.map { Int(design.places[$0]) }.filter { $0 >= 0 })
  }

  /// Finds the mode, and with it how far likings go: in turns, for neither is worth finding exactly while the other is
  /// still off.
  mutating func run() {
    var (spread, rounds) = (1.0, 0)
    for left in (0..<NewtonFit.stepsMax).reversed() {
      let largest = step()
      if largest < NewtonFit.near, rounds < LikingSpread.rounds, left > 0 {
        let next = likings.spread(scaled, variances: matrix.inverseDiagonal(), now: spread)
        let factor = next / spread
        if abs(factor - 1) >= LikingSpread.enough {
          (spread, rounds) = (next, rounds + 1)
          likings.rescale(&scaled, by: factor)
          design.scaleLikings(by: factor)
          deviation = design.deviationsByPlace
          continue
        }
        rounds = LikingSpread.rounds
      }
      if largest < NewtonFit.found { break }
    }
  }

  /// One of Newton's steps; its largest change of a coefficient, in prior deviations.
  private mutating func step() -> Double {
    var gradient = derive()
    for k in gradient.indices { gradient[k] -= scaled[k] }
    matrix.factor()
    var step = matrix.solve(gradient)
    // Far from the mode a whole step overshoots: no row moves further than this at once.
    let factor = min(1, NewtonFit.strideMax / max(NewtonFit.strideMax, stride(of: step)))
    for k in step.indices { step[k] *= factor }
    var largest = 0.0
    for k in step.indices where step[k].isFinite {
      let next = min(NewtonFit.reach, max(-NewtonFit.reach, scaled[k] + step[k]))
      largest = max(largest, abs(next - scaled[k]))
      scaled[k] = next
    }
    effects = table(scaled)
    return largest
  }

  /// How far a step moves the log-odds of the row that it moves most.
  private func stride(of step: [Double]) -> Double {
    let moved = table(step)
    var most = 0.0
    for row in rows.rows {
      var sum = 0.0
      for i in rows.columns[Int(row.start)..<Int(row.end)] { sum += moved[Int(i) * actionCount + Int(row.action)] }
      if sum.isFinite { most = max(most, sum.magnitude) }
    }
    return most
  }

  /// The inverse of the matrix at the mode, in the coefficients' own units.
  func inverse() -> SymmetricMatrix {
    var out = matrix.inverse()
    let n = design.size
    out.withLower { m in
      for i in 0..<n { for j in 0...i { m[i * n + j] *= deviation[i] * deviation[j] } }
    }
    return out
  }

  /// What each decided segment adds for each action to the neighbours' prediction.
  func cells() -> [HierarchicalModel.CellBelief] {
    var out = [HierarchicalModel.CellBelief](
      repeating: HierarchicalModel.CellBelief(), count: rows.segmentCount * actionCount)
    var sums = [(weight: Double, value: Double, logit: Double)](repeating: (0, 0, 0), count: out.count)
    for row in rows.rows {
      let cell = Int(row.home) * actionCount + Int(row.action)
      sums[cell].weight += row.weight
      sums[cell].value += value(row)
      sums[cell].logit += row.weight * logit(row)
      for segment in rows.segments[Int(row.segments)] { out[segment * actionCount + Int(row.action)].seen += row.cell }
    }
    for cell in out.indices where sums[cell].weight > 0 {
      let (weight, value, logit) = sums[cell]
      out[cell] = mode(out[cell], weight, value, logit / weight)
    }
    return out
  }

  /// The mode of a segment's own deviation: where what was seen beyond the prediction and the prior's pull to 0 are
  /// equal. Newton's method between bounds that close in.
  private func mode(
    _ cell: HierarchicalModel.CellBelief, _ weight: Double, _ value: Double, _ logit: Double
  ) -> HierarchicalModel.CellBelief {
    var cell = cell
    var (low, high) = (-NewtonFit.reach, NewtonFit.reach)
    var (offset, information) = (0.0, 0.0)
    for _ in 0..<40 {
      let share = Logit.share(logit + offset)
      let slope = min(weight * share * (1 - share) / dispersion, HierarchicalModel.weightMax)
      let gradient = (value - weight * share) / dispersion - offset / tau2
      information = slope * tau2
      if gradient > 0 { low = offset } else { high = offset }
      var next = offset + gradient / (slope + 1 / tau2)
      if !(next > low && next < high) { next = (low + high) / 2 }
      if abs(next - offset) < 1e-10 { break }
      offset = next
    }
    (cell.offset, cell.pull) = (offset, information / (1 + information))
    return cell
  }

  /// What the present coefficients say of a row.
  @inline(__always)
  private func logit(_ row: LearnerRows.Row) -> Double {
    var logit = base
    for i in rows.columns[Int(row.start)..<Int(row.end)] { logit += effects[Int(i) * actionCount + Int(row.action)] }
    return logit
  }

  /// A row's rewards on the scale from 0 to 1.
  @inline(__always)
  private func value(_ row: LearnerRows.Row) -> Double {
    row.weight * scale.zero + row.value * scale.high / (scale.high - scale.low)
  }

  /// The weight of a row at the present coefficients, and its pull.
  @inline(__always)
  private func working(_ row: LearnerRows.Row) -> (weight: Double, residual: Double) {
    let share = Logit.share(logit(row))
    let weight = min(row.weight * share * (1 - share) / dispersion, HierarchicalModel.weightMax)
    return (weight, (value(row) - row.weight * share) / dispersion)
  }

  /// Fills the matrix and returns the gradient of the likelihood, both in units of prior deviations.
  private mutating func derive() -> [Double] {
    let width = design.width
    var weights: [(weight: Double, residual: Double)] = []
    weights.reserveCapacity(rows.rows.count)
    var cells = [Double](repeating: 0, count: rows.segmentCount * actionCount)
    for row in rows.rows {
      let w = working(row)
      weights.append(w)
      cells[Int(row.home) * actionCount + Int(row.action)] += w.weight
    }
    // By action: sums over pairs of context columns, and over columns.
    var pairs = [Double](repeating: 0, count: actionCount * width * width)
    var sums = [Double](repeating: 0, count: actionCount * width)
    pairs.withUnsafeMutableBufferPointer { pairs in
      sums.withUnsafeMutableBufferPointer { sums in
        rows.columns.withUnsafeBufferPointer { columns in
          for (row, w) in zip(rows.rows, weights) {
            // A segment's own deviation is common to all that was seen of it: much of the same says less.
            let share = 1 / (1 + cells[Int(row.home) * actionCount + Int(row.action)] * tau2)
            let (weight, residual) = (w.weight * share, w.residual * share)
            let a = Int(row.action)
            for p in Int(row.start)..<Int(row.end) {
              let i = Int(columns[p])
              sums[a * width + i] += residual
              let line = (a * width + i) * width
              for q in Int(row.start)...p { pairs[line + Int(columns[q])] += weight }
            }
          }
        }
      }
    }
    return assemble(pairs, sums)
  }

  private mutating func assemble(_ pairs: [Double], _ sums: [Double]) -> [Double] {
    let (width, depth, n) = (design.width, design.depth, design.size)
    var gradient = [Double](repeating: 0, count: n)
    matrix = SymmetricMatrix(size: n)
    matrix.withLower { m in
      for a in 0..<actionCount {
        let parts = rows.actions.columns[a]
        for i in 0..<width {
          if sums[a * width + i] != 0 {
            for j in parts {
              let place = Int(design.places[i * depth + j])
              if place >= 0 { gradient[place] += sums[a * width + i] * deviation[place] }
            }
          }
          for other in 0...i {
            let weight = pairs[(a * width + i) * width + other]
            if weight == 0 { continue }
            for j in parts {
              let p = Int(design.places[i * depth + j])
              if p < 0 { continue }
              for k in parts {
                let q = Int(design.places[other * depth + k])
                // Both halves of a pair of the same column would count twice.
                if q < 0 || (i == other && q > p) { continue }
                m[max(p, q) * n + min(p, q)] += weight * deviation[p] * deviation[q]
              }
            }
          }
        }
      }
    }
    return gradient
  }

  /// What coefficients in units of their deviations come to, by context column and action.
  private func table(_ scaled: [Double]) -> [Double] {
    let depth = design.depth
    var out = [Double](repeating: 0, count: effects.count)
    for i in 0..<design.width {
      for a in 0..<actionCount {
        var sum = 0.0
        for j in rows.actions.columns[a] {
          let place = Int(design.places[i * depth + j])
          if place >= 0 { sum += scaled[place] * deviation[place] }
        }
        out[i * actionCount + a] = sum
      }
    }
    return out
  }
}
