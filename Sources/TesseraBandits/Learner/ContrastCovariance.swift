import TesseraModel

/// How sure the learner is of each action beside the placement's others, and of its score as a whole: by action, a
/// quadratic form over pairs of context columns.
struct ContrastCovariance: Sendable {
  let width: Int
  /// By action, context column and context column up to it: covariance of the contrast and of the whole.
  private let contrasts: [Float]
  private let wholes: [Float]

  init(_ design: DesignMap, inverse: SymmetricMatrix, actions: ActionFeatures) {
    let (width, depth, count) = (design.width, design.depth, actions.actions.count)
    self.width = width
    var mean = [Double](repeating: 0, count: depth)
    for columns in actions.columns { for j in columns { mean[j] += 1 / Double(max(1, count)) } }
    var contrasts = [Float](repeating: 0, count: count * width * width)
    var wholes = contrasts
    var block = [Double](repeating: 0, count: depth * depth)
    var against = [Double](repeating: 0, count: depth)
    for i in 0..<width {
      for other in 0...i {
        ContrastCovariance.fill(&block, design, inverse, i, other)
        var common = 0.0
        // Both orders, for the block of two different columns is not symmetric.
        for j in 0..<depth {
          against[j] = 0
          for k in 0..<depth { against[j] += (block[j * depth + k] + block[k * depth + j]) * mean[k] }
          common += against[j] * mean[j] / 2
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
      }
    }
    (self.contrasts, self.wholes) = (contrasts, wholes)
  }

  /// The covariances of one pair of context columns, by action columns.
  private static func fill(
    _ block: inout [Double], _ design: DesignMap, _ inverse: SymmetricMatrix, _ i: Int, _ other: Int
  ) {
    let depth = design.depth
    for j in 0..<depth {
      let p = Int(design.places[i * depth + j])
      for k in 0..<depth {
        let q = Int(design.places[other * depth + k])
        if p >= 0, q >= 0 {
          block[j * depth + k] = inverse[p, q]
        } else {
          // Unseen products are independent of all others.
          let isSame = i == other && j == k && p == Int(DesignMap.Place.unseen)
          let deviation = design.deviations[i * depth + j]
          block[j * depth + k] = isSame ? deviation * deviation : 0
        }
      }
    }
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
