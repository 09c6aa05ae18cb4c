package import TesseraModel

/// What the agents' part of decisions earned, from exposures whose distribution it changed.
///
/// With p_on and p_off from the same posterior and p = q·p_on + (1 − q)·p_off the probability that was logged, the mean
/// of (p_on − p_off)/p · (r − b) is the lift of always being on over always being off, without bias for any b that was
/// fixed before; where both agree it is exactly 0. Weights are at most 1/min(q, 1 − q).
package struct AgentLift: Sendable, Equatable {
  package private(set) var count = 0
  private var sum = 0.0
  private var squares = 0.0
  /// The same with older exposures counting less.
  private var recent = Recent()

  private struct Recent: Sendable, Equatable {
    var weight = 0.0
    var weightSquares = 0.0
    var sum = 0.0
    var squares = 0.0
  }

  /// An hour later an exposure counts this much less: a layer is trusted for what it did lately.
  package static let discount = 0.99
  /// Trust before anything is known, and the bounds: never 0, or it could not be won back.
  package static let trustAtStart = 0.3
  package static let trustRange = 0.03...1.0
  /// So many exposures weigh as much as what is known of the kind in general.
  static let shrinkage = 200.0
  /// Exposures from which on an interval is told.
  package static let exposuresMin = 100

  package init() {}

  /// The term of one exposure.
  /// - Parameters:
  ///   - reward: on the placement's scale, where 1 is a click, an order or the cap.
  ///   - baseline: fixed before the exposure: what was expected of the decision without the agent.
  /// - Returns: nil for an exposure that says nothing of the agent.
  package static func term(_ receipt: Receipt, reward: Double, baseline: Double) -> Double? {
    guard receipt.group == .decisioned, receipt.action != 0, receipt.propensity > 0,
      receipt.propensityOn != receipt.propensityOff
    else { return nil }
    let difference = Propensity.double(receipt.propensityOn) - Propensity.double(receipt.propensityOff)
    return difference / Propensity.double(receipt.propensity) * (reward - baseline)
  }

  /// - Parameter weight: `discount` to the power of the exposure's age in hours.
  package mutating func add(_ term: Double, weight: Double) {
    guard term.isFinite, weight.isFinite else { return }
    count += 1
    sum += term
    squares += term * term
    recent.weight += weight
    recent.weightSquares += weight * weight
    recent.sum += weight * term
    recent.squares += weight * term * term
  }

  /// Reward an exposure, on the placement's scale.
  package var mean: Double { count == 0 ? 0 : sum / Double(count) }

  package var variance: Double {
    guard count > 1 else { return 0 }
    return max(0, squares / Double(count) - mean * mean) * Double(count) / Double(count - 1)
  }

  /// A 95 % interval of the mean that is made to hold however often one looks; infinite while there is too little. It
  /// rests on the normal approximation, and exposures of the same person and those that have grown too old to be kept
  /// are beyond what it promises: a bound from `BettingClaim` would hold exactly, and need many times the exposures,
  /// for a term may be as large as 1/min(q, 1 − q) and hardly ever is.
  package var interval: ConfidenceInterval {
    ConfidenceSequence(tightestAt: 2_000, validFrom: AgentLift.exposuresMin)
      .interval(.init(mean: mean, variance: variance, count: count))
  }

  /// Whether it is certain that it does harm.
  package var doesHarm: Bool { interval.isFinite && interval.upper < 0 }

  /// How much of the opinion should count, by what it earned lately: mean/(3·SE) + 0.1, leaning on the parent's as long
  /// as little is known.
  package func trust(parent: Double) -> Double {
    guard recent.weight > 0 else { return parent }
    let mean = recent.sum / recent.weight
    let effective = recent.weight * recent.weight / recent.weightSquares
    let variance = max(0, recent.squares / recent.weight - mean * mean)
    let error = (variance / max(1, effective)).squareRoot()
    let own = error > 0 ? mean / (3 * error) + 0.1 : AgentLift.trustAtStart
    let held = min(max(own, AgentLift.trustRange.lowerBound), AgentLift.trustRange.upperBound)
    return (effective * held + AgentLift.shrinkage * parent) / (effective + AgentLift.shrinkage)
  }
}
