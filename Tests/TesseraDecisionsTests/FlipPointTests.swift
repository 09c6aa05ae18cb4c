import TesseraBandits
import TesseraModel
import TesseraSegments
import Testing

@testable import TesseraDecisions

/// "B becomes first if it gets 14 more orders in the next 300 views": what is told is added to what is known, and the
/// book is planned again.
@Suite struct FlipPointTests {
  /// Orders are of about this much.
  private static let order = 40.0

  private func policy(_ reward: String) throws -> Policy {
    try PlannerFixture.policy {
      $0["placements"] = [
        ["id": "home", "channel": "onsite", "reward": .string(reward), "reward_window_hours": 1],
        ["id": "email", "channel": "email", "reward": .string(reward), "reward_window_hours": 48, "send_at": "10:00"],
      ]
    }
  }

  /// So many views with so many rewards; of money, with that much.
  private func cell(_ views: Int, _ rewards: Double, _ placement: PlacementPolicy) -> PosteriorTable.Cell {
    if RewardScale(placement).isBinary { return .init(exposures: views, rewards: Int(rewards)) }
    let cap = placement.rewardCap.approximate
    let value = rewards / cap * Double(RewardScale.steps * PosteriorTable.Cell.whole)
    return .init(
      exposures: views, rewards: Int((rewards / Self.order).rounded()), weight: views * PosteriorTable.Cell.whole,
      value: Int(value), square: Int(value * Self.order / cap))
  }

  private static let large = PlannerFixture.census([
    ([1, 1, 1], 12), ([2, 1, 2], 13), ([2, 2, 1], 10), ([2, 2, 2], 25),
  ])
  /// None of them has the ten people that a segment needs.
  private static let small = PlannerFixture.census([
    ([1, 1, 1], 6), ([1, 1, 2], 9), ([1, 2, 1], 5), ([1, 2, 2], 4), ([2, 1, 1], 6), ([2, 1, 2], 5), ([2, 2, 1], 8),
    ([2, 2, 2], 9),
  ])

  private func planner(_ policy: Policy, _ census: Census, _ posterior: PosteriorTable) -> Planner {
    Planner(
      PlannerInput(
        cycle: 7, at: Instant(milliseconds: 1_777_629_600_000), position: 1, previous: "", policy: policy,
        utcOffsetSeconds: 0, census: census, spendCuts: .none, catalog: PlannerFixture.catalog(), posterior: posterior,
        offerOrders: [:], spellings: [:], overlays: []))
  }

  /// Whose views are a decided segment's: the micro-segments that rest in it, and how many people are in each.
  private func people(_ planner: Planner) -> [Segment: [(context: ContextCode, active: Int)]] {
    let (census, rollUp) = (planner.input.census, planner.rollUp)
    let segments = Planner.segments(planner.input, rollUp)
    var out: [Segment: [(context: ContextCode, active: Int)]] = [:]
    for entry in census.entries {
      let context = ContextCode(census.segment(of: entry.key))
      guard let number = segments.nearest(to: context) else { continue }
      out[census.segment(of: rollUp.decided[number].key), default: []].append((context, entry.active))
    }
    return out
  }

  @Test(arguments: ["click", "order", "revenue", "margin"], [false, true])
  func whatIsToldPutsItFirst(_ reward: String, _ isRolledUp: Bool) throws {
    var random = SplitMix64(seed: 31)
    var (told, flipped, early, tested) = (0, 0, 0, 0)
    let policy = try policy(reward)
    let census = isRolledUp ? Self.small : Self.large
    func decisions(_ posterior: PosteriorTable) throws -> [Decision] {
      try PlannerFixture.decisions(planner(policy, census, posterior).plan())
    }
    let people = people(planner(policy, census, PosteriorTable()))
    #expect(people.values.contains { $0.count > 1 } == isRolledUp)
    for _ in 0..<20 {
      var posterior = PosteriorTable()
      for placement in policy.placements {
        for action in policy.actions(for: placement) {
          for entry in census.entries {
            let exposures = 20 + random.below(600)
            let rewards = (Double(exposures) * (0.02 + 0.1 * random.unit())).rounded(.down)
            let earned = RewardScale(placement).isBinary ? rewards : rewards * Self.order
            posterior.add(
              cell(exposures, earned, placement),
              to: .init(
                placement: placement.code, action: action.code,
                context: ContextCode(census.segment(of: entry.key))))
          }
        }
      }
      for decision in try decisions(posterior) {
        guard let flip = decision.flip, let placement = policy.placements.first(where: { $0.id == decision.placement })
        else { continue }
        // Nobody rests in a coarse segment whose people all have segments of their own; its name is all there is.
        let parts = people[decision.segment] ?? [(ContextCode(decision.segment), 1)]
        told += 1
        guard told % 4 == 0 else { continue }
        tested += 1
        func best(_ rewards: Double) throws -> Action? {
          var more = posterior
          let total = Double(parts.reduce(0) { $0 + $1.active })
          var (before, views, earned) = (0, 0, 0.0)
          for part in parts {
            // By their numbers of people, to whole views and orders.
            before += part.active
            let share = Double(before) / total
            let upTo = Int((Double(flip.views) * share).rounded())
            let earnedUpTo = RewardScale(placement).isBinary ? (rewards * share).rounded() : rewards * share
            more.add(
              cell(upTo - views, earnedUpTo - earned, placement),
              to: .init(placement: placement.code, action: flip.action.code, context: part.context))
            (views, earned) = (upTo, earnedUpTo)
          }
          let again = try #require(
            try decisions(more).first { $0.placement == decision.placement && $0.segment == decision.segment })
          return again.arms.max { $0.score < $1.score }?.action
        }
        if try best(flip.rewards) == flip.action { flipped += 1 }
        if try best(flip.expected) == flip.action { early += 1 }
      }
    }
    // What is expected anyway may round up to enough where two are all but even.
    #expect(tested > 30 && early <= tested / 20, "\(early) of \(tested)")
    // How much amounts of money differ is learned anew with what is added, which moves some by more than the margin.
    let isMoney = reward == "revenue" || reward == "margin"
    #expect(isMoney ? flipped * 10 >= tested * 9 : flipped == tested, "\(flipped) of \(tested)")
  }
}
