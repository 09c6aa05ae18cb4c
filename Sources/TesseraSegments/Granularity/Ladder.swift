/// The rungs of a plan: everyone, then more and more of the axes that are relaxed last, then single people.
struct Ladder {
  enum Kind {
    /// Segments with the least number of members; who is in a smaller cell falls back to a coarser one.
    case decided
    /// Every populated cell, however small.
    case cells
    case person
  }

  struct Step {
    let name: String
    let kind: Kind
    /// Indices of the axes told apart.
    let axes: [Int]
    let mask: SegmentMask
  }

  private(set) var steps: [Step] = []
  private let order: [Int]
  private let count: Int

  init(axes: [String], order: [Int]) {
    (self.order, count) = (order, axes.count)
    func add(_ name: String, _ kind: Kind, _ kept: [Int]) {
      let relaxed = axes.indices.filter { !kept.contains($0) }
      steps.append(Step(name: name, kind: kind, axes: kept.sorted(), mask: SegmentMask(relaxing: relaxed)))
    }
    add("everyone the same", .decided, [])
    let recency = ["last-order", "orders", "spend"].compactMap { axes.firstIndex(of: $0) }
    if recency.count == 3 { add("recency, frequency, money", .decided, recency) }
    for kept in [2, 4, 6, 8] where kept < axes.count {
      let last = Array(order.suffix(kept))
      add("\(kept) axes", .decided, last)
    }
    add("micro-segments, \(axes.count) axes", .decided, Array(axes.indices))
    add("every combination", .cells, Array(axes.indices))
    add("one per customer", .person, Array(axes.indices))
  }

  /// The masks that a person is looked up with, from a rung to everyone.
  func masks(from step: Step) -> [SegmentMask] {
    var kept = step.axes
    var out = [step.mask]
    for axis in order where kept.contains(axis) {
      kept.removeAll { $0 == axis }
      let left = kept
      out.append(SegmentMask(relaxing: (0..<count).filter { !left.contains($0) }))
    }
    return out
  }
}
