import TesseraBandits
import Testing

/// Lifts by segment and together, looked at again and again as people come in: how often what is said is wrong, row by
/// row, where segments differ in what they earn and in what decisions do for them.
@Suite struct SegmentLiftsTests {
  /// A segment's rates without and with decisions, and its size.
  private struct World {
    let base: [Double]
    let lift: [Double]
    let size: [Int]

    var together: Double {
      let people = Double(size.reduce(0, +))
      return zip(lift, size).reduce(0) { $0 + $1.0 * Double($1.1) / people }
    }
  }

  private struct Found {
    var missed: [Int]
    var better: [Int]
    var worse: [Int]
    var togetherMissed = 0
    var togetherBetter = 0
    var togetherWorse = 0
  }

  private static let (runs, looks) = (200, 20)

  private static func normal(_ random: inout SplitMix64) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + random.unit() }
  }

  /// So many people, of whom about the rate's share are rewarded.
  private static func people(_ count: Int, _ rate: Double, _ random: inout SplitMix64) -> ClusteredRate {
    let n = Double(count)
    let drawn = (n * rate + (n * rate * (1 - rate)).squareRoot() * normal(&random)).rounded()
    let rewarded = min(n, max(0, drawn))
    return ClusteredRate(
      persons: count, rewardedPersons: Int(rewarded), exposures: n, reward: rewarded, exposureSquares: n,
      rewardSquares: rewarded, products: rewarded)
  }

  /// What is said at any look, by segment: a run counts once.
  private func look(_ world: World, seed: UInt64) throws -> Found {
    let count = world.base.count
    let none = [Int](repeating: 0, count: count)
    var found = Found(missed: none, better: none, worse: none)
    var random = SplitMix64(seed: seed)
    for _ in 0..<Self.runs {
      var (groups, bases) = (
        [ClusteredRate](repeating: .init(), count: count), [ClusteredRate](repeating: .init(), count: count)
      )
      var (missed, better, worse): (Set<Int>, Set<Int>, Set<Int>) = ([], [], [])
      for _ in 0..<Self.looks {
        for k in 0..<count {
          groups[k] += Self.people(400 * world.size[k], world.base[k] + world.lift[k], &random)
          bases[k] += Self.people(100 * world.size[k], world.base[k], &random)
        }
        let lifts = SegmentLifts(
          (0..<count).map { .init(number: $0, group: groups[$0], base: bases[$0]) },
          group: groups.reduce(into: ClusteredRate()) { $0 += $1 },
          base: bases.reduce(into: ClusteredRate()) { $0 += $1 },
          rules: Lift.Rules(), names: ("decisioned", "random"))
        for (k, lift) in lifts.segments {
          if !lift.interval.contains(world.lift[k]) { missed.insert(k) }
          if lift.verdict == .better { better.insert(k) }
          if lift.verdict == .worse { worse.insert(k) }
        }
        let together = try #require(lifts.together)
        if !together.interval.contains(world.together) { missed.insert(-1) }
        if together.verdict == .better { better.insert(-1) }
        if together.verdict == .worse { worse.insert(-1) }
      }
      for k in 0..<count {
        found.missed[k] += missed.contains(k) ? 1 : 0
        found.better[k] += better.contains(k) ? 1 : 0
        found.worse[k] += worse.contains(k) ? 1 : 0
      }
      found.togetherMissed += missed.contains(-1) ? 1 : 0
      found.togetherBetter += better.contains(-1) ? 1 : 0
      found.togetherWorse += worse.contains(-1) ? 1 : 0
    }
    return found
  }

  /// Nothing is lifted; one segment earns twenty times what others do.
  @Test func alikeHoweverMuchTheyEarn() throws {
    let count = 12
    let world = World(
      base: (0..<count).map { $0 == 3 ? 0.4 : 0.02 }, lift: [Double](repeating: 0, count: count),
      size: (0..<count).map { 1 + $0 % 3 })
    let found = try look(world, seed: 71)
    #expect(found.missed.allSatisfy { $0 <= Self.runs / 50 }, "\(found.missed)")
    #expect(found.togetherMissed <= Self.runs / 20, "\(found.togetherMissed)")
  }

  /// Decisions help all but one, which they harm: that one must not be taken for the others.
  @Test func theOneThatIsHarmedIsFound() throws {
    let count = 12
    let world = World(
      base: [Double](repeating: 0.1, count: count), lift: (0..<count).map { $0 == 5 ? -0.04 : 0.05 },
      size: [Int](repeating: 2, count: count))
    let found = try look(world, seed: 72)
    #expect(found.missed.allSatisfy { $0 <= Self.runs / 50 }, "\(found.missed)")
    #expect(found.better[5] == 0 && found.worse[5] > Self.runs * 9 / 10, "\(found.worse)")
    for k in 0..<count where k != 5 {
      #expect(found.worse[k] == 0 && found.better[k] > Self.runs * 9 / 10, "\(found.better)")
    }
    #expect(found.togetherMissed <= Self.runs / 20 && found.togetherBetter == Self.runs && found.togetherWorse == 0)
  }

  /// Two, three and four segments: together is the mean of these, not of all that there could be.
  @Test(arguments: 2...4) func fewSegments(count: Int) throws {
    let lifts = [0.03, -0.03, 0.01, 0.04]
    let world = World(
      base: [Double](repeating: 0.1, count: count), lift: Array(lifts.prefix(count)),
      size: (0..<count).map { 1 + $0 })
    let found = try look(world, seed: 73)
    #expect(found.missed.allSatisfy { $0 <= Self.runs / 50 }, "\(found.missed)")
    #expect(found.togetherMissed <= Self.runs / 20, "\(found.togetherMissed)")
  }

  /// A segment without people enough in one group is left out, and without any nothing is said.
  @Test func tooFewAreLeftOut() throws {
    var random = SplitMix64(seed: 74)
    let (many, few) = (Self.people(2_000, 0.1, &random), Self.people(19, 0.1, &random))
    func lifts(_ strata: [SegmentLifts.Stratum]) -> SegmentLifts {
      SegmentLifts(strata, group: many, base: many, rules: Lift.Rules(), names: ("decisioned", "random"))
    }
    let found = lifts([.init(number: 4, group: many, base: many), .init(number: 7, group: many, base: few)])
    #expect(found.segments.map(\.number) == [4] && found.together?.persons == 4_000)
    #expect(found.segments.first?.lift.difference == 0 && found.together?.difference == 0)
    let none = lifts([.init(number: 7, group: many, base: few)])
    #expect(none.segments.isEmpty && none.together == nil)
  }
}
