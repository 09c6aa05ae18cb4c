import TesseraBandits
import Testing

@Suite struct LiftTests {
  private func rate(_ people: [(Int, Double)]) -> ClusteredRate {
    var out = ClusteredRate()
    for (exposures, reward) in people { out.add(exposures: exposures, reward: reward) }
    return out
  }

  private func rules(persons: Int, rewarded: Int) -> Lift.Rules {
    var rules = Lift.Rules()
    (rules.personsMin, rules.rewardedPersonsMin) = (persons, rewarded)
    return rules
  }

  /// Rates ½ and ¼; what people are away from them is ±½, by two exposures a person.
  @Test func worksOutAsWritten() throws {
    let (group, base) = (rate([(1, 1), (3, 1)]), rate([(2, 0), (2, 1)]))
    #expect(group.rate == 0.5 && group.personVariance == 0.125)
    #expect(base.rate == 0.25 && base.personVariance == 0.125)
    let rules = rules(persons: 2, rewarded: 1)
    let lift = Lift(of: group, over: base, rules: rules)
    #expect(lift.difference == 0.25 && lift.relative == 1)
    #expect(abs(try #require(lift.standardError) - 0.125.squareRoot()) < 1e-12)
    let sequence = ConfidenceSequence(alpha: rules.alpha, tightestAt: rules.tightestAt, validFrom: 2)
    let expected = sequence.difference(
      .init(mean: 0.5, variance: 0.125, count: 2), .init(mean: 0.25, variance: 0.125, count: 2))
    #expect(lift.interval == expected)
    // Variances by b² = 1/16, and by (r/b²)⁻² = 1/64.
    let relative = sequence.difference(
      .init(mean: 2, variance: 2, count: 2), .init(mean: 1, variance: 8, count: 2))
    #expect(abs(lift.relativeInterval.halfWidth - relative.halfWidth) < 1e-9)
    #expect(lift.verdict == .noDifferenceYet)
  }

  @Test func sumsOfOthersAreTheSame() {
    let group = rate([(1, 1), (3, 1), (2, 0)])
    let sums = ClusteredRate(
      persons: 3, rewardedPersons: 2, exposures: 6, reward: 2, exposureSquares: 14, rewardSquares: 2, products: 4)
    #expect(sums == group)
    var parts = rate([(1, 1)])
    parts += rate([(3, 1), (2, 0)])
    #expect(parts == group)
  }

  @Test func saysWhatIsMissing() {
    let (group, base) = (rate([(1, 1), (3, 1)]), rate([(2, 0)]))
    let lift = Lift(
      of: group, over: base, rules: rules(persons: 1_236, rewarded: 3), names: ("decisioned", "the hold-out"))
    #expect(
      lift.verdict
        == .notEnoughData(
          "Not enough data yet: decisioned needs 1\u{202F}234 more people and 1 more with a reward;"
            + " the hold-out needs 1\u{202F}235 more people and 3 more with a reward."))
    #expect(lift.interval == .everything && lift.relativeInterval == .everything)
    let half = Lift(of: rate(Array(repeating: (1, 1), count: 10)), over: base, rules: rules(persons: 2, rewarded: 0))
    #expect(half.verdict == .notEnoughData("Not enough data yet: the comparison group needs 1 more person."))
  }

  @Test func tellsBetterFromWorse() {
    var random = SplitMix64(seed: 91)
    func people(_ count: Int, _ reward: Double) -> ClusteredRate {
      rate((0..<count).map { _ in (1 + random.below(3), random.unit() < reward ? 10 : 0) })
    }
    let (good, bad) = (people(4_000, 0.15), people(4_000, 0.1))
    let better = Lift(of: good, over: bad)
    let worse = Lift(of: bad, over: good)
    #expect(better.verdict == .better && worse.verdict == .worse)
    #expect(better.interval.lower > 0 && better.relativeInterval.lower > 0 && better.relativeInterval.contains(0.5))
    #expect(better.interval.lower == -worse.interval.upper)
    #expect(Lift(of: good, over: good).verdict == .noDifferenceYet)
  }

  /// People of different rates who come back, 80 to 20, looked at every 100 exposures: "better" or "worse" is hardly
  /// ever said of groups that are alike, though fixed intervals would say it often.
  @Test(arguments: [(isMoney: false, seed: UInt64(92)), (true, 93)])
  func alikeGroupsAreCalledAlike(isMoney: Bool, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let runs = 200
    var (called, fixed, said) = (0, 0, 0)
    for _ in 0..<runs {
      var people: [(group: Int, rate: Double, exposures: Int, reward: Double)] = []
      var sums = [[0.0, 0, 0, 0, 0, 0, 0], [0.0, 0, 0, 0, 0, 0, 0]]
      var (isCalled, isFixed, isSaid) = (false, false, false)
      for step in 1...8_000 {
        if people.isEmpty || random.oneIn(2) {
          people.append((random.below(5) == 0 ? 1 : 0, 0.3 * random.unit(), 0, 0))
        }
        let i = random.oneIn(2) ? people.count - 1 : random.below(people.count)
        let before = people[i]
        people[i].exposures += 1
        if random.unit() < before.rate { people[i].reward += isMoney ? 10 / (0.05 + random.unit()) : 1 }
        LiftTests.move(&sums[before.group], from: before.exposures, before.reward, to: people[i].reward)
        guard step % 100 == 0 else { continue }
        let lift = Lift(
          of: LiftTests.rate(sums[1]), over: LiftTests.rate(sums[0]), rules: rules(persons: 200, rewarded: 30))
        if case .notEnoughData = lift.verdict { continue }
        isSaid = true
        isCalled = isCalled || lift.verdict != .noDifferenceYet
        if let difference = lift.difference, let error = lift.standardError {
          isFixed = isFixed || difference.magnitude > 1.96 * error
        }
      }
      called += isCalled ? 1 : 0
      fixed += isFixed ? 1 : 0
      said += isSaid ? 1 : 0
    }
    #expect(said == runs)
    #expect(called <= 10, "\(called) of \(runs)")
    #expect(fixed >= 20, "\(fixed) of \(runs)")
  }

  /// Sums in the order of `ClusteredRate`, with one exposure more of a person.
  private static func move(_ sums: inout [Double], from exposures: Int, _ reward: Double, to after: Double) {
    let (n, m) = (Double(exposures), Double(exposures + 1))
    sums[0] += exposures == 0 ? 1 : 0
    sums[1] += reward == 0 && after != 0 ? 1 : 0
    sums[2] += 1
    sums[3] += after - reward
    sums[4] += m * m - n * n
    sums[5] += after * after - reward * reward
    sums[6] += after * m - reward * n
  }

  private static func rate(_ sums: [Double]) -> ClusteredRate {
    ClusteredRate(
      persons: Int(sums[0]), rewardedPersons: Int(sums[1]), exposures: sums[2], reward: sums[3],
      exposureSquares: sums[4], rewardSquares: sums[5], products: sums[6])
  }

  @Test func extremesStayNumbers() {
    var random = SplitMix64(seed: 94)
    let values = [0, 1, -1, 1e-300, 1e60, -1e60, 1e300, .infinity, .nan, 7]
    for _ in 0..<3_000 {
      func group() -> ClusteredRate {
        if random.oneIn(8) {
          var sum = group()
          sum += group()
          return sum
        }
        if random.oneIn(2) {
          return rate((0..<random.below(4)).map { _ in (random.pick([-1, 0, 1, 9, .max]), random.pick(values)) })
        }
        return ClusteredRate(
          persons: random.pick([-1, 0, 1, 2, 1_000, .max]), rewardedPersons: random.pick([-1, 0, 5]),
          exposures: random.pick(values), reward: random.pick(values), exposureSquares: random.pick(values),
          rewardSquares: random.pick(values), products: random.pick(values))
      }
      let lift = Lift(
        of: group(), over: group(), rules: rules(persons: random.pick([.min, 0, 2]), rewarded: random.pick([.min, 0])))
      for x in [lift.rate, lift.baseRate, lift.difference, lift.standardError, lift.relative] {
        #expect(x?.isFinite != false)
      }
      #expect(lift.interval.lower <= lift.interval.upper)
      #expect(lift.relativeInterval.lower <= lift.relativeInterval.upper)
    }
    let none = Lift(of: ClusteredRate(), over: ClusteredRate())
    #expect(none.rate == nil && none.difference == nil && none.relative == nil)
    // All alike in both: no spread, and nothing said.
    let same = rate(Array(repeating: (1, 1), count: 100))
    let dull = Lift(of: same, over: rate(Array(repeating: (2, 1), count: 100)), rules: rules(persons: 2, rewarded: 1))
    #expect(dull.verdict == .noDifferenceYet && dull.interval == .everything)
  }
}
