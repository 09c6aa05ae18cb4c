package import TesseraModel

/// A decision that someone saw: what the learner learns from. An exposure is not an assignment; what was never shown never counts.
package struct Exposure: Sendable {
  /// One exposure a subject, placement and cycle, however often the page was opened.
  package struct Key: Hashable, Sendable {
    package let subject: String
    package let placement: UInt32
    package let cycle: Int
  }

  package let receipt: Receipt
  /// The first time it was shown.
  package fileprivate(set) var shownAt: Instant
  /// Every click reported, in no order.
  package fileprivate(set) var clickedAt: [Instant] = []

  package var key: Key { Key(subject: receipt.subject, placement: receipt.placement, cycle: receipt.cycle) }
}

/// All exposures of a store, folded from `decision_shown` and `decision_clicked` in any order.
package struct ExposureLog: Sendable {
  package private(set) var exposures: [Exposure.Key: Exposure] = [:]
  /// Clicks whose exposure has not arrived (yet).
  private var early: [Exposure.Key: [Instant]] = [:]

  package init() {}

  /// Takes a `decision_shown` whose receipt is genuine.
  package mutating func fold(shown receipt: Receipt, at instant: Instant) {
    let key = Exposure.Key(subject: receipt.subject, placement: receipt.placement, cycle: receipt.cycle)
    if var held = exposures[key] {
      held.shownAt = min(held.shownAt, instant)
      exposures[key] = held
    } else {
      exposures[key] = Exposure(receipt: receipt, shownAt: instant, clickedAt: early.removeValue(forKey: key) ?? [])
    }
  }

  /// Takes a `decision_clicked` whose receipt is genuine.
  package mutating func fold(clicked receipt: Receipt, at instant: Instant) {
    let key = Exposure.Key(subject: receipt.subject, placement: receipt.placement, cycle: receipt.cycle)
    if exposures[key] != nil {
      exposures[key]?.clickedAt.append(instant)
    } else {
      early[key, default: []].append(instant)
    }
  }

  /// Forgets the exposures of a subject.
  package mutating func erase(subject: String) {
    exposures = exposures.filter { $0.key.subject != subject }
    early = early.filter { $0.key.subject != subject }
  }
}
