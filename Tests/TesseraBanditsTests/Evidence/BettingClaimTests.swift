import Foundation
import TesseraBandits
import Testing

@Suite struct BettingClaimTests {
  /// The first bet is 0, since nothing is known; then at most 1: factors 1, 1 + ½, 1 − ½.
  @Test func worksOutAsWritten() throws {
    var claim = try #require(BettingClaim(mean: .below, 0.5, lower: 0, upper: 1))
    claim.add(0)
    #expect(claim.logCapital == 0 && claim.pValueBound == 1)
    claim.add(0)
    #expect(abs(claim.logCapital - log(1.5)) < 1e-12)
    claim.add(1)
    #expect(abs(claim.logCapital - log(0.75)) < 1e-12)
    #expect(abs(claim.logCapitalMax - log(1.5)) < 1e-12 && abs(claim.pValueBound - 1 / 1.5) < 1e-12)
  }

  /// Bets are small enough for the imagined item and the cap to matter, in another unit and the other way round.
  @Test func unitsAndSidesDoNotMatter() throws {
    var random = SplitMix64(seed: 61)
    var below = try #require(BettingClaim(mean: .below, 0.3, lower: 0, upper: 1))
    var scaled = try #require(BettingClaim(mean: .below, -40 + 0.3 * 80, lower: -40, upper: 40))
    var above = try #require(BettingClaim(mean: .above, 0.7, lower: 0, upper: 1))
    for _ in 0..<500 {
      let x = random.oneIn(4) ? random.unit() : 0.1
      below.add(x)
      scaled.add(-40 + 80 * x)
      above.add(1 - x)
    }
    #expect(below.logCapital > 0)
    #expect(abs(below.logCapital - scaled.logCapital) < 1e-9)
    #expect(abs(below.logCapital - above.logCapital) < 1e-9)
  }

  /// In a world of two items the capital's expected value is 1 or less at each step, over all 2¹⁰ histories.
  @Test func fairBetsEarnNothing() throws {
    for (mean, reference) in [(0.3, 0.3), (0.5, 0.3), (0.05, 0.05)] {
      var expected = 0.0
      for history in 0..<1_024 {
        var claim = try #require(BettingClaim(mean: .below, reference, lower: 0, upper: 1))
        var probability = 1.0
        for bit in 0..<10 {
          let isOne = history >> bit & 1 == 1
          probability *= isOne ? mean : 1 - mean
          claim.add(isOne ? 1 : 0)
        }
        expected += probability * exp(claim.logCapital)
      }
      #expect(mean == reference ? abs(expected - 1) < 1e-12 : expected < 1)
    }
  }

  /// The same where each item has bounds of its own: large ones are bet on less.
  @Test func fairBetsOnItemsOfSeveralSizesEarnNothing() throws {
    var expected = 0.0
    for history in 0..<1_024 {
      var claim = try #require(BettingClaim(mean: .below, 0, lower: -1, upper: 1))
      for step in 0..<10 {
        let size = [0.1, 5, 0.5][step % 3]
        claim.add(history >> step & 1 == 1 ? size : -size, within: -size...size)
      }
      #expect(claim.outside == 0 && claim.logCapital.isFinite)
      expected += exp(claim.logCapital) / 1_024
    }
    #expect(abs(expected - 1) < 1e-12)
  }

  /// Claims that are false by nothing, from the first event on: 300 times 3,000 events.
  @Test(arguments: [
    (rate: 0.5, upper: 1.0, BettingClaim.Side.below, seed: UInt64(62)), (0.05, 1, .below, 63), (0.05, 1, .above, 64),
    (0.01, 1, .above, 65), (0.05, 10, .below, 66),
  ])
  func falseClaimsAreSeldomProven(rate: Double, upper: Double, side: BettingClaim.Side, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let runs = 300
    var proven = 0
    for _ in 0..<runs {
      var claim = try #require(BettingClaim(mean: side, rate, lower: 0, upper: upper))
      for _ in 0..<3_000 { claim.add(random.unit() < rate ? 1 : 0) }
      proven += claim.isProven ? 1 : 0
    }
    #expect(proven <= 15, "\(proven) of \(runs)")
  }

  /// Weighted rewards of a policy that earns 3 % where 5 % is needed.
  @Test func trueClaimsAreProven() throws {
    var random = SplitMix64(seed: 67)
    var proven = 0
    for _ in 0..<30 {
      var claim = try #require(BettingClaim(mean: .below, 0.05, lower: 0, upper: 4))
      for _ in 0..<20_000 where !claim.isProven { claim.add(random.unit() < 0.0075 ? 4 : 0) }
      proven += claim.isProven ? 1 : 0
    }
    #expect(proven >= 27, "\(proven) of 30")
  }

  /// What was proven stays proven: the bettor could have left with what there was.
  @Test func proofsAreKept() throws {
    var claim = try #require(BettingClaim(mean: .below, 0.5, lower: 0, upper: 1))
    for _ in 0..<20 { claim.add(0) }
    #expect(claim.isProven && claim.pValueBound < 0.05)
    let bound = claim.pValueBound
    for _ in 0..<40 { claim.add(1) }
    #expect(claim.logCapital < 0 && claim.isProven && claim.pValueBound == bound)
  }

  @Test func extremesStayNumbers() throws {
    var random = SplitMix64(seed: 68)
    let values = [0, 1, -1, 0.5, 1e-300, 1e300, .infinity, -.infinity, .nan, 1 - 1e-16]
    for _ in 0..<1_000 {
      let side = random.oneIn(2) ? BettingClaim.Side.below : .above
      guard var claim = BettingClaim(mean: side, random.pick(values), lower: 0, upper: 1) else { continue }
      for _ in 0..<20 { claim.add(random.pick(values)) }
      #expect(!claim.logCapital.isNaN && claim.logCapital < .infinity && claim.logCapitalMax >= 0)
      #expect(claim.pValueBound >= 0 && claim.pValueBound <= 1)
    }
    // What cannot be false is not proven by what cannot be otherwise: the mean is 0 or more.
    var trivial = try #require(BettingClaim(mean: .below, 0, lower: 0, upper: 1))
    for _ in 0..<1_000 { trivial.add(0) }
    #expect(!trivial.isProven)
  }
}
