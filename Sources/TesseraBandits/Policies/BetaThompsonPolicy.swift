#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Thompson sampling in each segment by itself, from a Beta prior of one reward in twenty: what a bandit a segment
/// without shared strength would do. Of money the prior is a twentieth of the way from nothing to the cap, and an
/// exposure counts as so many throws of a coin as vary as much. Its Beta is taken as normal on the log-odds scale
/// (delta method).
package struct BetaThompsonPolicy: ChoicePolicy {
  package let name = "beta-thompson"
  private let thompson: ThompsonPolicy

  package init(exploration: Double) { thompson = ThompsonPolicy(exploration: exploration) }

  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    thompson.distribution(
      arms.map { arm in
        let throwsEach = 1 / max(arm.dispersion, 1e-4)
        let n = max(0, arm.exposures) * throwsEach
        let rewarded = min(max(arm.value * throwsEach, 0), n)
        let prior = 20 * (arm.zero + (1 - arm.zero) / 20)
        let (a, b) = (prior + rewarded, 20 - prior + n - rewarded)
        return ArmBelief(mean: log(a / b), standardDeviation: (1 / a + 1 / b).squareRoot())
      })
  }
}
