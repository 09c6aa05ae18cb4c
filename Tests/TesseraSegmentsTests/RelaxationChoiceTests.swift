import TesseraModel
import TesseraSegments
import Testing

/// What to relax by what it says of people: on samples whose truth is known.
@Suite struct RelaxationChoiceTests {
  /// People on three axes: the first has one value, the second thirty that say what someone does, the third two that
  /// say nothing.
  private static func people(_ count: Int, seed: UInt64) -> [BehaviourSample.Person] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { i in
      var key = SegmentKey()
      key[0] = 1
      key[1] = UInt16(1 + random.next() % 30)
      key[2] = UInt16(1 + random.next() % 2)
      var outcomes = SIMD16<Float>.zero
      outcomes[0] = key[1] % 2 == 0 ? 1 : 0
      outcomes[1] = Float(random.next() % 2)
      return BehaviourSample.Person(pastKey: key, outcomes: outcomes, fold: i % 5)
    }
  }

  private static func entries(_ people: [BehaviourSample.Person]) -> [(SegmentKey, Int)] {
    Dictionary(grouping: people, by: \.pastKey).map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }

  private static func choice(
    _ people: [BehaviourSample.Person], _ entries: [(SegmentKey, Int)]? = nil, previous: [Int]? = nil
  ) -> RelaxationChoice {
    RelaxationChoice(
      BehaviourSample(people: people, window: Instant.day), ActiveSegments(entries ?? self.entries(people)), axes: 3,
      minMembers: 10, previous: previous)
  }

  @Test func whatTellsMostIsRelaxedLast() {
    let choice = RelaxationChoiceTests.choice(RelaxationChoiceTests.people(400, seed: 1))
    #expect(choice.orderByNumbers.axes == [0, 1, 2])
    #expect(choice.order.axes == [0, 2, 1])
    #expect(choice.explained > choice.explainedByNumbers + 0.1)
    #expect(choice.order.reasons[0] == "all active customers have the same value")
    #expect(choice.order.reasons[1].contains(" of 400 active customers in segments of 10 or more"))
    #expect(choice.order.reasons[2].hasPrefix("tells "))
    #expect(choice.order.masks.count == 4)
  }

  @Test func theOrderOfSegmentsLeavesNoTrace() {
    let people = RelaxationChoiceTests.people(400, seed: 2)
    let first = RelaxationChoiceTests.choice(people)
    for seed in 1...5 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var entries = RelaxationChoiceTests.entries(people)
      for i in entries.indices.reversed() { entries.swapAt(i, Int(random.next() % UInt64(i + 1))) }
      let other = RelaxationChoiceTests.choice(people, entries)
      #expect(other.order == first.order)
      #expect(other.explained == first.explained)
    }
  }

  @Test func aWorseOrderIsLeftAndANearlyAsGoodOneKept() {
    let people = RelaxationChoiceTests.people(400, seed: 3)
    let best = RelaxationChoiceTests.choice(people)
    let left = RelaxationChoiceTests.choice(people, previous: [0, 1, 2])
    #expect(left.order.axes == best.order.axes)
    #expect(!left.isKept)
    // One-valued axes are relaxed first whatever the last order was.
    let same = RelaxationChoiceTests.choice(people, previous: [2, 1, 0])
    #expect(same.order.axes == [0, 2, 1])
    // Where nothing is told by anything, any order is as good as another.
    let idle = people.map { person in
      var outcomes = SIMD16<Float>.zero
      outcomes[1] = person.outcomes[1]
      return BehaviourSample.Person(pastKey: person.pastKey, outcomes: outcomes, fold: person.fold)
    }
    let kept = RelaxationChoiceTests.choice(idle, previous: [0, 2, 1])
    #expect(kept.order.axes == [0, 2, 1])
    // Axes that the store no longer has make no order.
    #expect(RelaxationChoiceTests.choice(people, previous: [0, 1]).order.axes == best.order.axes)
  }

  @Test func tooFewPeopleAreOrderedByNumbers() {
    let choice = RelaxationChoiceTests.choice(RelaxationChoiceTests.people(100, seed: 4))
    #expect(choice.order.axes == choice.orderByNumbers.axes)
    #expect(choice.order.reasons[1].hasPrefix("too few people to compare; "))
  }

  @Test func anAxisThatSplitsNobodyChangesNothing() {
    let people = RelaxationChoiceTests.people(400, seed: 5)
    let active = ActiveSegments(RelaxationChoiceTests.entries(people))
    let sample = BehaviourSample(people: people, window: Instant.day)
    let values = [[0, 1, 2], [1, 0, 2], [1, 2, 0]].map {
      RelaxationChoice.explained(sample, active, order: $0, minMembers: 10)
    }
    #expect(Set(values).count == 1)
  }
}
