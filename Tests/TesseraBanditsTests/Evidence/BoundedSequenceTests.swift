import Foundation
import TesseraBandits
import Testing

@Suite struct BoundedSequenceTests {
  /// The formula a second time, from all items at once.
  @Test func worksOutAsWritten() throws {
    var random = SplitMix64(seed: 51)
    let tuned = 300.0
    for (lower, upper) in [(0.0, 1.0), (-20, 20), (0, 50)] {
      var sequence = try #require(
        BoundedConfidenceSequence(alpha: 0.1, lower: lower, upper: upper, tightestAt: Int(tuned)))
      let items = (0..<800).map { _ in lower + (upper - lower) * (random.oneIn(3) ? random.unit() : 0.4) }
      for item in items { sequence.add(item) }
      let x = items.map { ($0 - lower) / (upper - lower) }
      var (bets, sum, penalty, total, squares) = (0.0, 0.0, 0.0, 0.5, 0.25)
      for (i, x) in x.enumerated() {
        let (n, mean) = (Double(i + 1), total / Double(i + 1))
        let horizon = max(tuned, n * log2(1 + n / tuned))
        let bet = min(0.5, (2 * log(20) / (squares / n * horizon)).squareRoot())
        bets += bet
        sum += bet * x
        penalty += (x - mean) * (x - mean) * (-log(1 - bet) - bet)
        total += x
        squares += (x - total / (n + 1)) * (x - total / (n + 1))
      }
      let (center, half) = (sum / bets, (log(20) + penalty) / bets)
      #expect(abs(sequence.interval.lower - (lower + (center - half) * (upper - lower))) < 1e-8)
      #expect(abs(sequence.interval.upper - (lower + (center + half) * (upper - lower))) < 1e-8)
    }
  }

  @Test func narrowsAndStaysWithinBounds() throws {
    var random = SplitMix64(seed: 52)
    var sequence = try #require(BoundedConfidenceSequence(lower: 0, upper: 1, tightestAt: 1_000))
    #expect(sequence.interval.lower == 0 && sequence.interval.upper == 1)
    var widths: [Double] = []
    for n in 1...100_000 {
      sequence.add(random.oneIn(2) ? 1 : 0)
      if [10, 100, 1_000, 10_000, 100_000].contains(n) { widths.append(sequence.interval.halfWidth) }
    }
    #expect(widths == widths.sorted(by: >))
    // Three standard errors where tuned, and still narrowing a hundred times later.
    #expect(widths[2] < 0.06 && widths[4] < 0.01, "\(widths)")
  }

  /// From the first event on, looked at after each: 300 times 3,000.
  @Test(arguments: [(rate: 0.5, upper: 1.0, seed: UInt64(53)), (0.05, 1, 54), (0.01, 1, 55), (0.05, 5, 56)])
  func holdsAtAllTimes(rate: Double, upper: Double, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let runs = 300
    var misses = 0
    for _ in 0..<runs {
      var sequence = try #require(BoundedConfidenceSequence(lower: 0, upper: upper, tightestAt: 3_000))
      var isOut = false
      for _ in 0..<3_000 {
        sequence.add(random.unit() < rate ? 1 : 0)
        isOut = isOut || !sequence.interval.contains(rate)
      }
      misses += isOut ? 1 : 0
    }
    #expect(misses <= 15, "\(misses) of \(runs)")
  }

  @Test func oddItemsAreCounted() throws {
    var sequence = try #require(BoundedConfidenceSequence(lower: 0, upper: 10, tightestAt: 100))
    for item in [.nan, .infinity, -.infinity, 11, 5, 1e308] { sequence.add(item) }
    #expect(sequence.count == 5 && sequence.unusable == 1 && sequence.outside == 4)
    #expect(sequence.interval.lower >= 0 && sequence.interval.upper <= 10)
    for (lower, upper) in [(0.0, 0.0), (1, 0), (.nan, 1), (0, .nan), (0, .infinity), (-1e308, 1e308)] {
      #expect(BoundedConfidenceSequence(lower: lower, upper: upper, tightestAt: 10) == nil)
      #expect(BettingClaim(mean: .below, 0.5, lower: lower, upper: upper) == nil)
    }
  }
}
