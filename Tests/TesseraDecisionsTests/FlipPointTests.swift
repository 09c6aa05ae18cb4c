import TesseraBandits
import TesseraModel
import TesseraSegments
import Testing

@testable import TesseraDecisions

/// "B becomes first if it gets 14 more orders in the next 300 views": what is told is added to what is known, and the
/// book is planned again.
@Suite struct FlipPointTests {
  @Test func whatIsToldPutsItFirst() throws {
    var random = SplitMix64(seed: 31)
    var (told, flipped, early, tested) = (0, 0, 0, 0)
    for _ in 0..<40 {
      let policy = try PlannerFixture.policy()
      var posterior = PosteriorTable()
      let census = PlannerFixture.census([([1, 1, 1], 12), ([2, 1, 2], 13), ([2, 2, 1], 10), ([2, 2, 2], 25)])
      for placement in policy.placements {
        for action in policy.actions(for: placement) {
          for entry in census.entries {
            let exposures = 20 + random.below(600)
            let rewards = Int(Double(exposures) * (0.02 + 0.1 * random.unit()))
            posterior.add(
              .init(exposures: exposures, rewards: rewards),
              to: .init(
                placement: placement.code, action: action.code,
                context: ContextCode(census.segment(of: entry.key))))
          }
        }
      }
      func decisions(_ posterior: PosteriorTable) throws -> [Decision] {
        try PlannerFixture.decisions(
          Planner(
            try PlannerFixture.input {
              $0.census = census
              $0.posterior = posterior
              $0.overlays = []
            }
          ).plan())
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
            .init(exposures: flip.views, rewards: Int(rewards)),
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
    #expect(tested > 100 && flipped == tested && early <= tested / 20, "\(flipped) and \(early) of \(tested)")
  }
}
