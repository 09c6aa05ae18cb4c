import TesseraModel

/// The order in which a cycle relaxes axes: one list for everyone, so that a decision is found in at most one look-up
/// more than there are axes.
package struct RelaxationOrder: Sendable, Equatable {
  /// Indices of the axes, the first to be relaxed first.
  package let axes: [Int]
  /// Why each stands where it does, in the same order.
  package let reasons: [String]

  package init(axes: [Int], reasons: [String]) { (self.axes, self.reasons) = (axes, reasons) }

  /// The list by numbers of people alone, for where nothing is known of what they do. Axes with a single value among
  /// the active go first, for relaxing them loses nothing. Then, one by one, the axis whose relaxing leaves most active
  /// customers in a segment of at least `minMembers`: each is then decided with as many axes as can be. Ties go to the
  /// axis that leaves fewer segments, then to the later one.
  package init(_ census: Census, minMembers: Int) {
    let active = ActiveSegments(census)
    var chosen = active.singleValued(census.axes.indices)
    active.append(to: &chosen, census.axes.indices.filter { !chosen.contains($0) }, minMembers: minMembers)
    self.init(axes: chosen, reasons: active.reasons(chosen, minMembers: minMembers) { _ in "" })
  }

  /// The masks to look up with, from every axis to none: at most one more than there are axes.
  package var masks: [SegmentMask] { (0...axes.count).map { SegmentMask(relaxing: axes.prefix($0)) } }
}

/// The segments of active customers, as the choice of an order sees them.
package struct ActiveSegments: Sendable {
  let entries: [(key: SegmentKey, active: Int)]
  let total: Int

  package init(_ census: Census) {
    self.init(census.entries.lazy.filter { $0.active > 0 }.map { ($0.key, $0.active) })
  }

  /// - Parameter entries: keys of segments, and how many active customers are in each.
  package init(_ entries: some Sequence<(SegmentKey, Int)>) {
    self.entries = entries.map { (key: $0, active: $1) }
    total = self.entries.reduce(0) { $0 + $1.active }
  }

  /// - Parameter grouping: of the sweep's words.
  package init(_ grouping: Grouping, _ sweep: Sweep) {
    self.init(grouping.entries.filter { $0.active > 0 }.map { (sweep.key($0.word), Int($0.active)) })
  }

  /// As if everyone were active.
  package init(everyoneIn grouping: Grouping, _ sweep: Sweep) {
    self.init(grouping.entries.map { (sweep.key($0.word), Int($0.members)) })
  }

  /// The axes with one value among the active.
  func singleValued(_ axes: some Sequence<Int>) -> [Int] {
    axes.filter { axis in entries.allSatisfy { $0.key[axis] == entries[0].key[axis] } }
  }

  /// Appends axes one by one, each time the one whose relaxing leaves most in segments of enough members.
  func append(to chosen: inout [Int], _ axes: [Int], minMembers: Int) {
    var left = axes
    while !left.isEmpty {
      let trials = left.map { (axis: $0, support: support(relaxing: chosen + [$0], minMembers: minMembers)) }
      guard
        let best = trials.min(by: { a, b in
          if a.support.covered != b.support.covered { return a.support.covered > b.support.covered }
          if a.support.segments != b.support.segments { return a.support.segments < b.support.segments }
          return a.axis > b.axis
        })
      else { return }
      chosen.append(best.axis)
      left.removeAll { $0 == best.axis }
    }
  }

  /// How many are in a segment of enough members, and how many segments there are.
  private func support(relaxing axes: [Int], minMembers: Int) -> (covered: Int, segments: Int) {
    let mask = SegmentMask(relaxing: axes)
    var counts: [SegmentKey: Int] = [:]
    for entry in entries { counts[entry.key.relaxed(mask), default: 0] += entry.active }
    return (counts.values.reduce(0) { $0 + ($1 >= minMembers ? $1 : 0) }, counts.count)
  }

  /// What people read about each step.
  /// - Parameter difference: what an axis tells about people, with a separator behind it; empty where nothing is known.
  func reasons(_ order: [Int], minMembers: Int, difference: (Int) -> String) -> [String] {
    let single = singleValued(order)
    return order.indices.map { i in
      if single.contains(order[i]) { return "all active customers have the same value" }
      let covered = support(relaxing: Array(order.prefix(i + 1)), minMembers: minMembers).covered
      return difference(order[i])
        + "leaves \(covered) of \(total) active customers in segments of \(minMembers) or more"
    }
  }
}
