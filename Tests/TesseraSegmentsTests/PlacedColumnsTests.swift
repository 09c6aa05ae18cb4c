import TesseraModel
import Testing

@testable import TesseraSegments

/// What the columns of places say is what reading everyone anew says, whatever happened in between.
@Suite struct PlacedColumnsTests {
  static let space = AxisSpace()
  static let rule = ActivityRule(
    windows: [ActivityRule.SendWindow(channel: .email, opensAtMinute: 600)], utcOffsetSeconds: 3_600, capMessages: 1,
    capDays: 7)

  static func placeEveryone(_ profiles: inout Profiles, at instant: Instant, cuts: SpendCuts) {
    var view = ProfileView(profiles, at: instant, spendCuts: cuts)
    for c in 0..<profiles.customers.count {
      _ = profiles.place(.customer(Int32(c)), in: &view, space: space, activity: rule)
    }
    for v in 0..<profiles.visitors.count {
      _ = profiles.place(.visitor(Int32(v)), in: &view, space: space, activity: rule)
    }
  }

  static func sweep(_ profiles: Profiles, at instant: Instant) -> Sweep {
    Sweep(profiles, space: space, at: instant, activity: rule)
  }

  static func isSame(_ a: Sweep, _ b: Sweep) -> Bool {
    a.spendCuts == b.spendCuts
      && a.placements.elementsEqual(b.placements) {
        $0.subject == $1.subject && $0.key == $1.key && $0.isActive == $1.isActive
      }
  }

  @Test(arguments: 1...16 as ClosedRange<UInt64>)
  func timeAloneMovesEveryoneAsReadingAnewDoes(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 613, customers: 24)
    let fresh = ProfilesPlacement.fold(ProfilesPlacement.deduplicated(generator.facts()))
    var placed = fresh
    var random = SplitMix64(seed: seed)
    var instant = FactGenerator.anchor.adding(-40 * Instant.day)
    let steps = [1, 999, 60_000, Instant.hour, 7 * Instant.hour, Instant.day, 7 * Instant.day, 29 * Instant.day]
    for _ in 0..<25 {
      let expected = PlacedColumnsTests.sweep(fresh, at: instant)
      #expect(PlacedColumnsTests.isSame(PlacedColumnsTests.sweep(placed, at: instant), expected), "at \(instant)")
      if random.oneIn(2) { PlacedColumnsTests.placeEveryone(&placed, at: instant, cuts: expected.spendCuts) }
      instant = instant.adding(steps[random.below(steps.count)] + Int64(random.below(3)) - 1)
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func factsInBetweenMoveThoseTheyConcern(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 101, customers: 20)
    let facts = SplitMix64.shuffled(ProfilesPlacement.deduplicated(generator.facts()), seed: seed)
    let instant = FactGenerator.anchor
    var (fresh, placed) = (Profiles(), Profiles())
    for (i, fact) in facts.enumerated() {
      fresh.fold(fact, position: Int64(i + 1))
      let view = { ProfileView(placed, at: instant, spendCuts: .none) }
      var moved: Set<Profiles.Subject> = []
      placed.fold(fact, position: Int64(i + 1), changed: &moved)
      var now = view()
      for subject in moved {
        _ = placed.place(subject, in: &now, space: PlacedColumnsTests.space, activity: PlacedColumnsTests.rule)
      }
      guard i % 97 == 0 || i == facts.count - 1 else { continue }
      let ours = PlacedColumnsTests.sweep(placed, at: instant)
      #expect(PlacedColumnsTests.isSame(ours, PlacedColumnsTests.sweep(fresh, at: instant)), "after fact \(i)")
    }
  }

  /// The columns save the work: after an hour only those are read whom the hour may have moved.
  @Test func onlyThoseWhomTimeMayHaveMovedAreRead() {
    var generator = FactGenerator(seed: 5, customers: 200)
    var profiles = ProfilesPlacement.fold(ProfilesPlacement.deduplicated(generator.facts()))
    let instant = FactGenerator.anchor.adding(Instant.day)
    PlacedColumnsTests.placeEveryone(&profiles, at: instant, cuts: .none)
    let second = PlacedColumnsTests.sweep(profiles, at: instant.adding(1_000))
    let hour = PlacedColumnsTests.sweep(profiles, at: instant.adding(Instant.hour))
    #expect(second.readCount < 20 && hour.readCount < second.placements.count / 3)
    #expect(second.placements.count > 200)
  }

  /// Who was erased has no place any more, whatever the columns said.
  @Test func theErasedAreNowhere() {
    var generator = FactGenerator(seed: 9, customers: 60)
    var profiles = ProfilesPlacement.fold(ProfilesPlacement.deduplicated(generator.facts()))
    PlacedColumnsTests.placeEveryone(&profiles, at: FactGenerator.anchor, cuts: .none)
    let before = PlacedColumnsTests.sweep(profiles, at: FactGenerator.anchor).placements
    let gone = before.compactMap { placement -> Int32? in
      if case .customer(let c) = placement.subject { c } else { nil }
    }.prefix(20)
    for c in gone { profiles.erase(customer: profiles.customers.id(Int(c))) }
    let after = PlacedColumnsTests.sweep(profiles, at: FactGenerator.anchor).placements
    #expect(!after.contains { placement in gone.contains { placement.subject == .customer($0) } })
    #expect(after.count < before.count && after.count >= before.count - 60)
  }

  /// When segments that nobody is in any more outnumber the people, numbers are given anew, and nothing else changes.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func numbersGivenAnewChangeNothing(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 97, customers: 40)
    let fresh = ProfilesPlacement.fold(ProfilesPlacement.deduplicated(generator.facts()))
    var placed = fresh
    var instant = FactGenerator.anchor.adding(-30 * Instant.day)
    for step in 0..<12 {
      let expected = PlacedColumnsTests.sweep(fresh, at: instant)
      // Every other time any number at all is one too many.
      placed.spareNumbers = step % 2 == 0 ? 100_000 : -1_000_000
      PlacedColumnsTests.placeEveryone(&placed, at: instant, cuts: expected.spendCuts)
      #expect(PlacedColumnsTests.isSame(PlacedColumnsTests.sweep(placed, at: instant), expected), "at \(instant)")
      instant = instant.adding(3 * Instant.day)
    }
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func threadsDoNotChangeTheResult(seed: UInt64) async {
    var generator = FactGenerator(seed: seed &* 77, customers: 300)
    let profiles = ProfilesPlacement.fold(ProfilesPlacement.deduplicated(generator.facts()))
    let one = PlacedColumnsTests.sweep(profiles, at: FactGenerator.anchor)
    let many = await Sweep.parallel(
      profiles, space: PlacedColumnsTests.space, at: FactGenerator.anchor, activity: PlacedColumnsTests.rule)
    #expect(PlacedColumnsTests.isSame(one, many))
    let census = Census(one, space: PlacedColumnsTests.space, catalog: profiles.catalog)
    #expect(await Census.parallel(many, space: PlacedColumnsTests.space, catalog: profiles.catalog) == census)
    let grouping = await Grouping.parallel(many, withSubjects: true)
    for entry in grouping.entries {
      let members = (0..<many.count).filter { many.word($0) == entry.word }
      #expect(grouping.subjects(of: entry).map(Int.init) == members && members.count == Int(entry.members))
      #expect(members.count { many.isActive($0) } == Int(entry.active))
    }
  }

  /// The packed form itself does not tell in which order facts came.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func packedBytesDoNotDependOnTheOrderOfArrival(seed: UInt64) {
    var generator = FactGenerator(seed: seed &* 271, customers: 24)
    let facts = ProfilesPlacement.deduplicated(generator.facts())
    // Numbers are given in order of arrival: let names come in one order, so that bytes can be compared.
    let known = facts.compactMap { fact -> Fact? in if case .product = fact { fact } else { nil } }
    let others = facts.filter { if case .product = $0 { false } else { true } }
    let people = Set(facts.compactMap(\.customer)).sorted().map { Fact.customer(CustomerRecord(id: $0)) }
    let first = ProfilesPlacement.fold(known + people + others)
    let second = ProfilesPlacement.fold(known + people + SplitMix64.shuffled(others, seed: seed))
    for c in 0..<first.customers.count {
      let d = second.customers.number(of: first.customers.id(c)) ?? -1
      let events = { (profiles: Profiles, number: Int) in
        profiles.customers.withEvents(number) { PackedEvent.unpack(&$0) }.map { event in
          "\(event.at) \(event.kind) \(event.channel) \(event.units) \(event.id) "
            + (event.product < 0 ? "" : profiles.catalog.entries[Int(event.product)].id)
        }
      }
      #expect(events(first, c) == events(second, d))
      #expect(first.customerPart(Int32(c)).orders.map(\.id) == second.customerPart(Int32(d)).orders.map(\.id))
      #expect(first.customers.slot(c).eventsLength == second.customers.slot(d).eventsLength)
    }
  }
}

/// A batch leaves what its events would have left one by one.
@Suite struct EventBatchTests {
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func batchesFoldAsSingleEventsDo(seed: UInt64) async {
    var generator = FactGenerator(seed: seed &* 37, customers: 1_100)
    let facts = SplitMix64.shuffled(ProfilesPlacement.deduplicated(generator.facts()), seed: seed)
    let single = ProfilesPlacement.fold(facts)
    var (batched, random, position) = (Profiles(), SplitMix64(seed: seed), Int64(0))
    var batch = EventBatch()
    for fact in facts {
      position += 1
      if case .event(let event) = fact {
        batched.append(event, to: &batch)
      } else {
        batched.fold(fact, position: position)
      }
      if random.oneIn(200) {
        await batched.fold(batch, position: position)
        batch = EventBatch()
      }
    }
    await batched.fold(batch, position: position)
    #expect(batched.position == single.position)
    let instant = FactGenerator.anchor
    let differences = ProfilesPlacement.differences(
      ProfilesPlacement.rows(batched, at: instant), ProfilesPlacement.rows(single, at: instant))
    #expect(differences == [])
    for c in 0..<single.customers.count {
      let id = single.customers.id(c)
      let d = batched.customers.number(of: id) ?? -1
      #expect(single.customers.slot(c).lastAt == batched.customers.slot(d).lastAt)
      #expect(single.customers.slot(c).eventsLength == batched.customers.slot(d).eventsLength, "\(id)")
    }
  }
}
