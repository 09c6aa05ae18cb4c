import TesseraBandits
import Testing

@Suite struct OffPolicyTests {
  /// Weights ½, 2, 2, ½.
  private let rows = [
    LoggedRow(reward: 1, propensity: 0.5, targetProbability: 0.25, model: .init(logged: 0.5, target: 0.4)),
    LoggedRow(reward: 0, propensity: 0.5, targetProbability: 1, model: .init(logged: 0.25, target: 0.3)),
    LoggedRow(reward: 1, propensity: 0.25, targetProbability: 0.5, model: .init(logged: 0.75, target: 0.6)),
    LoggedRow(reward: 0, propensity: 1, targetProbability: 0.5, model: .init(logged: 0, target: 0.1)),
  ]

  private func evaluation(_ rows: [LoggedRow], clip: Double = .infinity) -> OffPolicy {
    var out = OffPolicy(clip: clip)
    for row in rows { out.add(row) }
    return out
  }

  /// Σ of squared deviations, worked by hand, by n(n − 1).
  @Test(arguments: [
    (OffPolicyEstimator.ips, 0.625, 2.6875), (.snips, 0.5, 1.36), (.dm, 0.35, 0.13), (.dr, 0.4125, 1.001_875),
    (.selfNormalizedDR, 0.4, 0.7316),
  ])
  func worksOutAsWritten(_ estimator: OffPolicyEstimator, value: Double, squares: Double) throws {
    let estimate = try #require(evaluation(rows).estimate(estimator))
    #expect(abs(estimate.value - value) < 1e-12)
    #expect(estimate.sample.count == 4 && abs(estimate.sample.variance - squares / 3) < 1e-12)
    let error = (squares / 12).squareRoot()
    #expect(abs(estimate.standardError - error) < 1e-12)
    #expect(abs(estimate.interval.lower - (value - 1.959_964 * error)) < 1e-6)
    #expect(abs(estimate.interval.upper - (value + 1.959_964 * error)) < 1e-6)
  }

  @Test func supportIsMeasured() {
    let support = evaluation(rows).support
    #expect(abs(support.effectiveSampleSize - 25 / 8.5) < 1e-12)
    #expect(support.weightMax == 2 && support.rows == 4 && support.rewardedRows == 2)
    #expect(support.clippedShare == 0 && support.missingShare == 0 && support.weightMean == 1.25)
  }

  @Test func weightsAreClipped() throws {
    let clipped = evaluation(rows, clip: 1)
    #expect(clipped.support.clippedShare == 0.5 && clipped.support.weightMax == 1)
    #expect(try #require(clipped.estimate(.ips)).value == 0.375)
    #expect(try #require(clipped.estimate(.snips)).value == 0.5)
    // A weight of just the most that is allowed is left as it is.
    #expect(evaluation(rows, clip: 2).support.clippedRows == 0 && evaluation(rows, clip: 1.9).support.clippedRows == 2)
    for clip in [0, -1, .nan] { #expect(rows[0].weight(clippedAt: clip) == nil) }
    #expect(evaluation(rows, clip: .nan).clip == .infinity && evaluation(rows, clip: -1).clip == .infinity)
  }

  /// wr − r: −½, 0, 1, 0.
  @Test func gainsAreOverTheSamePeople() throws {
    let gain = try #require(evaluation(rows).gain(.ips))
    #expect(abs(gain.value - 0.125) < 1e-12)
    #expect(abs(gain.standardError - (1.1875 / 12).squareRoot()) < 1e-12)
  }

  /// Two people of two rows: Σwr − ½·n is −¾ and ¾, by n̄ = 2.
  @Test func rowsOfAPersonBelongTogether() throws {
    var evaluation = OffPolicy()
    evaluation.add(person: rows[..<2])
    evaluation.add(person: rows[2...])
    evaluation.add(person: [])
    let estimate = try #require(evaluation.estimate(.ips))
    #expect(evaluation.persons == 2)
    #expect(abs(estimate.value - 0.625) < 1e-12)
    #expect(abs(estimate.standardError - (1.125 / 4 / 2).squareRoot()) < 1e-12)
  }

  @Test func partsAddUp() throws {
    var random = SplitMix64(seed: 41)
    let many = (0..<500).map { _ in
      let q = random.unit()
      return LoggedRow(
        reward: 100 + 10 * random.unit(), propensity: 0.05 + 0.9 * random.unit(), targetProbability: random.unit(),
        model: .init(logged: q, target: random.unit()), unsupportedShare: random.unit())
    }
    for cut in [0, 1, 137, 499, 500] {
      var parts = evaluation(Array(many[..<cut]), clip: 5)
      parts += evaluation(Array(many[cut...]), clip: 5)
      let whole = evaluation(many, clip: 5)
      #expect(parts.support.clippedRows == whole.support.clippedRows && parts.persons == 500)
      #expect(parts.support.weightMax == whole.support.weightMax)
      #expect(abs(parts.support.missingShare - whole.support.missingShare) < 1e-12)
      #expect(abs(parts.support.effectiveSampleSize / whole.support.effectiveSampleSize - 1) < 1e-9)
      for estimator in OffPolicyEstimator.allCases {
        let (a, b) = (try #require(parts.estimate(estimator)), try #require(whole.estimate(estimator)))
        #expect(abs(a.value / b.value - 1) < 1e-9 && abs(a.standardError / b.standardError - 1) < 1e-9)
      }
    }
  }

  /// The spread of rewards of about a thousand million is found to many digits: sums of squares would have lost it.
  @Test func smallSpreadAroundALargeMean() throws {
    let rows = (0..<1_000).map {
      LoggedRow(reward: 1e9 + Double($0 % 2), propensity: 0.5, targetProbability: 0.5)
    }
    let estimate = try #require(evaluation(rows).estimate(.ips))
    #expect(abs(estimate.standardError - (0.25 / 999).squareRoot()) < 1e-9)
  }

  @Test func rowsThatMakeNoSenseAreCounted() throws {
    let bad = [
      LoggedRow(reward: 1, propensity: 0, targetProbability: 0.5),
      LoggedRow(reward: 1, propensity: .nan, targetProbability: 0.5),
      LoggedRow(reward: 1, propensity: -0.5, targetProbability: 0.5),
      LoggedRow(reward: 1, propensity: .infinity, targetProbability: 0.5),
      LoggedRow(reward: 1, propensity: 1.5, targetProbability: 0.5),
      LoggedRow(reward: .nan, propensity: 0.5, targetProbability: 0.5),
      LoggedRow(reward: 1e200, propensity: 0.5, targetProbability: 0.5),
      LoggedRow(reward: 1, propensity: 1e-200, targetProbability: 0.5),
      LoggedRow(reward: 1, propensity: 0.5, targetProbability: .nan),
      LoggedRow(reward: 1, propensity: 0.5, targetProbability: 2),
      LoggedRow(reward: 1, propensity: 0.5, targetProbability: 0.5, unsupportedShare: .nan),
    ]
    let evaluation = evaluation(rows + bad)
    #expect(evaluation.support.unusableRows == bad.count && evaluation.support.rows == 4)
    #expect(try #require(evaluation.estimate(.ips)).value == 0.625)
    #expect(self.evaluation(bad).estimate(.snips) == nil)
  }

  @Test func whatCannotBeSaidIsNotSaid() throws {
    for estimator in OffPolicyEstimator.allCases {
      #expect(OffPolicy().estimate(estimator) == nil && OffPolicy().gain(estimator) == nil)
      let one = try #require(evaluation([rows[0]]).estimate(estimator))
      #expect(one.standardError == .infinity && one.interval == .everything)
    }
    let bare = LoggedRow(reward: 1, propensity: 0.5, targetProbability: 0.5, model: .init(logged: .nan, target: 0))
    let partly = evaluation(rows + [bare])
    #expect(partly.estimate(.dr) == nil && partly.estimate(.ips) != nil && partly.support.rowsWithoutModel == 1)
    // Never what the policy would do: a ratio of weights has no value.
    let apart = evaluation([LoggedRow(reward: 1, propensity: 0.5, targetProbability: 0)])
    #expect(apart.estimate(.snips) == nil && apart.support.rewardedRows == 0)
    #expect(try #require(apart.estimate(.ips)).value == 0)
    // No reward: ignorance, not certainty.
    let dull = evaluation(Array(repeating: LoggedRow(reward: 0, propensity: 0.5, targetProbability: 0.5), count: 100))
    #expect(try #require(dull.estimate(.ips)).interval == .everything)
  }

  @Test func extremesStayNumbers() {
    var random = SplitMix64(seed: 42)
    let values = [0, 1, -1, 1e-300, 1e300, -1e99, 1e99, .infinity, .nan, 0.5, 1e-9, 1e-90]
    for _ in 0..<2_000 {
      var evaluation = OffPolicy(clip: random.pick(values))
      for _ in 0..<random.below(6) {
        evaluation.add(
          LoggedRow(
            reward: random.pick(values), propensity: random.pick(values), targetProbability: random.pick(values),
            model: .init(logged: random.pick(values), target: random.pick(values)),
            unsupportedShare: random.pick([0, 0.3, 1])))
      }
      let support = evaluation.support
      #expect(!support.effectiveSampleSize.isNaN && !support.weightMean.isNaN && !support.missingShare.isNaN)
      for estimate in OffPolicyEstimator.allCases.compactMap({ evaluation.estimate($0) }) {
        #expect(!estimate.value.isNaN && estimate.standardError >= 0)
        #expect(estimate.interval.lower <= estimate.interval.upper)
        #expect(estimate.warnings.allSatisfy { !$0.isEmpty })
      }
    }
  }
}
