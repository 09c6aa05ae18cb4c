import TesseraModel

/// How sure the learner is of each action beside the placement's others, and of its score as a whole: by action, a
/// quadratic form over pairs of context columns.
struct ContrastCovariance: Sendable {
  let width: Int
  /// By action, context column and context column up to it: covariance of the contrast and of the whole.
  private let contrasts: [Float]
  private let wholes: [Float]
  private let design: DesignMap
  private let inverse: SymmetricMatrix
  private let columns: [[Int]]

  init(_ design: DesignMap, inverse: SymmetricMatrix, actions: ActionFeatures) {
    let (width, depth, count) = (design.width, design.depth, actions.actions.count)
    self.width = width
    (self.design, self.inverse, columns) = (design, inverse, actions.columns)
    var mean = [Double](repeating: 0, count: depth)
    for columns in actions.columns { for j in columns { mean[j] += 1 / Double(max(1, count)) } }
    var contrasts = [Float](repeating: 0, count: count * width * width)
    var wholes = contrasts
    let present = (0..<width).map { i in (0..<depth).filter { design.places[i * depth + $0] != DesignMap.Place.absent }
    }
    var block = [Double](repeating: 0, count: depth * depth)
    var against = [Double](repeating: 0, count: depth)
    for i in 0..<width {
      for other in 0...i {
        var common = 0.0
        for j in present[i] {
          for k in present[other] {
            let value = ContrastCovariance.covariance(design, inverse, (i, j), (other, k))
            block[j * depth + k] = value
            // Both orders, for the block of two different columns is not symmetric.
            against[j] += value * mean[k]
            against[k] += value * mean[j]
            common += value * mean[j] * mean[k]
          }
        }
        for a in 0..<count {
          var (whole, cross) = (0.0, 0.0)
          for j in actions.columns[a] {
            cross += against[j]
            for k in actions.columns[a] { whole += block[j * depth + k] }
          }
          let at = (a * width + i) * width + other
          wholes[at] = Float(whole)
          contrasts[at] = Float(whole - cross + common)
        }
        for j in present[i] {
          against[j] = 0
          for k in present[other] { block[j * depth + k] = 0 }
        }
        for k in present[other] { against[k] = 0 }
      }
    }
    (self.contrasts, self.wholes) = (contrasts, wholes)
  }

  /// Of two coordinates, each a context column and an action column.
  private static func covariance(
    _ design: DesignMap, _ inverse: SymmetricMatrix, _ a: (Int, Int), _ b: (Int, Int)
  ) -> Double {
    let p = Int(design.places[a.0 * design.depth + a.1])
    let q = Int(design.places[b.0 * design.depth + b.1])
    if p >= 0, q >= 0 { return inverse[p, q] }
    // Unseen products are independent of all others.
    guard a == b, p == Int(DesignMap.Place.unseen) else { return 0 }
    let deviation = design.deviations[a.0 * design.depth + a.1]
    return deviation * deviation
  }

  /// Covariance of two actions' scores, without what the segment itself adds. Worked out when it is asked for: there
  /// are too many pairs to keep.
  func covariance(_ a: Int, _ b: Int, _ mix: [(column: Int32, share: Double)]) -> Double {
    var sum = 0.0
    for x in mix {
      for y in mix {
        for j in columns[a] {
          for k in columns[b] {
            let one = ContrastCovariance.covariance(design, inverse, (Int(x.column), j), (Int(y.column), k))
            sum += x.share * y.share * one
          }
        }
      }
    }
    return sum
  }

  /// Variances of an action's contrast and of its score, without what the segment itself adds.
  /// - Parameter mix: context columns in rising order, and their shares.
  func variances(action: Int, _ mix: [(column: Int32, share: Double)]) -> (contrast: Double, whole: Double) {
    var (contrast, whole) = (0.0, 0.0)
    for (n, a) in mix.enumerated() {
      let line = (action * width + Int(a.column)) * width
      for b in mix[...n] {
        let share = a.share * b.share * (a.column == b.column ? 1 : 2)
        contrast += share * Double(contrasts[line + Int(b.column)])
        whole += share * Double(wholes[line + Int(b.column)])
      }
    }
    return (max(0, contrast), max(0, whole))
  }
}
