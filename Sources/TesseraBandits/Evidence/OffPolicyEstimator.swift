/// Ways of judging a policy by the log of another one.
///
/// Each is a smooth function of means over the people of the log, so that one formula gives all standard errors (the
/// delta method): Var f(m̄) ≈ ∇fᵀ Cov(m) ∇f / n. With w = π(a)/p(a), q the model's value of the logged action and q̄ of
/// the policy:
/// - IPS Σwr / n (Horvitz and Thompson 1952): unbiased where everything was tried, and noisy.
/// - SNIPS Σwr / Σw (Swaminathan and Joachims 2015): steadier, biased by about 1/n.
/// - DM Σq̄ / n: as good as the model.
/// - DR Σ(q̄ + w(r − q)) / n (Dudík, Langford and Li 2011): right if the propensities or the model are.
/// - DR-SN Σq̄ / n + Σw(r − q) / Σw: DR with SNIPS' steadiness.
package enum OffPolicyEstimator: String, Sendable, CaseIterable {
  case ips, snips, dm, dr
  case selfNormalizedDR = "dr_sn"

  /// Whether it needs a reward model.
  package var needsModel: Bool { self != .ips && self != .snips }

  /// Where the sums of a person's rows stand in a vector.
  enum Quantity {
    static let rows = 0
    static let weight = 1
    static let weightedReward = 2
    static let weightedResidual = 3
    static let modelValue = 4
    static let reward = 5
  }

  /// The estimate from the means of the quantities; nil where it would divide by 0.
  func estimate(_ mean: SIMD8<Double>) -> LinearizedValue? {
    typealias Q = Quantity
    let model = LinearizedValue.ratio(mean, Q.modelValue, Q.rows)
    switch self {
    case .ips: return LinearizedValue.ratio(mean, Q.weightedReward, Q.rows)
    case .snips: return LinearizedValue.ratio(mean, Q.weightedReward, Q.weight)
    case .dm: return model
    case .dr, .selfNormalizedDR:
      let residual = LinearizedValue.ratio(mean, Q.weightedResidual, self == .dr ? Q.rows : Q.weight)
      guard let model, let residual else { return nil }
      return model + residual
    }
  }

  /// What the log itself earned a row.
  static func logged(_ mean: SIMD8<Double>) -> LinearizedValue? {
    LinearizedValue.ratio(mean, Quantity.reward, Quantity.rows)
  }
}
