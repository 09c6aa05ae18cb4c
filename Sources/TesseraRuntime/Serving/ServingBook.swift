import Liquid
package import TesseraModel
package import TesseraSegments

/// A decision book in the form that requests are answered from: immutable, swapped whole.
package final class ServingBook: Sendable {
  /// A decided segment.
  struct Entry: Sendable {
    let segment: Segment
    let description: String
    let relaxed: [String]
    /// In the order of the policy's placements.
    let decisions: [PlacedDecision]
    /// `segment` for merge tags, where no axis is relaxed that a person could fill in.
    let data: LiquidValue
  }

  /// A placement's decision for a segment.
  struct PlacedDecision: Sendable {
    let id: String
    let idBytes: [UInt8]
    let arms: [Arm]
  }

  struct Arm: Sendable {
    let action: Action
    let code: UInt64
    let off: UInt64
    let on: UInt64
    let offerEndsAt: Instant?
    /// Nil for the action of showing nothing.
    let content: Content?
  }

  /// What an action says, ready to be filled in.
  struct Content: Sendable {
    let fields: [(name: String, template: Template, slot: Slot)]
    let offer: LiquidValue
    let product: LiquidValue
  }

  package let cycle: Int
  package let at: Instant
  package let expiresAt: Instant
  package let spendCuts: SpendCuts
  let masks: [SegmentMask]
  let entries: [Entry]
  let index: [SegmentKey: Int]
  /// The all-`any` segment: everybody's last resort.
  let root: Int

  /// Books are replaced hourly.
  package static let interval = Instant.hour

  init(
    cycle: Int, at: Instant, spendCuts: SpendCuts, masks: [SegmentMask], entries: [Entry], index: [SegmentKey: Int],
    root: Int
  ) {
    (self.cycle, self.at, self.spendCuts, self.masks) = (cycle, at, spendCuts, masks)
    (self.entries, self.index, self.root) = (entries, index, root)
    expiresAt = at.adding(ServingBook.interval)
  }

  /// The decided segment of a micro-segment: the exact one, else the first coarser one. At most one look-up more than
  /// there are axes.
  func entry(for key: SegmentKey) -> Int {
    for mask in masks {
      if let found = index[key.relaxed(mask)] { return found }
    }
    return root
  }
}
