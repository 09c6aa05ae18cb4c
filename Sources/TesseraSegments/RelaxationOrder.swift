import TesseraModel

/// The order in which a cycle relaxes axes: one list for everyone, so that a decision is found in at most eleven
/// look-ups.
package struct RelaxationOrder: Sendable, Equatable {
  /// Indices of the axes, the first to be relaxed first.
  package let axes: [Int]
  /// Why each stands where it does, in the same order.
  package let reasons: [String]

  package init(axes: [Int], reasons: [String]) { (self.axes, self.reasons) = (axes, reasons) }

  /// Chooses the list from a census. Axes with a single value among the active go first, for relaxing them loses
  /// nothing. Then, one by one, the axis whose relaxing leaves most active customers in a segment of at least
  /// `minMembers`: each is then decided with as many axes as can be. Ties go to the axis that leaves fewer segments,
  /// then to the later one.
  package init(_ census: Census, minMembers: Int) {
    let active = census.entries.filter { $0.active > 0 }
    var left = Array(census.axes.indices)
    var chosen: [Int] = []
    var reasons: [String] = []
    for axis in left where Set(active.map { $0.key[axis] }).count <= 1 {
      chosen.append(axis)
      reasons.append("all active customers have the same value")
    }
    left.removeAll { chosen.contains($0) }
    let total = active.reduce(0) { $0 + $1.active }
    while !left.isEmpty {
      let trials = left.map { axis in
        (axis: axis, RelaxationOrder.support(active, relaxing: chosen + [axis], minMembers: minMembers))
      }
      guard
        let best = trials.min(by: { a, b in
          if a.1.covered != b.1.covered { return a.1.covered > b.1.covered }
          if a.1.segments != b.1.segments { return a.1.segments < b.1.segments }
          return a.axis > b.axis
        })
      else { break }
      chosen.append(best.axis)
      reasons.append("leaves \(best.1.covered) of \(total) active customers in segments of \(minMembers) or more")
      left.removeAll { $0 == best.axis }
    }
    (axes, self.reasons) = (chosen, reasons)
  }

  private static func support(
    _ entries: [Census.Entry], relaxing axes: [Int], minMembers: Int
  ) -> (covered: Int, segments: Int) {
    let mask = SegmentMask(relaxing: axes)
    var counts: [SegmentKey: Int] = [:]
    for entry in entries { counts[entry.key.relaxed(mask), default: 0] += entry.active }
    return (counts.values.reduce(0) { $0 + ($1 >= minMembers ? $1 : 0) }, counts.count)
  }

  /// The masks to look up with, from every axis to none: at most one more than there are axes.
  package var masks: [SegmentMask] { (0...axes.count).map { SegmentMask(relaxing: axes.prefix($0)) } }
}
