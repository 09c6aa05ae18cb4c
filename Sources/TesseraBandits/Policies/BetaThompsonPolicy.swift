#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Thompson sampling in each segment by itself, from a Beta prior of one reward in twenty: what a bandit a segment
/// without shared strength would do, for clicks and orders. Its Beta is taken as normal on the log-odds scale (delta
/// method).
package struct BetaThompsonPolicy: ChoicePolicy {
  package let name = "beta-thompson"
  private let thompson: ThompsonPolicy

  package init(exploration: Double) { thompson = ThompsonPolicy(exploration: exploration) }

  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    thompson.distribution(
      arms.map { arm in
        let n = max(0, arm.exposures)
        let rewarded = min(max(arm.value, 0), n)
        let (a, b) = (1 + rewarded, 19 + n - rewarded)
        return ArmBelief(mean: log(a / b), standardDeviation: (1 / a + 1 / b).squareRoot())
      })
  }
}
