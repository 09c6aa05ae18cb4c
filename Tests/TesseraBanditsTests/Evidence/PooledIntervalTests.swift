import TesseraBandits
import Testing

/// Lifts of segments and what they have in common, looked at again and again as people come in: how often an interval
/// ever leaves out the truth.
@Suite struct PooledIntervalTests {
  private struct Misses {
    var pooled = 0
    var segments = 0
    /// The same with the interval for a single look.
    var pooledOnce = 0
    var segmentsOnce = 0
  }

  private static let (runs, strata, looks) = (200, 20, 25)

  /// People and rewarded people of a group.
  private struct Tally {
    var people = 0
    var rewarded = 0
    var rate: Double { Double(rewarded) / Double(people) }

    mutating func add(_ count: Int, rate: Double, _ random: inout SplitMix64) {
      people += count
      for _ in 0..<count where random.unit() < rate { rewarded += 1 }
    }
  }

  /// A shop whose segments' lifts vary about a mean; four of five people are decisioned.
  private func run(mean: Double, deviation: Double, _ random: inout SplitMix64, _ misses: inout Misses) {
    let rules = Lift.Rules()
    let truth = (0..<Self.strata).map { _ in mean + deviation * Self.normal(&random) }
    let sizes = (0..<Self.strata).map { 1 + $0 / 5 }
    var groups = [Tally](repeating: Tally(), count: Self.strata)
    var bases = groups
    var (missesPooled, missesPooledOnce) = (false, false)
    var (missed, missedOnce) = (Set<Int>(), Set<Int>())
    for _ in 0..<Self.looks {
      for k in 0..<Self.strata {
        groups[k].add(32 * sizes[k], rate: 0.1 + truth[k], &random)
        bases[k].add(8 * sizes[k], rate: 0.1, &random)
      }
      let (all, allBase) = (Self.sum(groups), Self.sum(bases))
      guard min(all.people, allBase.people) >= rules.personsMin, allBase.rewarded >= rules.rewardedPersonsMin else {
        continue
      }
      let usable = (0..<Self.strata).filter { bases[$0].people >= 20 }
      let pooling = LiftPooling(
        usable.map { k in
          let variance =
            all.rate * (1 - all.rate) / Double(groups[k].people)
            + allBase.rate * (1 - allBase.rate) / Double(bases[k].people)
          return .init(lift: groups[k].rate - bases[k].rate, standardError: variance.squareRoot())
        })
      let sequence = ConfidenceSequence(tightestAt: rules.tightestAt, validFrom: 40)
      if let pooled = pooling.pooled {
        let people = usable.reduce(0) { $0 + groups[$1].people + bases[$1].people }
        if !pooled.interval(sequence, people: people).contains(mean) { missesPooled = true }
        if abs(pooled.lift - mean) > 1.96 * pooled.standardError { missesPooledOnce = true }
      }
      let own = ConfidenceSequence(tightestAt: rules.tightestInSegmentAt, validFrom: 40)
      for (k, (estimate, guarded)) in zip(usable, zip(pooling.shrunk, pooling.guarded)) {
        guard let estimate, let guarded else { continue }
        if !guarded.interval(own, people: groups[k].people + bases[k].people).contains(truth[k]) { missed.insert(k) }
        if abs(estimate.lift - truth[k]) > 1.96 * estimate.standardError { missedOnce.insert(k) }
      }
    }
    misses.pooled += missesPooled ? 1 : 0
    misses.pooledOnce += missesPooledOnce ? 1 : 0
    misses.segments += missed.count
    misses.segmentsOnce += missedOnce.count
  }

  private static func sum(_ tallies: [Tally]) -> Tally {
    tallies.reduce(into: Tally()) {
      $0.people += $1.people
      $0.rewarded += $1.rewarded
    }
  }

  private static func normal(_ random: inout SplitMix64) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
  }

  @Test(arguments: [(0.0, 0.0), (0.02, 0.0), (0.02, 0.02)])
  func theyHoldAtEveryLook(mean: Double, deviation: Double) {
    var random = SplitMix64(seed: 77)
    var misses = Misses()
    for _ in 0..<Self.runs { run(mean: mean, deviation: deviation, &random, &misses) }
    #expect(misses.pooled <= Self.runs / 20)
    #expect(misses.segments <= Self.runs * Self.strata / 20)
    // So that there was something to hold against: single looks do miss.
    #expect(misses.pooledOnce > misses.pooled && misses.segmentsOnce > misses.segments)
  }
}
