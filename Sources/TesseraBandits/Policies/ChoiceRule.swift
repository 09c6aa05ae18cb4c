package import TesseraModel

/// From beliefs to the propensities of a book: the policy's distribution, the exploration floor, whole numbers.
package struct ChoiceRule: Sendable {
  private let policy: any ChoicePolicy
  private let floor: Double

  package init(_ rules: BanditRules) {
    self.init(PolicyRegistry.policy(rules.policy, exploration: rules.exploration), floor: rules.explorationFloor)
  }

  /// - Parameter floor: the share of the probability that is spread evenly.
  package init(_ policy: any ChoicePolicy, floor: Double) { (self.policy, self.floor) = (policy, floor) }

  /// In units of 2⁻³², in the order of the arms; they sum to 2³².
  package func propensities(_ arms: [ArmBelief]) -> [UInt64] {
    guard !arms.isEmpty else { return [] }
    let p = ExplorationFloor.mixed(policy.distribution(arms.map(\.rounded)), share: floor)
    return Propensity.rounded(p.map { $0.isFinite ? max(0, ($0 * 1e9).rounded() / 1e9) : 0 })
  }
}

extension ArmBelief {
  package init(_ estimate: ArmEstimate) {
    self.init(
      mean: estimate.logit, standardDeviation: estimate.spread, exposures: estimate.weight, value: estimate.value,
      reward: estimate.share - estimate.zero, zero: estimate.zero, dispersion: estimate.dispersion)
  }

  /// To nine decimals: noise in the last bits never decides.
  fileprivate var rounded: ArmBelief {
    func nine(_ x: Double) -> Double { x.isFinite ? (x * 1e9).rounded() / 1e9 : 0 }
    return ArmBelief(
      mean: nine(mean), standardDeviation: nine(standardDeviation), exposures: nine(exposures), value: nine(value),
      reward: reward.map(nine), zero: nine(zero), dispersion: nine(dispersion))
  }
}
