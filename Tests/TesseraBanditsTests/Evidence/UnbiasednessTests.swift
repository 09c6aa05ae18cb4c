import TesseraBandits
import Testing

/// A small world in which everything that can be logged is, with its probability: what is true on average is then
/// computed, not sampled.
@Suite struct UnbiasednessTests {
  /// Two contexts, three actions, rewards 0 or 2.
  private let contexts = [0.25, 0.75]
  private let logging = [[0.5, 0.25, 0.25], [0.125, 0.5, 0.375]]
  private let target = [[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]]
  private let rewarded = [[0.3, 0.6, 0.2], [0.5, 0.1, 0.8]]
  /// A model that is wrong everywhere.
  private let model = [[0.9, 0.1, 1.5], [-0.4, 2.2, 0.7]]

  private var truth: Double { value(of: target) { 2 * rewarded[$0][$1] } }

  private func value(of policy: [[Double]], _ worth: (Int, Int) -> Double) -> Double {
    contexts.indices.reduce(0) { sum, x in
      sum + contexts[x] * policy[x].indices.reduce(0) { $0 + policy[x][$1] * worth(x, $1) }
    }
  }

  /// Every row that can be logged, with its probability.
  private func outcomes(_ logging: [[Double]], _ model: [[Double]]) -> [(row: LoggedRow, probability: Double)] {
    contexts.indices.flatMap { x in
      let missing = target[x].indices.filter { logging[x][$0] == 0 }.reduce(0) { $0 + target[x][$1] }
      let expected = target[x].indices.reduce(0) { $0 + target[x][$1] * model[x][$1] }
      return logging[x].indices.filter { logging[x][$0] > 0 }.flatMap { a in
        [(2.0, rewarded[x][a]), (0.0, 1 - rewarded[x][a])].map { reward, chance in
          let row = LoggedRow(
            reward: reward, propensity: logging[x][a], targetProbability: target[x][a],
            model: .init(logged: model[x][a], target: expected), unsupportedShare: missing)
          return (row, contexts[x] * logging[x][a] * chance)
        }
      }
    }
  }

  /// Mean and variance over all logs of two rows, and the mean of the squared standard error.
  private func moments(
    _ outcomes: [(row: LoggedRow, probability: Double)], _ estimator: OffPolicyEstimator
  ) throws -> (mean: Double, variance: Double, errorSquared: Double) {
    var (mean, square, error, whole) = (0.0, 0.0, 0.0, 0.0)
    for a in outcomes {
      for b in outcomes {
        var evaluation = OffPolicy()
        evaluation.add(a.row)
        evaluation.add(b.row)
        let p = a.probability * b.probability
        let estimate = try #require(evaluation.estimate(estimator))
        whole += p
        mean += p * estimate.value
        square += p * estimate.value * estimate.value
        // Without rewards the error is reported as infinite; the formula's value there is 0.
        if estimate.standardError.isFinite { error += p * estimate.standardError * estimate.standardError }
      }
    }
    #expect(abs(whole - 1) < 1e-12)
    return (mean, square - mean * mean, error)
  }

  @Test func weightingAndDoublyRobustAreUnbiased() throws {
    for estimator in [OffPolicyEstimator.ips, .dr] {
      let moments = try moments(outcomes(logging, model), estimator)
      #expect(abs(moments.mean - truth) < 1e-12, "\(estimator)")
      #expect(abs(moments.errorSquared - moments.variance) < 1e-12, "\(estimator)")
    }
  }

  @Test func othersAreBiasedAsTheyShould() throws {
    #expect(abs(try moments(outcomes(logging, model), .snips).mean - truth) > 0.001)
    let guess = value(of: target) { model[$0][$1] }
    #expect(abs(try moments(outcomes(logging, model), .dm).mean - guess) < 1e-12)
  }

  /// Wrong propensities, right model: DR does not mind, IPS does.
  @Test func aRightModelCoversForWrongPropensities() throws {
    let right = rewarded.map { $0.map { 2 * $0 } }
    let off = outcomes(logging, right).map { outcome in
      let row = outcome.row
      return (
        row: LoggedRow(
          reward: row.reward, propensity: row.propensity / 2, targetProbability: row.targetProbability,
          model: row.model), probability: outcome.probability
      )
    }
    #expect(abs(try moments(off, .dr).mean - truth) < 1e-12)
    #expect(abs(try moments(off, .ips).mean - 2 * truth) < 1e-12)
  }

  /// What was never tried: IPS counts it as nothing, DR takes the model's word.
  @Test func missingSupportIsTheModels() throws {
    let narrow = [[0.5, 0.5, 0], [0.25, 0, 0.75]]
    let outcomes = outcomes(narrow, model)
    let tried = value(of: target) { narrow[$0][$1] > 0 ? 2 * rewarded[$0][$1] : 0 }
    let withModel = value(of: target) { narrow[$0][$1] > 0 ? 2 * rewarded[$0][$1] : model[$0][$1] }
    #expect(abs(try moments(outcomes, .ips).mean - tried) < 1e-12)
    #expect(abs(try moments(outcomes, .dr).mean - withModel) < 1e-12)
    let share = outcomes.reduce(0) { sum, outcome in
      var evaluation = OffPolicy()
      evaluation.add(outcome.row)
      return sum + outcome.probability * evaluation.support.missingShare
    }
    #expect(abs(share - (0.25 * 0.7 + 0.75 * 0.3)) < 1e-12)
  }

  /// Of logs drawn from this world, the share whose 95 % interval holds the truth: with the wrong model too.
  @Test(arguments: [OffPolicyEstimator.ips, .snips, .dr]) func intervalsCover(_ estimator: OffPolicyEstimator) throws {
    var random = SplitMix64(seed: 88)
    let outcomes = outcomes(logging, model)
    let (runs, rows) = (400, 1_000)
    var held = 0
    for _ in 0..<runs {
      var evaluation = OffPolicy()
      for _ in 0..<rows {
        var point = random.unit()
        let drawn = outcomes.first { outcome in
          point -= outcome.probability
          return point < 0
        }
        evaluation.add((drawn ?? outcomes[0]).row)
      }
      if try #require(evaluation.estimate(estimator)).interval.contains(truth) { held += 1 }
    }
    #expect(held >= runs * 93 / 100, "\(held) of \(runs)")
  }
}
