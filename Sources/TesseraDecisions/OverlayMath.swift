import TesseraBandits
import TesseraModel

/// How an overlay changes what is believed of an arm: as pseudo-exposures with a bounded weight, at decision time only.
enum OverlayMath {
  /// An effect with factor ρ says that the arm earns m' = m·ρ (boost) or m/ρ (suppress), with the weight of min(κ, ½·(n
  /// + 20)) exposures, so that no opinion outweighs twice what was seen.
  static func belief(_ estimate: ShrinkageModel.Estimate, _ action: Action, _ effects: [Overlay.Effect]) -> ArmBelief {
    var mean = estimate.mean
    var strength = estimate.strength
    for effect in effects where effect.concerns(action) {
      let factor = effect.isBoost ? effect.strength.factor : 1 / effect.strength.factor
      let opinion = min(max(estimate.mean * factor, 1e-6), 0.95)
      let weight = min(effect.strength.weight, 0.5 * (Double(estimate.exposures) + 20))
      mean = (mean * strength + opinion * weight) / (strength + weight)
      strength += weight
    }
    return ArmBelief(mean: mean, strength: strength)
  }
}
