import TesseraModel

/// Which products of a context's and an action's columns are learned, where they are in the matrix, and how far each
/// may move. A product of which nothing was seen stays outside: it has its prior and bears on nothing else.
struct DesignMap: Sendable {
  /// The largest matrix: its inverse costs a third of a second.
  static let sizeMax = 640

  /// Coordinates of `context column × action column`.
  enum Place {
    static let absent: Int32 = -1
    static let unseen: Int32 = -2
  }

  let width: Int
  let depth: Int
  /// By context column, then action column.
  let places: [Int32]
  private(set) var deviations: [Double]
  let size: Int
  /// Which products are likings: an axis value with a part of an action.
  let likings: [Int]

  init(_ rows: LearnerRows, actions: ActionFeatures, prior: HierarchicalModel.Prior, unit: Double) {
    (width, depth) = (rows.contexts.width, actions.width)
    var deviations = [Double](repeating: 0, count: width * depth)
    for i in 0..<width {
      for j in 0..<depth { deviations[i * depth + j] = unit * DesignMap.deviation(i, actions.kinds[j], prior) }
    }
    var seen = [Double](repeating: 0, count: width * depth)
    for row in rows.rows {
      for i in rows.columns[Int(row.start)..<Int(row.end)] {
        for j in actions.columns[Int(row.action)] { seen[Int(i) * depth + j] += row.weight }
      }
    }
    var places = [Int32](repeating: Place.absent, count: width * depth)
    let candidates = places.indices.filter { deviations[$0] > 0 }
    let depth = actions.width
    likings = candidates.filter { $0 >= depth && actions.kinds[$0 % depth] != .everyone }
    for k in candidates { places[k] = Place.unseen }
    // Over the limit the rarest likings keep their priors, then the rarest axis values: an action's own parts are few,
    // and without them a rare one would never be learned.
    func rank(_ k: Int) -> Int { k < depth ? 0 : actions.kinds[k % depth] == .everyone ? 1 : 2 }
    let chosen = candidates.filter { seen[$0] > 0 }.sorted { a, b in
      let (first, second) = (rank(a), rank(b))
      if first != second { return first < second }
      return seen[a] != seen[b] ? seen[a] > seen[b] : a < b
    }.prefix(DesignMap.sizeMax).sorted()
    for (place, k) in chosen.enumerated() { places[k] = Int32(place) }
    (self.places, self.deviations, size) = (places, deviations, chosen.count)
  }

  /// Lets likings move so many times as far.
  mutating func scaleLikings(by factor: Double) {
    for k in likings { deviations[k] *= factor }
  }

  /// Prior deviations by place in the matrix.
  var deviationsByPlace: [Double] {
    var out = [Double](repeating: 0, count: size)
    for (k, place) in places.enumerated() where place >= 0 { out[Int(place)] = deviations[k] }
    return out
  }

  private static func deviation(
    _ i: Int, _ kind: ActionFeatures.Kind, _ prior: HierarchicalModel.Prior
  ) -> Double {
    switch (i, kind) {
    case (0, .everyone): prior.everyone
    case (0, .pair): prior.pair
    case (0, _): prior.factor
    case (_, .everyone): prior.axis
    case (_, .pair): 0
    default: prior.interaction
    }
  }
}
