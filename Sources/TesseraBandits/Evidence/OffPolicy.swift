/// Off-policy evaluation: what another policy would have earned, from the log of the one that served.
///
/// One pass over the log, of which only sums are kept; parts of a log can be added up. Rows of one person go in
/// together (`add(person:)`), since they are not independent of each other; `add(_:)` takes a row as a person of its
/// own. A row is unusable, and only counted, if its propensity is 0 or a number in it is none or impossible.
/// Rewards have any unit, and the estimates the same a row.
package struct OffPolicy: Sendable, Equatable {
  /// Weights are at most this; infinite for no clipping.
  package let clip: Double
  package private(set) var support: OffPolicySupport
  private var moments = Moments()

  /// - Parameter clip: weights above this count as this; no clipping unless it is positive.
  package init(clip: Double = .infinity) {
    self.clip = clip > 0 ? clip : .infinity
    support = OffPolicySupport(clip: self.clip)
  }

  package mutating func add(_ row: LoggedRow) { add(person: CollectionOfOne(row)) }

  /// - Parameter rows: all rows of one person.
  package mutating func add(person rows: some Sequence<LoggedRow>) {
    typealias Q = OffPolicyEstimator.Quantity
    var sum = SIMD8<Double>()
    for row in rows {
      guard let weight = row.weight(clippedAt: clip) else {
        support.countUnusable()
        continue
      }
      support.count(row, weight: weight.value, isClipped: weight.isClipped)
      sum[Q.rows] += 1
      sum[Q.weight] += weight.value
      sum[Q.weightedReward] += weight.value * row.reward
      sum[Q.reward] += row.reward
      if let model = row.model {
        sum[Q.weightedResidual] += weight.value * (row.reward - model.logged)
        sum[Q.modelValue] += model.target
      }
    }
    if sum[Q.rows] > 0 { moments.add(sum) }
  }

  /// Adds what another part of the log gave, with the same clipping and other people.
  package static func += (a: inout OffPolicy, b: OffPolicy) {
    a.moments += b.moments
    a.support += b.support
  }

  /// How many people gave usable rows.
  package var persons: Int { moments.count }

  /// What the policy would have earned a row; nil without usable rows, without a weight above 0 where the estimator
  /// divides by the weights, and without a model value in every usable row where it needs them.
  package func estimate(_ estimator: OffPolicyEstimator) -> OffPolicyEstimate? {
    value(estimator).map { result(estimator, $0) }
  }

  /// What the policy would have earned a row more than the log did; nil as for `estimate`. Narrower than the
  /// difference of two intervals, since both come from the same people.
  package func gain(_ estimator: OffPolicyEstimator) -> OffPolicyEstimate? {
    guard let value = value(estimator), let logged = OffPolicyEstimator.logged(moments.mean) else { return nil }
    return result(estimator, value - logged)
  }

  private func value(_ estimator: OffPolicyEstimator) -> LinearizedValue? {
    if estimator.needsModel, support.rowsWithoutModel > 0 { return nil }
    return estimator.estimate(moments.mean)
  }

  private func result(_ estimator: OffPolicyEstimator, _ value: LinearizedValue) -> OffPolicyEstimate {
    var variance = moments.varianceOfMean(value.gradient)
    // Without a single reward the spread is 0: that is ignorance, not certainty.
    if !estimator.needsModel, support.rewardedRows == 0 { variance = .infinity }
    return OffPolicyEstimate(
      estimator: estimator, value: value.value, standardError: variance.squareRoot(), persons: persons,
      support: support)
  }
}
