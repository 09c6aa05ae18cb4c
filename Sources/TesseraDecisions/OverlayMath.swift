import TesseraBandits
import TesseraModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How an overlay changes what is believed of an arm: bounded, and at decision time only.
enum OverlayMath {
  /// An effect with factor ρ says that the arm earns m·ρ (boost) or m/ρ (suppress), with the weight of w·min(κ, ½·(n +
  /// 20)) exposures beside the n of the segment itself and twenty of its neighbours: no opinion moves a score more than
  /// a third of the way, and one that has not earned trust (w) hardly at all.
  static func belief(_ estimate: ArmEstimate, _ action: Action, _ effects: [Overlay.Effect]) -> ArmBelief {
    var (estimate, belief) = (estimate, ArmBelief(estimate))
    for effect in effects where effect.concerns(action) {
      let seen = Double(estimate.exposures) + 20
      let weight = effect.weight * min(effect.strength.weight, 0.5 * seen)
      let way = weight / (weight + seen) * log(effect.strength.factor)
      estimate.logit = estimate.logit(times: exp(effect.direction == .boost ? way : -way))
      estimate.share = 1 / (1 + exp(-estimate.logit))
      belief = ArmBelief(
        mean: estimate.logit, standardDeviation: belief.standardDeviation, exposures: belief.exposures,
        value: belief.value, reward: estimate.share - estimate.zero, zero: belief.zero, dispersion: belief.dispersion)
    }
    return belief
  }
}
