package import TesseraModel
package import TesseraSegments

/// A decision book in the form that requests are answered from: immutable, swapped whole. All that is the same for
/// everyone with a decision is bytes already.
package final class ServingBook: Sendable {
  /// A decided segment.
  struct Entry: Sendable {
    let segment: Segment
    let segmentID: [UInt8]
    /// In the order of the policy's placements.
    let decisions: [PlacedDecision]
  }

  /// A placement's decision for a segment.
  final class PlacedDecision: Sendable {
    /// Eight bytes of the decision's id, the first one highest; nil where there is no decision.
    let code: UInt64?
    let arms: [Arm]
    /// Sums of the arms' weights.
    let off: UInt64
    let on: UInt64
    /// Whether an arm may be not allowed: for this person, or before the next book.
    let isConditional: Bool
    /// `{"decision":…,"cycle":…`
    let head: [UInt8]
    /// `,"placement":…,"segment":{…}`
    let placed: [UInt8]
    /// What business as usual shows here; nil leaves the page as it is.
    let usual: Arm?

    init(code: UInt64?, arms: [Arm], head: [UInt8], placed: [UInt8], usual: Arm?) {
      (self.code, self.arms, self.head, self.placed, self.usual) = (code, arms, head, placed, usual)
      (off, on) = (arms.reduce(0) { $0 + $1.off }, arms.reduce(0) { $0 + $1.on })
      isConditional = arms.contains {
        $0.offerEndsAt != nil || $0.offer >= 0 || $0.product >= 0 || $0.content?.needs.isEmpty == false
          || $0.content?.mayFail ?? false
      }
    }
  }

  /// An action and its weights. A class, as a decision is: taking one copies no part of it.
  final class Arm: Sendable {
    /// `Action.code`.
    let code: UInt64
    let off: UInt64
    let on: UInt64
    let offerEndsAt: Instant?
    /// The place of the offer in the policy, where its budget can be used up; else -1.
    let offer: Int32
    /// The number of the product that is shown, which must be in stock; -1 where there is none.
    let product: Int32
    /// `,"action":…`
    let action: [UInt8]
    /// Nil for the action of showing nothing.
    let content: ContentProgram?

    init(
      code: UInt64, off: UInt64 = 0, on: UInt64 = 0, offerEndsAt: Instant? = nil, offer: Int32 = -1,
      product: Int32 = -1, action: [UInt8], content: ContentProgram?
    ) {
      (self.code, self.off, self.on, self.action, self.content) = (code, off, on, action, content)
      (self.offerEndsAt, self.offer, self.product) = (offerEndsAt, offer, product)
    }
  }

  package let cycle: Int
  package let at: Instant
  package let expiresAt: Instant
  package let spendCuts: SpendCuts
  let masks: [SegmentMask]
  let entries: [Entry]
  let index: SegmentIndex
  /// The all-`any` segment: everybody's last resort.
  let root: Int
  /// `,"expires_at":…}`
  let tail: [UInt8]
  /// The receipt's codes of nobody in particular.
  let anyone: [UInt8]

  /// Books are replaced hourly.
  package static let interval = Instant.hour

  init(
    cycle: Int, at: Instant, spendCuts: SpendCuts, masks: [SegmentMask], entries: [Entry], index: SegmentIndex,
    root: Int
  ) {
    (self.cycle, self.at, self.spendCuts, self.masks) = (cycle, at, spendCuts, masks)
    (self.entries, self.index, self.root) = (entries, index, root)
    expiresAt = at.adding(ServingBook.interval)
    tail = Array(",\"expires_at\":\"\(expiresAt)\"}".utf8)
    anyone = [UInt8](repeating: 0, count: 2 * (masks.count - 1))
  }

  /// The decided segment of a micro-segment: the exact one, else the first coarser one. At most one look-up more than
  /// there are axes.
  /// - Parameter level: the rung of the ladder to begin at; left at the one that was found, past the last at the root.
  func entry(for key: SegmentKey, from level: inout Int) -> Int {
    while level < masks.count {
      if let found = index[key.relaxed(masks[level])] { return found }
      level += 1
    }
    return root
  }
}

/// Decided segments by their keys, in one array with free places between them: the hot path looks up to eleven times,
/// and mostly in vain.
struct SegmentIndex: Sendable {
  private var places: [(key: SegmentKey, entry: Int32)]
  private let mask: UInt64

  init(_ entries: [(key: SegmentKey, entry: Int)]) {
    var size = 16
    while size < 3 * entries.count { size *= 2 }
    mask = UInt64(size - 1)
    places = Array(repeating: (SegmentKey(), -1), count: size)
    for entry in entries {
      var i = start(entry.key)
      while places[i].entry >= 0, places[i].key != entry.key { i = (i + 1) & Int(mask) }
      places[i] = (entry.key, Int32(entry.entry))
    }
  }

  subscript(key: SegmentKey) -> Int? {
    var i = start(key)
    while places[i].entry >= 0 {
      if places[i].key == key { return Int(places[i].entry) }
      i = (i + 1) & Int(mask)
    }
    return nil
  }

  private func start(_ key: SegmentKey) -> Int {
    let words = unsafeBitCast(key.codes, to: SIMD4<UInt64>.self)  // the same 32 bytes
    // Odd constants mix the words; keys are the planner's own, nobody outside chooses them.
    var hash = words.x &* 0x9E37_79B9_7F4A_7C15 ^ words.y &* 0xC2B2_AE3D_27D4_EB4F
    hash ^= words.z &* 0x1656_67B1_9E37_79F9 ^ words.w &* 0x27D4_EB2F_1656_67C5
    hash ^= hash >> 32
    hash = hash &* 0x9FB2_1C65_1E98_DF25
    return Int((hash ^ hash >> 29) & mask)
  }
}
