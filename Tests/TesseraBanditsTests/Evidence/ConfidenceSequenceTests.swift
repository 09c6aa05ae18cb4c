import Foundation
import TesseraBandits
import Testing

@Suite struct ConfidenceSequenceTests {
  @Test func worksOutAsWritten() {
    let sequence = ConfidenceSequence(alpha: 0.1, tightestAt: 500, validFrom: 10)
    let (n, rho) = (200.0, sequence.rhoSquared)
    let expected = 3 * (2 * (n * rho + 1) / (n * n * rho) * log((n * rho + 1).squareRoot() / 0.1)).squareRoot()
    #expect(abs(sequence.halfWidth(variance: 9, count: 200) - expected) < 1e-12)
    let interval = sequence.interval(.init(mean: 5, variance: 9, count: 200))
    #expect(abs(interval.lower - (5 - expected)) < 1e-12 && abs(interval.upper - (5 + expected)) < 1e-12)
  }

  /// At the tightest the half-width is √((t + 1)/n) with t = ln(t + 1) + 2 ln(1/α): 3.035 standard errors at 5 %.
  @Test func isTightestWhereStated() {
    let count = 4_000
    func width(_ tuned: Int) -> Double {
      ConfidenceSequence(tightestAt: tuned, validFrom: 10).halfWidth(variance: 1, count: count)
    }
    #expect(abs(width(count) * Double(count).squareRoot() - 3.0352) < 1e-4)
    for other in [400, 3_000, 3_900, 4_100, 5_000, 40_000] { #expect(width(other) > width(count)) }
  }

  @Test func differenceOfTwoMeans() {
    let sequence = ConfidenceSequence(tightestAt: 400, validFrom: 50)
    let a = ConfidenceSequence.Sample(mean: 0.3, variance: 0.21, count: 100)
    let b = ConfidenceSequence.Sample(mean: 0.2, variance: 0.16, count: 300)
    let interval = sequence.difference(a, b)
    // The width of one mean of 400 with variance 400 · (0.21/100 + 0.16/300).
    let width = sequence.halfWidth(variance: 400 * (0.21 / 100 + 0.16 / 300), count: 400)
    #expect(abs(interval.halfWidth - width) < 1e-12)
    #expect(abs((interval.lower + interval.upper) / 2 - 0.1) < 1e-12)
    #expect(sequence.difference(b, a).halfWidth == interval.halfWidth)
    let few = ConfidenceSequence.Sample(mean: 0.2, variance: 0.16, count: 49)
    #expect(sequence.difference(a, few) == .everything && sequence.difference(few, a) == .everything)
  }

  @Test func saysNothingWithoutGround() {
    let sequence = ConfidenceSequence(tightestAt: 1_000, validFrom: 100)
    #expect(sequence.interval(.init(mean: 1, variance: 1, count: 99)) == .everything)
    #expect(sequence.interval(.init(mean: 1, variance: 1, count: 100)).isFinite)
    for (mean, variance) in [(Double.nan, 1), (1, .nan), (1, -1), (1, .infinity), (.infinity, 1), (0, 1e308)] {
      let interval = sequence.interval(.init(mean: mean, variance: variance, count: 1_000))
      #expect(interval.lower <= interval.upper)
      let bad = ConfidenceSequence.Sample(mean: mean, variance: variance, count: 1_000)
      let difference = sequence.difference(bad, .init(mean: 0, variance: 1, count: .max))
      #expect(difference.lower <= difference.upper)
    }
    for alpha in [-1, 0, 1e-300, 0.5, 1, .infinity, .nan] {
      for count in [Int.min, 0, 1, Int.max] {
        let odd = ConfidenceSequence(alpha: alpha, tightestAt: count, validFrom: count)
        #expect(!odd.halfWidth(variance: 1, count: .max).isNaN && odd.rhoSquared > 0)
      }
    }
  }

  /// Looked at after every event, 300 times 3,000 events: how often the truth was ever left out.
  @Test(arguments: [(rate: 0.2, minimum: 500, seed: UInt64(71)), (0.05, 500, 72), (0.01, 1_000, 73)])
  func holdsAtAllTimes(rate: Double, minimum: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let sequence = ConfidenceSequence(tightestAt: 3_000, validFrom: minimum)
    let runs = 300
    var (sequenceMisses, fixedMisses) = (0, 0)
    for _ in 0..<runs {
      var rewards = 0.0
      var (isSequenceOut, isFixedOut) = (false, false)
      for n in 1...3_000 {
        rewards += random.unit() < rate ? 1 : 0
        guard n >= minimum else { continue }
        let mean = rewards / Double(n)
        let variance = mean * (1 - mean)
        let gap = (mean - rate).magnitude
        isSequenceOut = isSequenceOut || gap > sequence.halfWidth(variance: variance, count: n)
        isFixedOut = isFixedOut || gap > 1.96 * (variance / Double(n)).squareRoot()
      }
      sequenceMisses += isSequenceOut ? 1 : 0
      fixedMisses += isFixedOut ? 1 : 0
    }
    // 5 % of 300; where ten rewards are all there is at the start, the normal approximation is worth a little less.
    #expect(sequenceMisses <= (rate < 0.02 ? 24 : 15), "\(sequenceMisses) of \(runs)")
    #expect(fixedMisses >= 60, "\(fixedMisses) of \(runs)")
  }

  /// Two groups of people who are alike, split 80 to 20.
  @Test func differencesHoldAtAllTimes() {
    var random = SplitMix64(seed: 74)
    let sequence = ConfidenceSequence(tightestAt: 3_000, validFrom: 100)
    let runs = 300
    var (misses, fixedMisses) = (0, 0)
    for _ in 0..<runs {
      var (counts, rewards) = ([0.0, 0.0], [0.0, 0.0])
      var (isOut, isFixedOut) = (false, false)
      for _ in 0..<3_000 {
        let group = random.below(5) == 0 ? 1 : 0
        counts[group] += 1
        rewards[group] += random.unit() < 0.2 ? 1 : 0
        guard min(counts[0], counts[1]) >= 100 else { continue }
        let means = [rewards[0] / counts[0], rewards[1] / counts[1]]
        let variances = means.map { $0 * (1 - $0) }
        let samples = [0, 1].map {
          ConfidenceSequence.Sample(mean: means[$0], variance: variances[$0], count: Int(counts[$0]))
        }
        if !sequence.difference(samples[0], samples[1]).contains(0) { isOut = true }
        let error = (variances[0] / counts[0] + variances[1] / counts[1]).squareRoot()
        if (means[0] - means[1]).magnitude > 1.96 * error { isFixedOut = true }
      }
      misses += isOut ? 1 : 0
      fixedMisses += isFixedOut ? 1 : 0
    }
    #expect(misses <= 15, "\(misses) of \(runs)")
    #expect(fixedMisses >= 60, "\(fixedMisses) of \(runs)")
  }
}
