import TesseraModel
import TesseraSegments
import Testing

/// The result depends on the set of facts, never on how they arrived.
@Suite struct OrderFreeTests {
  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func anyPermutationPlacesEveryoneAlike(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 977, customers: 24)
    var facts = ProfilesPlacement.deduplicated(generator.facts())
    var random = SplitMix64(seed: seed)
    facts += contested(&random)
    let instant = FactGenerator.anchor.adding(Int64(random.below(3)) - 1)
    let first = ProfilesPlacement.rows(ProfilesPlacement.fold(facts), at: instant)
    var census: Census?
    for round in 0..<6 {
      let shuffled = round == 0 ? Array(facts.reversed()) : random.shuffled(facts)
      let profiles = ProfilesPlacement.fold(shuffled)
      let rows = ProfilesPlacement.rows(profiles, at: instant)
      #expect(ProfilesPlacement.differences(rows, first) == [])
      let sweep = Sweep(profiles, space: AxisSpace(), at: instant, activity: ProfilesPlacement.quiet)
      let counted = Census(sweep, space: AxisSpace(), catalog: profiles.catalog)
      #expect(JSONWriter.text(counted.json) == JSONWriter.text((census ?? counted).json))
      census = counted
    }
  }

  /// Ingest hands a repeated fact on only once; records and identifies that come again must change nothing.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func repeatedRecordsAndIdentifiesChangeNothing(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 31, customers: 24)
    let facts = ProfilesPlacement.deduplicated(generator.facts())
    let again = facts.filter { if case .event = $0 { false } else { true } }
    var random = SplitMix64(seed: seed)
    let once = ProfilesPlacement.rows(ProfilesPlacement.fold(facts), at: FactGenerator.anchor)
    let twice = ProfilesPlacement.rows(
      ProfilesPlacement.fold(random.shuffled(facts + again + again)), at: FactGenerator.anchor)
    #expect(ProfilesPlacement.differences(twice, once) == [])
  }

  /// Facts that are not later than T place everyone at T as if no others had come.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func laterFactsDoNotReachBack(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 7_919, customers: 24)
    let facts = ProfilesPlacement.deduplicated(generator.facts())
    let instant = FactGenerator.anchor.adding(-20 * Instant.day)
    let past = facts.filter { fact in
      switch fact {
      case .event(let event): event.at <= instant
      case .identify(let identify): identify.at <= instant
      default: true
      }
    }
    #expect(past.count < facts.count)
    let all = ProfilesPlacement.rows(ProfilesPlacement.fold(facts), at: instant)
    let some = ProfilesPlacement.rows(ProfilesPlacement.fold(past), at: instant)
    #expect(ProfilesPlacement.differences(all, some) == [])
  }

  /// One visitor said to be several customers in the same millisecond: whatever the answer, it is the same in every
  /// order.
  private func contested(_ random: inout SplitMix64) -> [Fact] {
    var out: [Fact] = []
    for i in 0..<12 {
      let at = FactGenerator.anchor.adding(-Int64(random.below(5)) * Instant.day)
      for customer in ["x1", "x2", "x3"] where !random.oneIn(3) {
        out.append(.identify(Identify(anonymous: "x\(i % 4)", customer: customer, at: at)))
      }
      let eventAt = at.adding(Int64(random.below(3) - 1))
      out.append(.event(Event(id: "x\(i)", type: "product_viewed", at: eventAt, anonymous: "x\(i % 4)", product: "p1")))
    }
    return out
  }
}
