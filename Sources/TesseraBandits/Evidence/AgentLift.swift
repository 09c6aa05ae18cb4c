package import TesseraModel

/// What the agents' part of decisions earned, from exposures whose distribution it changed.
///
/// With p_on and p_off from the same posterior and p = q·p_on + (1 − q)·p_off the probability that was logged, the mean
/// of (p_on − p_off)/p · (r − b) is the lift of always being on over always being off, without bias for any b that was
/// fixed before; where both agree it is exactly 0. Weights are at most 1/min(q, 1 − q).
package struct AgentLift: Sendable, Equatable {
  package private(set) var count = 0
  private var sum = 0.0
  /// By exposure: whose it is, and its term.
  private var terms: [PersonTerm] = []
  /// The same with older exposures counting less.
  private var recent = Recent()

  /// That it earns less than nothing.
  private var harm = BettingClaim(mean: .below, 0, lower: -1, upper: 1, alpha: AgentLift.harmAlpha)
  /// The chance to be wrong in a stretch of bets. There are 26 of two weeks in a year: so 5 % of harmless agents are
  /// switched off in a year at most.
  static let harmAlpha = 0.002

  private struct PersonTerm: Sendable, Equatable {
    let person: Int
    let value: Double
  }

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
  /// People from whom on an interval is told.
  package static let peopleMin = 100

  package init() {}

  /// What an exposure says of the agent.
  package struct Term: Sendable, Equatable {
    package let value: Double
    /// What it can be at most, to either side, whichever action is drawn and whatever it earns: a bet may depend on
    /// nothing that is drawn later. Infinite where everybody is on one side.
    package let bound: Double

    /// The same shared by so many.
    package func shared(by count: Int) -> Term { Term(value: value / Double(count), bound: bound / Double(count)) }
  }

  /// The term of one exposure.
  /// - Parameters:
  ///   - reward: on the placement's scale, where 1 is a click, an order or the cap.
  ///   - baseline: fixed before the exposure: what was expected of the decision without the agent.
  ///   - lowest: the lowest reward there is on that scale: 0, or below it for margins.
  /// - Returns: nil for an exposure that says nothing of the agent.
  package static func term(_ receipt: Receipt, reward: Double, baseline: Double, lowest: Double) -> Term? {
    guard receipt.group == .decisioned, receipt.action != 0, receipt.propensity > 0,
      receipt.propensityOn != receipt.propensityOff
    else { return nil }
    let difference = Propensity.double(receipt.propensityOn) - Propensity.double(receipt.propensityOff)
    // p = q·p_on + (1 − q)·p_off, so that no weight is beyond 1/min(q, 1 − q).
    let off = Propensity.double(receipt.propensityOff)
    let share = min(1, max(0, (Propensity.double(receipt.propensity) - off) / difference))
    return Term(
      value: difference / Propensity.double(receipt.propensity) * (reward - baseline),
      bound: max(1 - baseline, baseline - lowest) / min(share, 1 - share))
  }

  /// Bets on the first exposure of a draw of the agent, which is someone's in a segment and a week: later ones have the
  /// same draw, and prove nothing by themselves. They come in the order of time.
  package mutating func bet(_ item: Term) {
    guard item.value.isFinite, item.bound.isFinite else { return }
    harm?.add(item.value, within: -item.bound...item.bound)
  }

  /// - Parameters:
  ///   - weight: `discount` to the power of the exposure's age in hours.
  ///   - person: whose it is, numbered from 0.
  package mutating func add(_ term: Double, weight: Double, of person: Int) {
    guard term.isFinite, weight.isFinite else { return }
    count += 1
    sum += term
    terms.append(PersonTerm(person: person, value: term))
    recent.weight += weight
    recent.weightSquares += weight * weight
    recent.sum += weight * term
    recent.squares += weight * term * term
  }

  /// Reward an exposure, on the placement's scale.
  package var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// A 95 % interval of the mean that is made to hold however often one looks; infinite while there is too little.
  ///
  /// What a person saw belongs together: they have one draw of the agent a week, and some are more willing than others.
  /// The interval rests on the normal approximation, and exposures that have grown too old to be kept are beyond what
  /// it promises. So it is shown, and switches nothing off: `doesHarm` does.
  package var interval: ConfidenceInterval {
    let people = people
    let sample = ConfidenceSequence.Sample(mean: mean, variance: people.personVariance ?? 0, count: people.persons)
    return ConfidenceSequence(tightestAt: 2_000, validFrom: AgentLift.peopleMin).interval(sample)
  }

  private var people: ClusteredRate {
    let last = terms.reduce(-1) { max($0, $1.person) }
    var (exposures, sums) = ([Int](repeating: 0, count: last + 1), [Double](repeating: 0, count: last + 1))
    for term in terms {
      exposures[term.person] += 1
      sums[term.person] += term.value
    }
    var out = ClusteredRate()
    for (count, sum) in zip(exposures, sums) { out.add(exposures: count, reward: sum) }
    return out
  }

  /// Whether it is proven that it does harm, with a chance of at most `harmAlpha` to be wrong, however often one looks
  /// meanwhile and however rewards are distributed.
  package var doesHarm: Bool { harm?.isProven ?? false }

  /// At most this is the chance of such evidence of harm if there is none.
  package var harmPValueBound: Double { harm?.pValueBound ?? 1 }

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
