import TesseraModel

/// A placement's cells as the rows of a regression, in canonical order.
struct LearnerRows: Sendable {
  struct Row: Sendable {
    /// The first of its context's columns in `columns`.
    let start: Int32
    let end: Int32
    let action: Int32
    /// The decided segment that it belongs to, and where all that it is part of are listed.
    let home: Int32
    let segments: Int32
    /// Exposures and rewards as weighed, on the scale from 0 to 1.
    let weight: Double
    let value: Double
    let cell: PosteriorTable.Cell
  }

  private(set) var rows: [Row] = []
  private(set) var columns: [Int32] = []
  /// By context: the decided segments that it is part of.
  private(set) var segments: [[Int]] = []
  let contexts: ContextFeatures
  let segmentCount: Int
  let actions: ActionFeatures
  private var total = PosteriorTable.Cell()

  init(_ table: PosteriorTable, placement: UInt32, actions: ActionFeatures, segments: DecidedSegments) {
    let cells = table.cells.filter { $0.key.placement == placement && actions.number(of: $0.key.action) != nil }
      .sorted { PosteriorTable.CellKey.precedes($0.key, $1.key) }
    var weights: [[UInt16: Double]] = segments.contexts.first.map { $0.codes.map { _ in [:] } } ?? []
    for (key, cell) in cells {
      for (axis, code) in key.context.codes.enumerated() where axis < weights.count {
        weights[axis][code, default: 0] += Double(cell.weight)
      }
    }
    contexts = ContextFeatures(weights)
    segmentCount = segments.contexts.count
    self.actions = actions
    let unit = Double(PosteriorTable.Cell.whole)
    var known: [ContextCode: (start: Int32, end: Int32, home: Int32, list: Int32)] = [:]
    for (key, cell) in cells {
      guard let action = actions.number(of: key.action) else { continue }
      var place = known[key.context]
      if place == nil, let home = segments.nearest(to: key.context) {
        self.segments.append(segments.all(of: key.context))
        let start = Int32(columns.count)
        columns += contexts.columns(of: key.context)
        place = (start, Int32(columns.count), Int32(home), Int32(self.segments.count - 1))
        known[key.context] = place
      }
      guard let place else { continue }
      total += cell
      rows.append(
        Row(
          start: place.start, end: place.end, action: Int32(action), home: place.home, segments: place.list,
          weight: Double(max(0, cell.weight)) / unit, value: Double(cell.value) / unit / Double(RewardScale.steps),
          cell: cell))
    }
  }

  /// The mean reward on the scale from 0 to 1, leaning on what is usual, and how much more rewards vary than a coin's.
  func moments(_ scale: RewardScale) -> (mean: Double, dispersion: Double) {
    let unit = Double(PosteriorTable.Cell.whole)
    let (n, steps) = (Double(max(0, total.weight)) / unit, Double(RewardScale.steps))
    let width = scale.high - scale.low
    // Values are in shares of the cap; the scale may begin below nothing.
    let sum = Double(total.value) / unit / steps * scale.high / width
    let mean = min(max((n * scale.zero + sum + 20 * scale.priorMean) / (n + 20), 1e-4), 1 - 1e-4)
    if scale.isBinary { return (mean, 1) }
    let squares = Double(total.square) / unit / steps * (scale.high / width) * (scale.high / width)
    let average = sum / max(n, 1)
    let variance = max(0, squares / max(n, 1) - average * average)
    let coin = mean * (1 - mean)
    let prior = scale.priorMean * (1 - scale.priorMean) * 0.1
    return (mean, min(1, max(1e-4, (n * variance + 20 * prior) / (n + 20) / coin)))
  }
}
