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

  @Test(arguments: ["click", "order", "revenue", "margin"]) func whatIsToldPutsItFirst(_ reward: String) throws {
    var random = SplitMix64(seed: 31)
    var (told, flipped, early, tested) = (0, 0, 0, 0)
    let policy = try policy(reward)
    let census = PlannerFixture.census([([1, 1, 1], 12), ([2, 1, 2], 13), ([2, 2, 1], 10), ([2, 2, 2], 25)])
    func decisions(_ posterior: PosteriorTable) throws -> [Decision] {
      try PlannerFixture.decisions(
        Planner(
          PlannerInput(
            cycle: 7, at: Instant(milliseconds: 1_777_629_600_000), position: 1, previous: "", policy: policy,
            utcOffsetSeconds: 0, census: census, spendCuts: .none, catalog: PlannerFixture.catalog(),
            posterior: posterior, offerOrders: [:], spellings: [:], overlays: [])
        ).plan())
    }
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
        told += 1
        guard told % 4 == 0 else { continue }
        tested += 1
        func best(_ rewards: Double) throws -> Action? {
          var more = posterior
          more.add(
            cell(flip.views, rewards, placement),
            to: .init(placement: placement.code, action: flip.action.code, context: ContextCode(decision.segment)))
          let again = try #require(
            try decisions(more).first { $0.placement == decision.placement && $0.segment == decision.segment })
          return again.arms.max { $0.score < $1.score }?.action
        }
        if try best(flip.rewards) == flip.action { flipped += 1 }
        if try best(flip.expected) == flip.action { early += 1 }
      }
    }
    // What is expected anyway may round up to enough where two are all but even.
    #expect(tested > 40 && early <= tested / 20, "\(early) of \(tested)")
    // How much amounts of money differ is learned anew with what is added, which moves some by more than the margin.
    let isMoney = reward == "revenue" || reward == "margin"
    #expect(isMoney ? flipped * 10 >= tested * 9 : flipped == tested, "\(flipped) of \(tested)")
  }
}
