package import TesseraModel

/// A decision that someone saw: what the learner learns from. An exposure is not an assignment; what was never shown
/// never counts.
package struct Exposure: Sendable {
  /// One exposure a subject, placement, cycle and action, however often the page was opened. Who moves to another
  /// micro-segment within the hour may be shown another action: a reward belongs to the one that it followed from.
  package struct Key: Hashable, Sendable {
    package let subject: ByteKey
    package let placement: UInt32
    package let cycle: Int
    package let action: UInt64

    init(subject: ByteKey, placement: UInt32, cycle: Int, action: UInt64) {
      (self.subject, self.placement, self.cycle, self.action) = (subject, placement, cycle, action)
    }

    init(_ receipt: Receipt) {
      self.init(
        subject: ByteKey(receipt.subject), placement: receipt.placement, cycle: receipt.cycle, action: receipt.action)
    }
  }

  /// The receipt of the first time it was shown: later in the hour the same person may be in another micro-segment.
  package fileprivate(set) var receipt: Receipt
  /// The first time it was shown.
  package fileprivate(set) var shownAt: Instant
  /// Every click reported, in no order.
  package fileprivate(set) var clickedAt: [Instant] = []

  package var key: Key { Key(receipt) }
}

/// All exposures of a store, folded from `decision_shown` and `decision_clicked` in any order.
package struct ExposureLog: Sendable {
  package private(set) var exposures: [Exposure.Key: Exposure] = [:]
  /// Clicks whose exposure has not arrived (yet).
  private var early: [Exposure.Key: [Instant]] = [:]

  package init() {}

  /// Takes a `decision_shown` whose receipt is genuine.
  package mutating func fold(shown receipt: Receipt, at instant: Instant) {
    let key = Exposure.Key(receipt)
    if var held = exposures[key] {
      guard ExposureLog.precedes((instant, receipt), (held.shownAt, held.receipt)) else { return }
      (held.shownAt, held.receipt) = (instant, receipt)
      exposures[key] = held
    } else {
      exposures[key] = Exposure(receipt: receipt, shownAt: instant, clickedAt: early.removeValue(forKey: key) ?? [])
    }
  }

  /// Which of two showings of one exposure came first; of two in the same millisecond any will do, but always the same
  /// one.
  private static func precedes(_ a: (at: Instant, receipt: Receipt), _ b: (at: Instant, receipt: Receipt)) -> Bool {
    if a.at != b.at { return a.at < b.at }
    if a.receipt.at != b.receipt.at { return a.receipt.at < b.receipt.at }
    if a.receipt.group != b.receipt.group { return a.receipt.group.number < b.receipt.group.number }
    if a.receipt.context != b.receipt.context {
      return a.receipt.context.codes.lexicographicallyPrecedes(b.receipt.context.codes)
    }
    return a.receipt.decision.lexicographicallyPrecedes(b.receipt.decision)
  }

  /// Takes a `decision_clicked` whose receipt is genuine.
  package mutating func fold(clicked receipt: Receipt, at instant: Instant) {
    let key = Exposure.Key(receipt)
    if exposures[key] != nil {
      exposures[key]?.clickedAt.append(instant)
    } else {
      early[key, default: []].append(instant)
    }
  }

  /// Clicks whose exposure has not arrived, as a checkpoint keeps them.
  package var earlyClicks: [(subject: String, placement: UInt32, cycle: Int, action: UInt64, at: [Instant])] {
    early.map { ($0.subject.text, $0.placement, $0.cycle, $0.action, $1) }
  }

  /// Puts an exposure back as a checkpoint kept it.
  package mutating func restore(_ receipt: Receipt, shownAt: Instant, clickedAt: [Instant]) {
    exposures[Exposure.Key(receipt)] = Exposure(receipt: receipt, shownAt: shownAt, clickedAt: clickedAt)
  }

  /// Puts clicks back whose exposure had not arrived.
  package mutating func restoreEarly(
    subject: String, placement: UInt32, cycle: Int, action: UInt64, at: [Instant]
  ) {
    early[Exposure.Key(subject: ByteKey(subject), placement: placement, cycle: cycle, action: action)] = at
  }

  /// Forgets the exposures of a subject.
  package mutating func erase(subject: String) {
    let erased = ByteKey(subject)
    exposures = exposures.filter { $0.key.subject != erased }
    early = early.filter { $0.key.subject != erased }
  }
}
