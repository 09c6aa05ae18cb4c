package import TesseraModel
package import TesseraSegments

/// A decision book in the form that requests are answered from: immutable, swapped whole. All that is the same for
/// everyone with a decision is bytes already.
package final class ServingBook: Sendable {
  /// A placement's decision for a segment. What most answers need of it lies together: a book of a large store is far
  /// larger than a processor's cache, and each thing that lies elsewhere is waited for.
  final class PlacedDecision: Sendable {
    /// Eight bytes of the decision's id, the first one highest; nil where there is no decision.
    let code: UInt64?
    let odds: [Odds]
    /// Sums of the arms' weights.
    let off: UInt64
    let on: UInt64
    /// Whether an arm may be not allowed: for this person, or before the next book.
    let isConditional: Bool
    /// `{"decision":…,"cycle":…` and `,"placement":…,"segment":{…}`, in which the segment's id is.
    private let text: [UInt8]
    private let headCount: Int
    private let segmentID: Range<Int>
    /// What business as usual shows here; nil leaves the page as it is.
    let usual: Arm?

    /// - Parameter segmentID: a part of `placed`.
    init(code: UInt64?, arms: [Arm], head: [UInt8], placed: [UInt8], segmentID: [UInt8], usual: Arm?) {
      (self.code, self.usual) = (code, usual)
      (text, headCount) = (head + placed, head.count)
      let start = placed.indices.first { placed[$0...].starts(with: segmentID) } ?? 0
      self.segmentID = head.count + start..<head.count + start + segmentID.count
      odds = arms.map { Odds($0) }
      (off, on) = (arms.reduce(0) { $0 + $1.off }, arms.reduce(0) { $0 + $1.on })
      isConditional = odds.contains { $0.endsAt < .max || $0.offer >= 0 || $0.product >= 0 || $0.asksPerson }
    }

    func withHead<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { with(0..<headCount, body) }
    func withPlaced<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { with(headCount..<text.count, body) }
    func withSegmentID<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { with(segmentID, body) }

    private func with<R>(_ part: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
      text.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[part])) }
    }
  }

  /// What a draw needs to know of an arm.
  struct Odds: Sendable {
    let off: UInt64
    let on: UInt64
    /// When its offer ends, milliseconds; the last moment there is where it does not.
    let endsAt: Int64
    /// The place of the offer in the policy, where its budget can be used up; else -1.
    let offer: Int32
    /// The number of the product that is shown, which must be in stock; -1 where there is none.
    let product: Int32
    /// Whether its texts need something of the person, or may fail.
    let asksPerson: Bool
    let arm: Arm

    init(_ arm: Arm) {
      (off, on, self.arm) = (arm.off, arm.on, arm)
      (endsAt, offer, product) = (arm.offerEndsAt?.milliseconds ?? .max, arm.offer, arm.product)
      asksPerson = arm.content.map { !$0.needs.isEmpty || $0.mayFail } ?? false
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
  /// By decided segment, and for each in the order of the policy's placements.
  private let decisions: [PlacedDecision]
  private let placements: Int
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
    cycle: Int, at: Instant, spendCuts: SpendCuts, masks: [SegmentMask], decisions: [PlacedDecision], placements: Int,
    index: SegmentIndex, root: Int
  ) {
    (self.cycle, self.at, self.spendCuts, self.masks) = (cycle, at, spendCuts, masks)
    (self.decisions, self.placements, self.index, self.root) = (decisions, placements, index, root)
    expiresAt = at.adding(ServingBook.interval)
    tail = Array(",\"expires_at\":\"\(expiresAt)\"}".utf8)
    anyone = [UInt8](repeating: 0, count: 2 * (masks.count - 1))
  }

  /// Decided segments.
  var segmentCount: Int { placements == 0 ? 0 : decisions.count / placements }

  /// The decision of a decided segment for a placement, by their numbers.
  func decision(_ entry: Int, _ place: Int) -> PlacedDecision { decisions[entry * placements + place] }

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
