package import TesseraModel

/// What each exposure earned: rewards joined to exposures within each placement's window, as of T.
package struct RewardJoin: Sendable {
  /// An order as far as it is a reward.
  package struct Order: Sendable {
    package let placedAt: Instant
    /// What was paid for it and not given back by T.
    package let revenue: Money
    /// The same less what its goods cost.
    package let margin: Money
    /// False once all of it was given back.
    package let isKept: Bool

    package init(placedAt: Instant, revenue: Money, margin: Money, isKept: Bool = true) {
      (self.placedAt, self.revenue, self.margin, self.isKept) = (placedAt, revenue, margin, isKept)
    }
  }

  /// An exposure with its outcome.
  package struct Outcome: Sendable {
    package let exposure: Exposure
    /// What it earned by T, in steps of `RewardScale`: all of them for a click or an order.
    package let steps: Int
    /// Whether the window has passed at T, so that only a late fact or a refund can change the outcome.
    package let isMatured: Bool
    /// How much it counts by its age, in units of 1/1,024.
    package let weight: Int
    /// The same for the exposure itself, of whose reward only a part is due before the window has passed.
    package let dueWeight: Int

    package var placement: UInt32 { exposure.receipt.placement }
    package var action: UInt64 { exposure.receipt.action }
    package var group: Group { exposure.receipt.group }
    package var context: ContextCode { exposure.receipt.context }
  }

  package let outcomes: [Outcome]

  /// - Parameters:
  ///   - orders: a subject's orders that exist at T. Each counts once a placement, for the last exposure before it.
  ///   - halfLifeHours: after this an exposure counts half; nil lets all count alike.
  package init(
    _ log: ExposureLog, at instant: Instant, placements: [PlacementPolicy], halfLifeHours: Double?,
    orders: (String) -> [Order]
  ) {
    let byCode = Dictionary(placements.map { ($0.code, $0) }) { first, _ in first }
    let aging = Aging(halfLifeHours: halfLifeHours)
    var joined: [UInt32: [Joined]] = [:]
    var ordered: [OrderedBy: [Exposure]] = [:]
    for exposure in log.exposures.values where exposure.shownAt <= instant {
      guard let placement = byCode[exposure.receipt.placement] else { continue }
      switch placement.reward {
      case .click:
        let end = exposure.shownAt.adding(Int64(placement.rewardWindowHours) * Instant.hour)
        let clicked = exposure.clickedAt.filter { $0 >= exposure.shownAt && $0 < end && $0 <= instant }.min()
        joined[placement.code, default: []].append(
          Joined(exposure: exposure, steps: clicked == nil ? 0 : RewardScale.steps, rewardedAt: clicked))
      case .order, .revenue, .margin:
        ordered[OrderedBy(subject: exposure.key.subject, placement: placement.code), default: []].append(exposure)
      }
    }
    for (key, exposures) in ordered {
      guard let placement = byCode[key.placement] else { continue }
      joined[key.placement, default: []] += RewardJoin.join(exposures, orders(key.subject.text), placement, at: instant)
    }
    var outcomes: [Outcome] = []
    for (code, list) in joined {
      guard let placement = byCode[code] else { continue }
      outcomes += RewardJoin.weighed(list, placement, aging, at: instant)
    }
    self.outcomes = outcomes
  }

  /// An exposure and its reward so far.
  private struct Joined {
    let exposure: Exposure
    let steps: Int
    let rewardedAt: Instant?
  }

  private struct OrderedBy: Hashable {
    let subject: ByteKey
    let placement: UInt32
  }

  private static func weighed(
    _ list: [Joined], _ placement: PlacementPolicy, _ aging: Aging, at instant: Instant
  ) -> [Outcome] {
    let window = Int64(placement.rewardWindowHours) * Instant.hour
    var curve = DelayCurve(window: window)
    for item in list where item.exposure.shownAt.adding(window) <= instant {
      if let at = item.rewardedAt { curve.add(at.milliseconds - item.exposure.shownAt.milliseconds) }
    }
    return list.map { item in
      let age = item.exposure.shownAt.age(at: instant)
      let weight = aging.weight(age)
      return Outcome(
        exposure: item.exposure, steps: item.steps, isMatured: age >= window, weight: weight,
        dueWeight: age >= window ? weight : weight * curve.due(age) / PosteriorTable.Cell.whole)
    }
  }

  private static func join(
    _ exposures: [Exposure], _ orders: [Order], _ placement: PlacementPolicy, at instant: Instant
  ) -> [Joined] {
    let window = Int64(placement.rewardWindowHours) * Instant.hour
    let scale = RewardScale(placement)
    let sorted = exposures.sorted { ($0.shownAt, $0.receipt.cycle) < ($1.shownAt, $1.receipt.cycle) }
    var amounts = [Money](repeating: .zero, count: sorted.count)
    var first = [Instant?](repeating: nil, count: sorted.count)
    for order in orders where order.isKept {
      guard let last = sorted.lastIndex(where: { $0.shownAt <= order.placedAt }) else { continue }
      guard order.placedAt.milliseconds - sorted[last].shownAt.milliseconds < window else { continue }
      amounts[last] = amounts[last] + (placement.reward == .margin ? order.margin : order.revenue)
      first[last] = first[last].map { min($0, order.placedAt) } ?? order.placedAt
    }
    return sorted.indices.map { i in
      let steps =
        first[i] == nil ? 0 : placement.reward == .order ? RewardScale.steps : scale.steps(amounts[i])
      return Joined(exposure: sorted[i], steps: steps, rewardedAt: first[i])
    }
  }
}

/// How much exposures count by their age, hour by hour, in whole numbers.
private struct Aging {
  private let halfLifeHours: Double?
  private let table: [Int]

  init(halfLifeHours: Double?) {
    self.halfLifeHours = halfLifeHours
    guard let halfLife = halfLifeHours, halfLife > 0 else {
      table = []
      return
    }
    // From one hour to the next by multiplication; 2^(−1/h) by its square root series would be no better.
    let factor = Halving.factor(hours: halfLife)
    var weights: [Int] = []
    var weight = Double(PosteriorTable.Cell.whole)
    while weight >= 0.5 {
      weights.append(Int(weight.rounded()))
      weight *= factor
    }
    table = weights
  }

  func weight(_ age: Int64) -> Int {
    guard halfLifeHours != nil else { return PosteriorTable.Cell.whole }
    let hour = Int(age / Instant.hour)
    return hour < table.count ? table[max(0, hour)] : 0
  }
}

/// When rewards come within their window, learned from matured ones: what share is due at an age.
private struct DelayCurve {
  static let parts = 32
  /// Before anything is known rewards come evenly; that view is worth so many rewards.
  static let priorRewards = 4

  let window: Int64
  private var counts = [Int](repeating: 0, count: parts)
  private var total = 0

  init(window: Int64) { self.window = max(1, window) }

  mutating func add(_ delay: Int64) {
    counts[Int(min(Int64(DelayCurve.parts) - 1, max(0, delay) * Int64(DelayCurve.parts) / window))] += 1
    total += 1
  }

  /// In units of 1/1,024.
  func due(_ age: Int64) -> Int {
    let part = Int(min(Int64(DelayCurve.parts), max(0, age) * Int64(DelayCurve.parts) / window))
    let come = counts[..<part].reduce(0, +) * DelayCurve.parts + DelayCurve.priorRewards * part
    return PosteriorTable.Cell.whole * come / (DelayCurve.parts * (total + DelayCurve.priorRewards))
  }
}
