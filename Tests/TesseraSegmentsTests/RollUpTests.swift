import TesseraModel
import TesseraSegments
import Testing

/// Which segments are decided, over random censuses.
@Suite struct RollUpTests {
  struct Case {
    let census: Census
    let minMembers: Int
    let rollUp: RollUp
  }

  static func cases(segmentsMax: Int = 100_000) -> [Case] {
    var random = SplitMix64(seed: 77)
    return (0..<60).map { i in
      let census = RandomCensus.make(&random, axes: i % 2 == 0 ? 10 : 1 + random.below(15), entries: random.below(120))
      let minMembers = 1 + random.below(12)
      return Case(
        census: census, minMembers: minMembers,
        rollUp: RollUp(census, minMembers: minMembers, segmentsMax: segmentsMax))
    }
  }

  /// Active customers who match, counted one by one.
  static func members(_ key: SegmentKey, _ census: Census) -> Int {
    census.entries.filter { entry in census.axes.indices.allSatisfy { key[$0] == 0 || key[$0] == entry.key[$0] } }
      .reduce(0) { $0 + $1.active }
  }

  /// The segment that decides for someone: exact, then each prefix of the list.
  static func find(_ key: SegmentKey, _ rollUp: RollUp) -> (decided: RollUp.Decided, lookUps: Int)? {
    let table = Dictionary(rollUp.decided.map { ($0.key, $0) }) { a, _ in a }
    for (i, mask) in rollUp.order.masks.enumerated() {
      if let decided = table[key.relaxed(mask)], decided.level == i { return (decided, i + 1) }
    }
    return nil
  }

  @Test func everyDecidedSegmentHasEnoughActiveMembers() {
    for item in RollUpTests.cases() {
      for decided in item.rollUp.decided {
        #expect(decided.members == RollUpTests.members(decided.key, item.census))
        let relaxed = item.rollUp.order.axes.prefix(decided.level)
        #expect(item.census.axes.indices.allSatisfy { (decided.key[$0] == 0) == relaxed.contains($0) })
        #expect(decided.members >= item.minMembers || decided.key == SegmentKey())
      }
      #expect(Set(item.rollUp.decided.map(\.key)).count == item.rollUp.decided.count)
      #expect(item.rollUp.decided.last?.key == SegmentKey())
      #expect(item.rollUp.decided.last?.level == item.census.axes.count)
    }
  }

  /// No segment on the way to all-`any` that could be decided is left out.
  @Test func everySegmentWithEnoughMembersIsDecided() {
    for item in RollUpTests.cases().prefix(24) {
      var known = Set(item.rollUp.decided.map(\.key))
      for entry in item.census.entries where entry.active > 0 {
        for mask in item.rollUp.order.masks {
          let key = entry.key.relaxed(mask)
          guard known.insert(key).inserted else { continue }
          #expect(RollUpTests.members(key, item.census) < item.minMembers)
        }
      }
    }
  }

  @Test func everyoneFindsExactlyOne() {
    var random = SplitMix64(seed: 5)
    for (i, item) in RollUpTests.cases(segmentsMax: 40).enumerated() {
      #expect(Set(item.rollUp.order.axes) == Set(item.census.axes.indices))
      #expect(item.rollUp.order.axes.count == item.census.axes.count)
      var keys = item.census.entries.map(\.key)
      for _ in 0..<20 {
        var never = SegmentKey()
        for axis in item.census.axes.indices { never[axis] = UInt16(1 + random.below(8)) }
        keys.append(never)
      }
      for key in keys {
        let found = RollUpTests.find(key, item.rollUp)
        #expect(found != nil)
        if i % 2 == 0 { #expect((found?.lookUps ?? 99) <= 11) }
      }
    }
  }

  @Test func rolledUpCustomersAreThoseWithACoarserDecision() {
    for segmentsMax in [3, 100_000] {
      for item in RollUpTests.cases(segmentsMax: segmentsMax) {
        var count = 0
        for entry in item.census.entries where (RollUpTests.find(entry.key, item.rollUp)?.decided.level ?? 0) > 0 {
          count += entry.active
        }
        #expect(item.rollUp.rolledUpCustomers == count)
      }
    }
  }

  @Test func overTheLimitTheSmallestGoFirst() {
    for (item, all) in zip(RollUpTests.cases(segmentsMax: 7), RollUpTests.cases()) {
      #expect(item.rollUp.decided.count == min(7, all.rollUp.decided.count))
      #expect(item.rollUp.decided.last?.key == SegmentKey())
      let kept = Set(item.rollUp.decided.map(\.key))
      let dropped = all.rollUp.decided.filter { !kept.contains($0.key) }
      let smallestKept = item.rollUp.decided.dropLast().map(\.members).min() ?? .max
      #expect(dropped.allSatisfy { $0.members <= smallestKept })
    }
    for item in RollUpTests.cases(segmentsMax: 1) { #expect(item.rollUp.decided.map(\.key) == [SegmentKey()]) }
  }

  @Test func oneValuedAxesAreRelaxedFirst() {
    for item in RollUpTests.cases() {
      let active = item.census.entries.filter { $0.active > 0 }
      let isSingle = item.rollUp.order.axes.map { axis in Set(active.map { $0.key[axis] }).count <= 1 }
      #expect(isSingle == isSingle.filter { $0 } + isSingle.filter { !$0 })
      #expect(item.rollUp.order.reasons.count == item.rollUp.order.axes.count)
    }
  }

  /// Each choice leaves at least as many customers decided as any other axis would have.
  @Test func relaxesWhatLosesLeast() {
    for item in RollUpTests.cases() {
      let order = item.rollUp.order.axes
      func covered(_ relaxed: [Int]) -> Int {
        let mask = SegmentMask(relaxing: relaxed)
        return item.census.entries.reduce(0) { sum, entry in
          sum + (RollUpTests.members(entry.key.relaxed(mask), item.census) >= item.minMembers ? entry.active : 0)
        }
      }
      let single = order.prefix { axis in
        Set(item.census.entries.filter { $0.active > 0 }.map { $0.key[axis] }).count <= 1
      }.count
      // The first choice is enough: the others are made the same way, and counting one by one is slow.
      guard single < order.count else { continue }
      let chosen = covered(Array(order.prefix(single + 1)))
      for axis in order.dropFirst(single) { #expect(covered(Array(order.prefix(single)) + [axis]) <= chosen) }
    }
  }

  @Test func nobodyAtAll() {
    let census = Census(axes: AxisSpace().names, values: Array(repeating: [], count: 10), entries: [])
    let rollUp = RollUp(census, minMembers: 10, segmentsMax: 4_000)
    #expect(rollUp.decided.map(\.key) == [SegmentKey()])
    #expect(rollUp.rolledUpCustomers == 0)
    #expect(rollUp.order.axes.count == 10)
  }

  @Test func factsInAnyOrderGiveTheSameRollUp() {
    var generator = FactGenerator(seed: 404, customers: 120)
    let facts = ProfilesPlacement.deduplicated(generator.facts())
    var random = SplitMix64(seed: 9)
    var first: (Census, RollUp)?
    for _ in 0..<4 {
      let profiles = ProfilesPlacement.fold(random.shuffled(facts))
      let space = AxisSpace()
      let sweep = Sweep(profiles, space: space, at: FactGenerator.anchor, activity: ProfilesPlacement.quiet)
      let census = Census(sweep, space: space, catalog: profiles.catalog)
      let rollUp = RollUp(census, minMembers: 3, segmentsMax: 50)
      #expect(rollUp.decided.count > 1)
      #expect(first?.0 ?? census == census)
      #expect(first?.1 ?? rollUp == rollUp)
      first = (census, rollUp)
    }
  }

  @Test func censusRoundTrip() throws {
    for item in RollUpTests.cases() {
      let text = JSONWriter.text(item.census.json)
      #expect(Census(json: try JSONParser.parse(text)) == item.census)
    }
  }
}
