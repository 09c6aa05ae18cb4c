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
    /// Whose it is: visitors and the customers they turned out to be are one.
    package let person: String
    /// What it earned by T, in steps of `RewardScale`: all of them for a click or an order.
    package let steps: Int
    /// The same, as far as `dueWeight` speaks of it.
    package let dueSteps: Int
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
  ///   - person: who a subject is, by the id that `orders` is asked with: what one was shown as a visitor and as a
  ///     customer is one's own, and an order counts once for all of it.
  ///   - halfLifeHours: after this an exposure counts half; nil lets all count alike.
  package init(
    _ log: ExposureLog, at instant: Instant, placements: [PlacementPolicy], halfLifeHours: Double?,
    person: (String) -> String = { $0 }, orders: (String) -> [Order]
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
        var clicked: Instant?
        for at in exposure.clickedAt where at >= exposure.shownAt && at < end && at <= instant {
          clicked = clicked.map { min($0, at) } ?? at
        }
        joined[exposure.receipt.placement, default: []].append(
          Joined(
            exposure: exposure, person: person(exposure.receipt.subject),
            steps: clicked == nil ? 0 : RewardScale.steps, rewardedAt: clicked))
      case .order, .revenue, .margin:
        let owner = ByteKey(person(exposure.receipt.subject))
        ordered[OrderedBy(person: owner, placement: exposure.receipt.placement), default: []].append(exposure)
      }
    }
    for (key, exposures) in ordered {
      guard let placement = byCode[key.placement] else { continue }
      let orders = orders(key.person.text)
      joined[key.placement, default: []] += RewardJoin.join(exposures, key.person.text, orders, placement)
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
    let person: String
    let steps: Int
    let rewardedAt: Instant?
  }

  private struct OrderedBy: Hashable {
    let person: ByteKey
    let placement: UInt32
  }

  private static func weighed(
    _ list: [Joined], _ placement: PlacementPolicy, _ aging: Aging, at instant: Instant
  ) -> [Outcome] {
    let window = Int64(placement.rewardWindowHours) * Instant.hour
    var curve = DelayCurve(window: window)
    for item in list {
      guard let at = item.rewardedAt else { continue }
      curve.add(at.milliseconds - item.exposure.shownAt.milliseconds, age: item.exposure.shownAt.age(at: instant))
    }
    curve.close()
    return list.map { item in
      let age = item.exposure.shownAt.age(at: instant)
      let weight = aging.weight(age)
      // Of an exposure that has not matured, a reward counts once the curve counts the exposure for it.
      let isDue = item.rewardedAt.map { curve.isDue($0.milliseconds - item.exposure.shownAt.milliseconds, age) } ?? true
      return Outcome(
        exposure: item.exposure, person: item.person, steps: item.steps,
        dueSteps: age >= window || isDue ? item.steps : 0, isMatured: age >= window, weight: weight,
        dueWeight: age >= window ? weight : weight * curve.due(age) / PosteriorTable.Cell.whole)
    }
  }

  private static func join(
    _ exposures: [Exposure], _ person: String, _ orders: [Order], _ placement: PlacementPolicy
  ) -> [Joined] {
    let window = Int64(placement.rewardWindowHours) * Instant.hour
    let scale = RewardScale(placement)
    let sorted = exposures.sorted { a, b in
      if a.shownAt != b.shownAt { return a.shownAt < b.shownAt }
      if a.receipt.cycle != b.receipt.cycle { return a.receipt.cycle < b.receipt.cycle }
      if a.receipt.action != b.receipt.action { return a.receipt.action < b.receipt.action }
      return a.receipt.subject.utf8.lexicographicallyPrecedes(b.receipt.subject.utf8)
    }
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
      return Joined(exposure: sorted[i], person: person, steps: steps, rewardedAt: first[i])
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

/// When rewards come within their window: what share is due at an age.
///
/// Of exposures whose window has not passed only early rewards can have come, so delays are cut off on the right by
/// age. The reverse-time product-limit estimator takes that into account (Lagakos, Barraj and De Gruttola 1988): with
/// d(k) rewards of delay k, and N(k) of a delay up to k among exposures at least that old, F(k − 1) = F(k)·(1 − d/N).
private struct DelayCurve {
  static let parts = 32

  private let window: Int64
  /// By part of the window: rewards of that delay, of exposures so old that they could have been seen.
  private var delays = [[Int]](repeating: [Int](repeating: 0, count: parts), count: parts + 1)
  private var due: [Int] = []

  init(window: Int64) { self.window = max(1, window) }

  private func part(_ span: Int64) -> Int { Int(min(Int64(DelayCurve.parts), max(0, span) * 32 / window)) }

  /// - Parameters:
  ///   - delay: from the exposure to its reward.
  ///   - age: from the exposure to now.
  mutating func add(_ delay: Int64, age: Int64) {
    delays[part(age)][min(DelayCurve.parts - 1, part(delay))] += 1
  }

  /// Works the curve out, once all rewards are in.
  mutating func close() {
    let parts = DelayCurve.parts
    due = [Int](repeating: PosteriorTable.Cell.whole, count: parts + 1)
    var share = 1.0
    for k in stride(from: parts - 1, through: 0, by: -1) {
      // due[k]: of rewards, those with a delay before part k.
      var (now, upTo) = (0, 0)
      for age in (k + 1)...parts {
        now += delays[age][k]
        for earlier in 0...k { upTo += delays[age][earlier] }
      }
      // Two rewards that come evenly stand for what is not known yet.
      let d = Double(now) + 2 / Double(parts)
      let n = Double(upTo) + 2 * Double(k + 1) / Double(parts)
      share *= max(0, 1 - d / n)
      due[k] = Int((share * Double(PosteriorTable.Cell.whole)).rounded())
    }
  }

  /// In units of 1/1,024, of an exposure of this age.
  func due(_ age: Int64) -> Int { due[part(age)] }

  /// Whether a reward of that delay is among those that are due at an age.
  func isDue(_ delay: Int64, _ age: Int64) -> Bool { min(DelayCurve.parts - 1, part(delay)) < part(age) }
}
