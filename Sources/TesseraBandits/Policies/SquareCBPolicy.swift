#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Inverse gap weighting: p(a) = 1 / (K + γ·gap(a)) for all but the best arm, which has the rest (Abe and Long 1999;
/// Foster and Rakhlin 2020). The gap is the share of the best arm's reward that one would do without.
package struct SquareCBPolicy: ChoicePolicy {
  package let name = "squarecb"
  /// γ: the higher, the less is explored.
  package let gamma: Double

  package init(gamma: Double = 100) { self.gamma = gamma }

  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    guard let best = arms.indices.max(by: { arms[$0].mean < arms[$1].mean }) else { return [] }
    let count = Double(arms.count)
    var p = arms.map { 1 / (count + gamma * gap($0, arms[best])) }
    p[best] = 0
    p[best] = max(0, 1 - p.reduce(0, +))
    return p
  }

  /// The share of the best arm's reward that one would do without; of a loss, where even the best one loses.
  private func gap(_ arm: ArmBelief, _ best: ArmBelief) -> Double {
    guard let reward = arm.reward, let most = best.reward else { return 1 - exp(min(0, arm.mean - best.mean)) }
    let share = (most - reward) / max(most.magnitude, 1e-9)
    return share.isFinite ? max(0, share) : 0
  }
}
