package import TesseraModel

/// What each exposure earned: rewards joined to exposures within each placement's window, as of T.
package struct RewardJoin: Sendable {
  /// An exposure with its outcome.
  package struct Outcome: Sendable {
    package let exposure: Exposure
    /// 1 if the reward came within the window, else 0.
    package let reward: Int
    /// Whether the window has passed at T, so that the outcome is final.
    package let isMatured: Bool
  }

  package let outcomes: [Outcome]

  /// - Parameters:
  /// - orders: the times of a subject's orders that exist at T. Each counts once a placement, for the last exposure
  ///   before it.
  package init(
    _ log: ExposureLog, at instant: Instant, placements: [PlacementPolicy], orders: (String) -> [Instant]
  ) {
    let byCode = Dictionary(placements.map { ($0.code, $0) }) { first, _ in first }
    var outcomes: [Outcome] = []
    var ordered: [OrderedBy: [Exposure]] = [:]
    for exposure in log.exposures.values where exposure.shownAt <= instant {
      guard let placement = byCode[exposure.receipt.placement] else { continue }
      switch placement.reward {
      case .click:
        let end = exposure.shownAt.adding(Int64(placement.rewardWindowHours) * Instant.hour)
        let clicked = exposure.clickedAt.contains { $0 >= exposure.shownAt && $0 < end && $0 <= instant }
        outcomes.append(Outcome(exposure: exposure, reward: clicked ? 1 : 0, isMatured: end <= instant))
      case .order:
        ordered[OrderedBy(subject: exposure.key.subject, placement: placement.code), default: []].append(exposure)
      }
    }
    for (key, exposures) in ordered {
      guard let placement = byCode[key.placement] else { continue }
      let window = Int64(placement.rewardWindowHours) * Instant.hour
      outcomes += RewardJoin.join(exposures, orders: orders(key.subject.text), window: window, at: instant)
    }
    self.outcomes = outcomes
  }

  private struct OrderedBy: Hashable {
    let subject: ByteKey
    let placement: UInt32
  }

  private static func join(_ exposures: [Exposure], orders: [Instant], window: Int64, at instant: Instant) -> [Outcome]
  {
    let sorted = exposures.sorted { ($0.shownAt, $0.receipt.cycle) < ($1.shownAt, $1.receipt.cycle) }
    var rewarded: Set<Int> = []
    for order in orders {
      guard let last = sorted.lastIndex(where: { $0.shownAt <= order }) else { continue }
      if order.milliseconds - sorted[last].shownAt.milliseconds < window { rewarded.insert(last) }
    }
    return sorted.enumerated().map { i, exposure in
      Outcome(
        exposure: exposure, reward: rewarded.contains(i) ? 1 : 0,
        isMatured: exposure.shownAt.adding(window) <= instant)
    }
  }
}
