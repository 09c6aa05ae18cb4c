import TesseraBandits
import TesseraModel

/// A variant of a creative starts with little traffic: at most a tenth of its parent's, until it has been seen often
/// enough to be judged like any other.
struct TrialArms {
  /// Exposures in a segment from which on a variant stands on its own.
  static let exposuresEnough = 200
  /// One part in so many of the parent's probability.
  static let parentShare: UInt64 = 10

  /// Pairs of a variant's arm and its parent's with the same offer.
  private let pairs: [(child: Int, parent: Int)]

  init(_ arms: [(action: Action, estimate: ArmEstimate)], _ policy: Policy) {
    let parents = Dictionary(
      policy.creatives.compactMap { creative in creative.parent.map { (creative.id, $0) } }
    ) { first, _ in first }
    guard !parents.isEmpty else {
      pairs = []
      return
    }
    var seen: [String: Int] = [:]
    for (action, estimate) in arms { seen[action.creative, default: 0] += estimate.exposures }
    pairs = arms.indices.compactMap { i in
      let action = arms[i].action
      guard let parent = parents[action.creative], seen[action.creative, default: 0] < TrialArms.exposuresEnough,
        let j = arms.firstIndex(where: { $0.action.creative == parent && $0.action.offer == action.offer })
      else { return nil }
      return (i, j)
    }
  }

  /// What is over the bound goes to the parent; the sum stays.
  func bounded(_ propensities: [UInt64]) -> [UInt64] {
    var out = propensities
    for (child, parent) in pairs where out[parent] > 0 {
      let most = propensities[parent] / TrialArms.parentShare
      guard out[child] > most else { continue }
      out[parent] += out[child] - most
      out[child] = most
    }
    return out
  }
}
