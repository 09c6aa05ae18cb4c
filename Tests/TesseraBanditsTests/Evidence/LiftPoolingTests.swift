import TesseraBandits
import Testing

@Suite struct LiftPoolingTests {
  private typealias Estimate = LiftPooling.Estimate

  /// Lifts 0.1, 0.3, 0.5 with s² = 0.01: Q = 8, τ² = 6/200 = 0.03, a stratum's own share ¾.
  @Test func worksOutAsWritten() throws {
    let pooling = LiftPooling([0.1, 0.3, 0.5].map { Estimate(lift: $0, standardError: 0.1) })
    let pooled = try #require(pooling.pooled)
    #expect(abs(pooling.betweenVariance - 0.03) < 1e-12)
    #expect(abs(pooled.lift - 0.3) < 1e-12 && abs(pooled.standardError - (0.04 / 3).squareRoot()) < 1e-12)
    for (estimate, lift) in zip(pooling.shrunk, [0.15, 0.3, 0.45]) {
      let estimate = try #require(estimate)
      #expect(abs(estimate.lift - lift) < 1e-12)
      #expect(abs(estimate.standardError - (0.75 * 0.01 + 0.04 / 3 / 16).squareRoot()) < 1e-12)
    }
  }

  /// Different weights: 100 and 25, lifts 0 and 0.6: mean 0.12, Q = 7.2, Σw − Σw²/Σw = 40, τ² = 0.155.
  @Test func unequalStrata() throws {
    let pooling = LiftPooling([Estimate(lift: 0, standardError: 0.1), Estimate(lift: 0.6, standardError: 0.2)])
    #expect(abs(pooling.betweenVariance - 0.155) < 1e-12)
    let (a, b) = (1 / 0.165, 1 / 0.195)
    #expect(abs(try #require(pooling.pooled).lift - 0.6 * b / (a + b)) < 1e-12)
  }

  @Test func noneAndOne() throws {
    let none = LiftPooling([])
    #expect(none.pooled == nil && none.shrunk.isEmpty && none.betweenVariance == 0)
    let one = LiftPooling([Estimate(lift: -0.2, standardError: 0.05)])
    #expect(one.betweenVariance == 0)
    for estimate in [one.pooled, one.shrunk[0]] {
      #expect(abs(try #require(estimate).lift + 0.2) < 1e-12)
      #expect(abs(try #require(estimate).standardError - 0.05) < 1e-12)
    }
  }

  /// Strata that differ no more than chance makes them are all given the pooled lift.
  @Test func chanceIsSmoothedAway() throws {
    let pooling = LiftPooling([0.09, 0.1, 0.11].map { Estimate(lift: $0, standardError: 0.1) })
    #expect(pooling.betweenVariance == 0)
    for estimate in pooling.shrunk { #expect(abs(try #require(estimate).lift - 0.1) < 1e-12) }
  }

  @Test func strataThatSayNothingReadLikeTheRest() throws {
    let strata = [
      Estimate(lift: 0.1, standardError: 0.01), Estimate(lift: 0.3, standardError: 0.01),
      Estimate(lift: 9, standardError: 0), Estimate(lift: .nan, standardError: 1),
      Estimate(lift: 5, standardError: .infinity), Estimate(lift: 5, standardError: -1),
    ]
    let pooling = LiftPooling(strata)
    let pooled = try #require(pooling.pooled)
    #expect(pooled == LiftPooling(Array(strata[..<2])).pooled)
    for estimate in pooling.shrunk[2...] {
      let estimate = try #require(estimate)
      #expect(estimate.lift == pooled.lift)
      #expect(
        abs(
          estimate.standardError * estimate.standardError - pooled.standardError * pooled.standardError
            - pooling.betweenVariance) < 1e-12)
    }
    let mute = LiftPooling(Array(strata[2...]))
    #expect(mute.pooled == nil && mute.shrunk.allSatisfy { $0 == nil } && mute.shrunk.count == 4)
  }

  /// Closer to the truth than the strata's own numbers, and than one number for all.
  @Test func shrinkingHelps() throws {
    var random = SplitMix64(seed: 101)
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + random.unit() } }
    var (own, shrunk, same) = (0.0, 0.0, 0.0)
    for _ in 0..<200 {
      let truth = (0..<20).map { _ in 0.1 + 0.05 * normal() }
      let strata = truth.map { truth in
        let error = 0.02 + 0.15 * random.unit()
        return Estimate(lift: truth + error * normal(), standardError: error)
      }
      let pooling = LiftPooling(strata)
      let pooled = try #require(pooling.pooled).lift
      for (i, truth) in truth.enumerated() {
        own += (strata[i].lift - truth) * (strata[i].lift - truth)
        let lift = try #require(pooling.shrunk[i]).lift
        shrunk += (lift - truth) * (lift - truth)
        same += (pooled - truth) * (pooled - truth)
      }
    }
    #expect(shrunk < 0.35 * own && shrunk < 0.9 * same, "\(own) \(shrunk) \(same)")
  }

  @Test func alwaysBetweenOwnAndPooled() throws {
    var random = SplitMix64(seed: 102)
    let extremes = [0, 1, -1, 1e-300, 1e300, 1e99, -1e99, 1e-99, .infinity, -.infinity, .nan, 1e-12]
    for round in 0..<5_000 {
      func number() -> Double { round % 2 == 0 ? random.unit() : random.pick(extremes) }
      let strata = (0..<random.below(8)).map { _ in Estimate(lift: number(), standardError: number()) }
      let pooling = LiftPooling(strata)
      #expect(pooling.shrunk.count == strata.count && pooling.betweenVariance >= 0)
      guard let pooled = pooling.pooled else { continue }
      #expect(pooled.lift.isFinite && pooled.standardError >= 0 && pooled.standardError.isFinite)
      for (stratum, estimate) in zip(strata, pooling.shrunk) {
        let estimate = try #require(estimate)
        #expect(estimate.lift.isFinite && estimate.standardError >= 0 && estimate.standardError.isFinite)
        guard stratum.lift.isFinite, stratum.standardError > 0, stratum.standardError.isFinite else { continue }
        guard stratum.lift.magnitude < 1e100, stratum.standardError < 1e100 else { continue }
        let slack = 1e-9 * max(stratum.lift.magnitude, pooled.lift.magnitude)
        #expect(estimate.lift >= min(stratum.lift, pooled.lift) - slack)
        #expect(estimate.lift <= max(stratum.lift, pooled.lift) + slack)
      }
    }
  }
}
