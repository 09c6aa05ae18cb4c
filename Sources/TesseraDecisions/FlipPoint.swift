import TesseraBandits
import TesseraModel

/// What would have to be seen for another action to come first: the decision's sensitivity in a marketer's terms.
enum FlipPoint {
  /// Views of the runner-up that are tried, the fewest first.
  private static let views = [100, 300, 1_000, 3_000, 10_000]
  /// What is told should do: what the fit learns anew with it (how far likings go, the common mean) is a few per cent.
  private static let margin = 1.15

  /// The second best action, and the rewards in so many views of it that would make its score the highest. The update
  /// is the learner's for one more cell, on the log-odds scale: the views against what was known, each by its weight.
  /// - Returns: nil where there are not two actions, or no number of rewards would do.
  /// - Parameter move: how far the first's score moves where the second's moves by 1.
  static func find(
    _ arms: [(action: Action, estimate: ArmEstimate)], _ placement: PlacementPolicy,
    move: (_ first: Action, _ second: Action) -> Double
  ) -> Decision.Flip? {
    guard arms.count > 1 else { return nil }
    var (best, next) = (0, 1)
    if FlipPoint.precedes(arms[next], arms[best]) { swap(&best, &next) }
    for i in arms.indices.dropFirst(2) {
      if FlipPoint.precedes(arms[i], arms[best]) {
        (best, next) = (i, best)
      } else if FlipPoint.precedes(arms[i], arms[next]) {
        next = i
      }
    }
    let (first, second) = (arms[best], arms[next])
    let rate = second.estimate.share
    // What is seen of one action says something of the other too: only so much of the way is away from it.
    let away = 1 - move(first.action, second.action)
    let variance = second.estimate.deviation * second.estimate.deviation
    guard rate > 0, rate < 1, away > 0, variance > 0 else { return nil }
    let way = margin * (first.estimate.logit - second.estimate.logit) / away
    let scale = RewardScale(placement)
    for count in views {
      // Where the score comes to lie: what was seen pulls it there as much as what was known before pulls it back.
      let needed =
        Logit.share(second.estimate.logit + way) + way * second.estimate.dispersion / (Double(count) * variance)
      // Thrice what is expected will not be seen.
      let earned = (rate - second.estimate.zero).magnitude
      guard needed.isFinite, needed <= min(1, rate + 2 * earned + 0.02 * (1 - second.estimate.zero)) else { continue }
      let expected = amount(rate, count, scale, .toNearestOrAwayFromZero)
      // Of two that are even the first by name is shown: what is expected anyway changes nothing.
      let least = scale.isBinary ? (Double(count) * rate).rounded(.down) + 1 : expected + 0.01
      return Decision.Flip(
        action: second.action, views: count, rewards: max(least, amount(needed, count, scale, .up)), expected: expected)
    }
    return nil
  }

  private static func precedes(
    _ a: (action: Action, estimate: ArmEstimate), _ b: (action: Action, estimate: ArmEstimate)
  ) -> Bool {
    let (x, y) = (a.estimate.logit, b.estimate.logit)
    return x != y ? x > y : a.action < b.action
  }

  /// Rewards as whole numbers, money to the hundredth.
  private static func amount(
    _ share: Double, _ views: Int, _ scale: RewardScale, _ rule: FloatingPointRoundingRule
  ) -> Double {
    let sum = Double(views) * scale.earned(share)
    return scale.isBinary ? sum.rounded(rule) : (sum * 100).rounded(rule) / 100
  }
}
