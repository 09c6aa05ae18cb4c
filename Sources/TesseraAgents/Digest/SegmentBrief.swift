package import TesseraModel

/// One segment of a look: its digest and what the agent may speak of.
package struct SegmentBrief: Sendable {
  package let digest: SegmentDigest
  package let table: ArmTable
  /// T of the cycle.
  package let at: Instant
  package let cycle: Int

  package init(digest: SegmentDigest, table: ArmTable, at: Instant, cycle: Int) {
    (self.digest, self.table, self.at, self.cycle) = (digest, table, at, cycle)
  }

  package var segment: Segment { digest.segment }

  /// The segment's brand or category in the store's normal spelling; nil where the axis has none or is relaxed.
  package var brand: String? { name("brand") }
  package var category: String? { name("researching") }

  private func name(_ axis: String) -> String? {
    if case .name(let name)? = segment[axis] { name } else { nil }
  }

  /// The arms of the digest, which are the ones that may be spoken of.
  package var arms: [(arm: ArmTable.Arm, state: SegmentDigest.ArmState)] {
    digest.arms.compactMap { state in table[state.id].map { ($0, state) } }
  }
}
