import TesseraBandits
import TesseraModel

/// What would have to be seen for another action to come first: the decision's sensitivity in a marketer's terms.
enum FlipPoint {
  /// Views of the runner-up that are tried, the fewest first.
  private static let views = [100, 300, 1_000, 3_000, 10_000]

  /// The second best action, and the rewards in so many views of it that would make its score the highest. The update
  /// is the normal one: the score moves towards what is seen by the share that the views have in all that is known.
  /// - Returns: nil where there are not two actions, or no number of rewards would do.
  static func find(
    _ arms: [(action: Action, estimate: ArmEstimate)], _ placement: PlacementPolicy
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
    let (first, second) = (arms[best].estimate, arms[next])
    let rate = second.estimate.share
    let coin = rate * (1 - rate)
    guard coin > 0, second.estimate.spread > 0 else { return nil }
    let known = 1 / (second.estimate.spread * second.estimate.spread * coin * coin)
    let scale = RewardScale(placement)
    for count in views {
      let fresh = Double(count) / (coin * second.estimate.dispersion)
      let needed = rate + (first.share - rate) * (known + fresh) / fresh
      // Thrice what is expected will not be seen.
      let earned = (rate - second.estimate.zero).magnitude
      guard needed.isFinite, needed <= min(1, rate + 2 * earned + 0.02 * (1 - second.estimate.zero)) else { continue }
      return Decision.Flip(
        action: second.action, views: count, rewards: amount(needed, count, scale, .up),
        expected: amount(rate, count, scale, .toNearestOrAwayFromZero))
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
