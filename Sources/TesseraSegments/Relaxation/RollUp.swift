import TesseraModel

/// Which segments are decided in a cycle, and how everyone finds theirs.
package struct RollUp: Sendable, Equatable {
  /// A segment that is decided for: populated itself, or the relaxation of several that are too small.
  package struct Decided: Sendable, Equatable {
    package let key: SegmentKey
    /// How many axes of the relaxation order are relaxed.
    package let level: Int
    /// Active customers who match.
    package let members: Int
  }

  package let order: RelaxationOrder
  /// Sorted by level, then key. The last is all-`any`.
  package let decided: [Decided]
  /// Active customers whose decided segment is coarser than their own.
  package let rolledUpCustomers: Int

  /// A segment is decided when at least `minMembers` active customers match it; a coarser one counts everyone who
  /// matches. Over `segmentsMax` the smallest give way. All-`any` is always decided.
  /// - Parameter order: by numbers of people alone, if nil.
  package init(_ census: Census, order: RelaxationOrder? = nil, minMembers: Int, segmentsMax: Int) {
    self.init(
      ActiveSegments(census), order: order ?? RelaxationOrder(census, minMembers: minMembers), minMembers: minMembers,
      segmentsMax: segmentsMax)
  }

  /// As the other, from the active segments in any codes.
  package init(_ active: ActiveSegments, order: RelaxationOrder, minMembers: Int, segmentsMax: Int) {
    let masks = order.masks
    var found: [Decided] = []
    for (level, mask) in masks.enumerated() {
      var counts: [SegmentKey: Int] = [:]
      for entry in active.entries { counts[entry.key.relaxed(mask), default: 0] += entry.active }
      let isLast = level == masks.count - 1
      if isLast, counts.isEmpty { counts[SegmentKey()] = 0 }
      for (key, members) in counts where members >= minMembers || isLast {
        found.append(Decided(key: key, level: level, members: members))
      }
    }
    if found.count > segmentsMax {
      let root = masks.count - 1
      found.sort { a, b in
        if (a.level == root) != (b.level == root) { return a.level == root }
        if a.members != b.members { return a.members > b.members }
        if a.level != b.level { return a.level > b.level }
        return a.key < b.key
      }
      found.removeLast(found.count - max(1, segmentsMax))
    }
    found.sort { ($0.level, $0.key) < ($1.level, $1.key) }
    self.order = order
    decided = found
    let exact = Set(found.filter { $0.level == 0 }.map(\.key))
    rolledUpCustomers = active.entries.reduce(0) { $0 + (exact.contains($1.key) ? 0 : $1.active) }
  }
}
