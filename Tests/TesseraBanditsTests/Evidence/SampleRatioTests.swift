import Foundation
import TesseraBandits
import Testing

@Suite struct SampleRatioTests {
  private func ratio(_ shares: [Double], _ counts: [Int]) throws -> SampleRatio {
    try #require(
      SampleRatio(zip(shares, counts).enumerated().map { .init(name: "\($0)", share: $1.0, count: $1.1) }))
  }

  /// With k = 1,000: one person says nothing; two alike 500·501/(1000·1001)·4, two apart 500·500/(1000·1001)·4.
  @Test func worksOutAsWritten() throws {
    #expect(abs(try ratio([50, 50], [1, 0]).logBayesFactor) < 1e-9)
    #expect(abs(try ratio([50, 50], [2, 0]).logBayesFactor - log(1.002 * 1_000 / 1_001)) < 1e-9)
    #expect(abs(try ratio([50, 50], [1, 1]).logBayesFactor - log(1_000.0 / 1_001)) < 1e-9)
    #expect(try ratio([1, 1], [1_700, 1_500]) == ratio([1, 1], [1_700, 1_500]))
    #expect(
      abs(try ratio([0.6, 0.4], [70, 30]).logBayesFactor - ratio([30, 20], [70, 30]).logBayesFactor) < 1e-9)
  }

  /// Over everything that can happen to six people, the factor is 1 on average: what makes it valid at all times.
  @Test func isFairOnAverage() throws {
    let shares = [0.5, 0.3, 0.2]
    var expected = 0.0
    for history in 0..<729 {
      var (counts, probability, rest) = ([0, 0, 0], 1.0, history)
      for _ in 0..<6 {
        counts[rest % 3] += 1
        probability *= shares[rest % 3]
        rest /= 3
      }
      expected += probability * exp(try ratio(shares, counts).logBayesFactor)
    }
    #expect(abs(expected - 1) < 1e-9)
  }

  /// 400 runs of 5,000 people, looked at every 50.
  @Test func falseAlarmsAreRare() throws {
    var random = SplitMix64(seed: 81)
    let shares = [80.0, 10, 5, 5]
    var alarms = 0
    for _ in 0..<400 {
      var counts = [0, 0, 0, 0]
      var isAlarm = false
      for person in 1...5_000 {
        let point = random.below(100)
        counts[point < 80 ? 0 : point < 90 ? 1 : point < 95 ? 2 : 3] += 1
        if person % 50 == 0, !isAlarm { isAlarm = try ratio(shares, counts).isAlarm }
      }
      alarms += isAlarm ? 1 : 0
    }
    #expect(alarms <= 4, "\(alarms) of 400")
  }

  @Test func mismatchesAreFound() throws {
    var random = SplitMix64(seed: 82)
    var found = 0
    for _ in 0..<100 {
      let first = (0..<5_000).reduce(0) { sum, _ in sum + (random.below(100) < 45 ? 1 : 0) }
      found += try ratio([50, 50], [first, 5_000 - first]).isAlarm ? 1 : 0
    }
    #expect(found >= 95, "\(found) of 100")
    #expect(try ratio([50, 50], [2_250, 2_750]).isAlarm)
    #expect(!(try ratio([50, 50], [2_450, 2_550]).isAlarm))
  }

  @Test func saysWhatIsWrong() throws {
    let groups = [("decisioned", 1.0, 4_500), ("hold-out", 1, 5_500)].map {
      SampleRatio.Arm(name: $0.0, share: $0.1, count: $0.2)
    }
    let ratio = try #require(SampleRatio(groups))
    #expect(ratio.expected == [5_000, 5_000])
    let thin = "\u{202F}"
    #expect(
      ratio.sentence.hasPrefix(
        "The groups do not have the sizes they should have: decisioned has 4\(thin)500 instead of 5\(thin)000,"
          + " hold-out has 5\(thin)500 instead of 5\(thin)000. Chance does this at most once in 1\(thin)000\(thin)000 times"
      ), "\(ratio.sentence)")
    #expect(try self.ratio([1, 1], [0, 0]).sentence == "Nobody is in the groups yet.")
    #expect(
      try self.ratio([1, 1], [510, 500]).sentence
        == "The groups' sizes fit the configured shares so far, among 1\(thin)010 people.")
  }

  @Test func oddInput() throws {
    #expect(SampleRatio([]) == nil)
    for (shares, counts) in [
      ([0.0, 0], [1, 1]), ([1, -1], [1, 1]), ([1, .nan], [1, 1]), ([1, .infinity], [1, 1]), ([1, 1], [1, -1]),
    ] {
      #expect(SampleRatio(zip(shares, counts).map { .init(name: "", share: $0, count: $1) }) == nil)
    }
    let impossible = try ratio([1, 0], [1_000, 1])
    #expect(impossible.isAlarm && impossible.pValueBound == 0)
    #expect(!(try ratio([1, 0], [1_000, 0]).isAlarm))
    #expect(!(try ratio([1], [1_000_000]).isAlarm))
    for counts in [[Int.max, Int.max], [Int.max, 0], [0, 1]] {
      for shares in [[1.0, 1], [1e-300, 1], [1e300, 1e-300]] {
        let odd = try ratio(shares, counts)
        #expect(!odd.logBayesFactor.isNaN && odd.pValueBound >= 0 && !odd.sentence.isEmpty)
      }
    }
  }
}
