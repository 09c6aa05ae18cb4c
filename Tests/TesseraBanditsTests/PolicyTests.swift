import TesseraBandits
import TesseraModel
import Testing

/// What every policy of the box must do, and what each is known for.
@Suite struct PolicyTests {
  private let arms = [
    ArmBelief(mean: -3, standardDeviation: 0.1, exposures: 500, value: 24, reward: 0.047),
    ArmBelief(mean: -2.5, standardDeviation: 0.1, exposures: 500, value: 38, reward: 0.076),
    ArmBelief(mean: -3.2, standardDeviation: 2, exposures: 3, value: 0, reward: 0.039),
  ]

  @Test func namesAreThoseOfTheConfiguration() {
    #expect(PolicyRegistry.names == BanditRules.policies)
    for name in BanditRules.policies { #expect(PolicyRegistry.policy(name, exploration: 1).name == name) }
  }

  @Test func eachIsADistributionInAnyOrder() {
    for policy in PolicyRegistry.builtin(exploration: 0.5) {
      let p = policy.distribution(arms)
      let back = policy.distribution(arms.reversed())
      #expect(abs(p.reduce(0, +) - 1) < 1e-9 && p.allSatisfy { q in q >= 0 }, "\(policy.name)")
      for (a, b) in zip(p, back.reversed()) { #expect(abs(a - b) < 1e-9, "\(policy.name)") }
      #expect(policy.distribution([]).isEmpty && policy.distribution([arms[0]]) == [1], "\(policy.name)")
    }
  }

  @Test func eachDoesWhatItIsKnownFor() {
    #expect(EpsilonGreedyPolicy().distribution(arms) == [0, 1, 0])
    // Hope for the arm that nobody knows.
    #expect(LinUCBPolicy(exploration: 1).distribution(arms) == [0, 0, 1])
    #expect(LinUCBPolicy(exploration: 0.1).distribution(arms) == [0, 1, 0])
    let gaps = SquareCBPolicy(gamma: 100).distribution(arms)
    #expect(abs(gaps[0] - 1 / (3 + 100 * (0.076 - 0.047) / 0.076)) < 1e-9 && gaps[1] > 0.9)
    // A margin that loses is avoided, however small a part of the scale it is.
    let margins = [10.0, 2, -5].map { dollars in
      ArmBelief(mean: dollars / 500, standardDeviation: 0.01, reward: dollars / 1_000)
    }
    let p = SquareCBPolicy(gamma: 100).distribution(margins)
    #expect(p[0] > 0.97 && p[1] > p[2] && p[2] < 0.01)
  }

  /// Nothing lies in the middle of a margin's scale: an arm that earns nothing must not look better for being shown.
  @Test func aSegmentAloneGainsNothingFromNothing() {
    func arm(_ views: Double, earned: Double) -> ArmBelief {
      ArmBelief(
        mean: 0, standardDeviation: 1, exposures: views, value: views / 2 + earned, zero: 0.5, dispersion: 0.13)
    }
    let policy = BetaThompsonPolicy(exploration: 1)
    for views in [10.0, 50, 1_000] {
      let p = policy.distribution([arm(0, earned: 0), arm(views, earned: 0), arm(views, earned: 0.05 * views)])
      #expect(p[0] > p[1] && p[2] > p[1], "\(views): \(p)")
    }
    let sure = policy.distribution([arm(5_000, earned: 0), arm(5_000, earned: 150), arm(5_000, earned: -150)])
    #expect(sure[1] > 0.99 && sure[0] > sure[2])
  }
}
