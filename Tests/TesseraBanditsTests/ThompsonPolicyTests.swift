import TesseraBandits
import Testing

@Suite struct ThompsonPolicyTests {
  /// With 40,000 draws the noise of the Monte Carlo itself is about a third of the bound.
  @Test func quadratureAgreesWithMonteCarlo() {
    var random = SplitMix64(seed: 12)
    for count in [2, 3, 6] {
      let arms = (0..<count).map { _ in
        ArmBelief(mean: 0.02 + 0.06 * random.unit(), standardDeviation: 0.005 + 0.03 * random.unit())
      }
      for exploration in [1.0, 0.5] {
        let exact = ThompsonPolicy(exploration: exploration).distribution(arms)
        var wins = [Double](repeating: 0, count: count)
        let n = 40_000
        for _ in 0..<n {
          var best = (arm: 0, value: -Double.infinity)
          for (i, arm) in arms.enumerated() {
            let value = arm.mean + exploration * arm.standardDeviation * normal(&random)
            if value > best.value { best = (i, value) }
          }
          wins[best.arm] += 1 / Double(n)
        }
        let distance = zip(exact, wins).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
        #expect(distance < 0.01, "\(count) arms: \(exact) and \(wins)")
        #expect(abs(exact.reduce(0, +) - 1) < 1e-12)
      }
    }
  }

  /// P(A > B) of two normals has a closed form.
  @Test func twoArmsHaveAClosedForm() {
    let policy = ThompsonPolicy(exploration: 1)
    for gap in [0.0, 0.01, 0.03, 0.1] {
      let p = policy.distribution([
        ArmBelief(mean: 0.1 + gap, standardDeviation: 0.03), ArmBelief(mean: 0.1, standardDeviation: 0.04),
      ])
      #expect(abs(p[0] - phi(gap / 0.05)) < 1e-4)
    }
  }

  @Test func symmetricArmsAreAlike() {
    for count in [1, 2, 3, 10, 40] {
      let arms = Array(repeating: ArmBelief(mean: 0.05, standardDeviation: 0.047559487), count: count)
      for p in ThompsonPolicy(exploration: 0.5).distribution(arms) { #expect(abs(p - 1 / Double(count)) < 1e-9) }
    }
    #expect(ThompsonPolicy(exploration: 1).distribution([]).isEmpty)
  }

  @Test func orderOfArmsDoesNotMatter() {
    var random = SplitMix64(seed: 13)
    for _ in 0..<20 {
      let arms = (0..<6).map { _ in ArmBelief(mean: random.unit(), standardDeviation: random.unit() / 5) }
      let forward = ThompsonPolicy(exploration: 1).distribution(arms)
      let back = ThompsonPolicy(exploration: 1).distribution(arms.reversed())
      for (a, b) in zip(forward, back.reversed()) { #expect(abs(a - b) < 1e-12) }
    }
  }

  @Test func certaintyTakesTheBest() {
    let arms = [ArmBelief(mean: 0.1, standardDeviation: 0), ArmBelief(mean: 0.2, standardDeviation: 0)]
    let p = ThompsonPolicy(exploration: 1).distribution(arms)
    #expect(p[1] > 0.999)
    let far = ThompsonPolicy(exploration: 1).distribution([
      ArmBelief(mean: 0.9, standardDeviation: 9.487e-06), ArmBelief(mean: 0.01, standardDeviation: 3.146e-06),
      ArmBelief(mean: 0.01, standardDeviation: 0.070356236),
    ])
    #expect(far.allSatisfy { $0.isFinite && $0 >= 0 })
    #expect(abs(far.reduce(0, +) - 1) < 1e-12)
  }

  @Test func lessExplorationIsGreedier() {
    let arms = [
      ArmBelief(mean: 0.06, standardDeviation: 0.01675103), ArmBelief(mean: 0.05, standardDeviation: 0.015372651),
    ]
    let p = [1.0, 0.5, 0.1].map { ThompsonPolicy(exploration: $0).distribution(arms)[0] }
    #expect(p[0] > 0.5 && p[0] < p[1] && p[1] < p[2])
  }

  @Test func floorsAreKept() {
    for (count, share) in [(2, 0.03), (40, 0.03), (600, 0.03), (3, 1.0), (5, 0.0)] {
      var p = [Double](repeating: 0, count: count)
      p[0] = 1
      let mixed = ExplorationFloor.mixed(p, share: share)
      #expect(abs(mixed.reduce(0, +) - 1) < 1e-9)
      let epsilon = min(0.5, max(share, 0.001 * Double(count)))
      for q in mixed { #expect(q >= epsilon / Double(count) - 1e-15) }
      #expect(mixed[0] >= 0.5)
    }
  }

  @Test func uniformIsUniform() {
    #expect(
      UniformPolicy().distribution(Array(repeating: ArmBelief(mean: 0.1, standardDeviation: 0.15), count: 4)) == [
        0.25, 0.25, 0.25, 0.25,
      ])
  }

  /// Marsaglia's polar method.
  private func normal(_ random: inout SplitMix64) -> Double {
    while true {
      let (x, y) = (2 * random.unit() - 1, 2 * random.unit() - 1)
      let s = x * x + y * y
      if s > 0, s < 1 { return x * (-2 * naturalLog(s) / s).squareRoot() }
    }
  }

  /// ln by its series in (x − 1)/(x + 1) after halving into [½, 1].
  private func naturalLog(_ x: Double) -> Double {
    let z = (x.significand - 1) / (x.significand + 1)
    var (sum, power) = (0.0, z)
    for k in stride(from: 1, to: 40, by: 2) {
      sum += power / Double(k)
      power *= z * z
    }
    return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
  }

  /// The normal distribution function by Simpson's rule from 0.
  private func phi(_ z: Double) -> Double {
    let n = 400
    let h = z / Double(n)
    func density(_ x: Double) -> Double {
      // exp(−x²/2) by repeated squaring of its series, so that no library function is shared with the product.
      let y = -x * x / 2 / 1_024
      var (sum, term) = (1.0, 1.0)
      for k in 1..<12 {
        term *= y / Double(k)
        sum += term
      }
      for _ in 0..<10 { sum *= sum }
      return sum / 2.506_628_274_631_000_5
    }
    if z == 0 { return 0.5 }
    var total = density(0) + density(z)
    for i in 1..<n { total += density(Double(i) * h) * (i % 2 == 0 ? 2 : 4) }
    return 0.5 + total * h / 3
  }
}
