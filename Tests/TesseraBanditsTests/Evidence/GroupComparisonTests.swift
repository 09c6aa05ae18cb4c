import TesseraBandits
import TesseraModel
import Testing

/// Groups that are treated alike look alike: in the whole, by segment, and with people who have two ids.
@Suite struct GroupComparisonTests {
  private func shares() throws -> GroupShares {
    try GroupShares(json: ["decisioned": 80, "random": 20, "business_as_usual": 0, "holdout": 0])
  }

  private func comparison(
    _ log: ExposureLog, _ placement: PlacementPolicy, _ segments: DecidedSegments, person: @escaping (String) -> String
  ) throws -> GroupComparison {
    let join = RewardJoin(
      log, at: BanditSamples.t, placements: [placement], halfLifeHours: nil, person: person, orders: { _ in [] })
    return GroupComparison(
      join, placement: placement, shares: try shares(), since: Instant(milliseconds: 0), segments: segments)
  }

  @Test func alikeGroupsHaveNoLiftAnywhere() throws {
    var random = SplitMix64(seed: 404)
    let placement = try BanditSamples.placement("p", reward: "click", hours: 1)
    let contexts = (1...30).map { ContextCode(codes: [UInt16($0)]) } + [ContextCode(codes: [0])]
    let segments = DecidedSegments(contexts, relaxation: [0], active: [])
    var log = ExposureLog()
    for i in 0..<12_000 {
      let group: Group = random.oneIn(5) ? .random : .decisioned
      let receipt = BanditSamples.receipt(
        placement, subject: "c\(i)", cycle: 1, group: group, context: [UInt16(1 + random.below(30))])
      let at = BanditSamples.t.adding(-5 * Instant.hour)
      log.fold(shown: receipt, at: at)
      if random.oneIn(40) { log.fold(clicked: receipt, at: at.adding(1_000)) }
    }
    let found = try comparison(log, placement, segments) { $0 }
    let lift = try #require(found.comparisons.first).lift
    #expect(lift.verdict == .noDifferenceYet && found.mixedPersons == 0)
    let bySegment = try #require(found.bySegment)
    let together = try #require(bySegment.together)
    #expect(together.interval.contains(0) && together.interval.isFinite && together.verdict == .noDifferenceYet)
    #expect(together.persons == 12_000)
    // Some eighty people of each were not chosen: too few to say anything of one segment.
    #expect(bySegment.segments.count == 12)
    for (_, lift) in bySegment.segments {
      #expect(abs(lift.difference) < 0.02 && !lift.interval.isFinite)
      if case .notEnoughData(let sentence) = lift.verdict {
        #expect(sentence.contains("random needs"))
      } else {
        Issue.record("something is said of \(lift)")
      }
    }
    #expect(found.sampleRatio?.isAlarm == false)
  }

  /// Where people come to be may be an effect of what they were shown: they count where they were seen first. One group
  /// is told of everything and moves whoever is rewarded; by where they were last, its segments would look lifted.
  @Test func whereOneIsMovedToIsNoReason() throws {
    var random = SplitMix64(seed: 406)
    let placement = try BanditSamples.placement("p", reward: "click", hours: 1)
    let segments = DecidedSegments(
      [1, 2, 0].map { ContextCode(codes: [$0]) }, relaxation: [0], active: [])
    var log = ExposureLog()
    for i in 0..<8_000 {
      let group: Group = random.oneIn(5) ? .random : .decisioned
      let at = BanditSamples.t.adding(-8 * Instant.hour)
      func shown(_ cycle: Int, _ context: UInt16) -> Receipt {
        let receipt = BanditSamples.receipt(
          placement, subject: "c\(i)", cycle: cycle, group: group, context: [context])
        log.fold(shown: receipt, at: at.adding(Int64(cycle) * Instant.hour))
        return receipt
      }
      let first = shown(1, 1)
      guard random.oneIn(10) else { continue }
      log.fold(clicked: first, at: at.adding(Instant.hour + 1_000))
      // Only of the decisioned is it known in time.
      _ = shown(2, group == .decisioned ? 2 : 1)
    }
    let found = try comparison(log, placement, segments) { $0 }
    let bySegment = try #require(found.bySegment)
    #expect(bySegment.segments.map(\.number) == [0])
    #expect(bySegment.segments.allSatisfy { $0.lift.interval.contains(0) && $0.lift.verdict == .noDifferenceYet })
  }

  /// Buyers have two ids. They belong to the group of their first exposure, and no lift comes of them.
  @Test func peopleWithTwoIdsMakeNoLift() throws {
    var random = SplitMix64(seed: 405)
    let placement = try BanditSamples.placement("p", reward: "click", hours: 1)
    let segments = DecidedSegments([ContextCode(codes: [0])], relaxation: [0], active: [])
    var log = ExposureLog()
    for i in 0..<20_000 {
      let isBuyer = i % 7 == 0
      for id in isBuyer ? ["~v\(i)", "c\(i)"] : ["c\(i)"] {
        let group: Group = random.oneIn(5) ? .random : .decisioned
        let receipt = BanditSamples.receipt(placement, subject: id, cycle: 1, group: group, context: [0])
        let at = BanditSamples.t.adding(-5 * Instant.hour + Int64(random.below(60_000)))
        log.fold(shown: receipt, at: at)
        if random.unit() < (isBuyer ? 0.2 : 0.02) { log.fold(clicked: receipt, at: at.adding(1_000)) }
      }
    }
    let found = try comparison(log, placement, segments) { $0.replacing("~v", with: "c") }
    #expect(found.mixedPersons > 700)
    let lift = try #require(found.comparisons.first).lift
    #expect(lift.verdict == .noDifferenceYet && abs(lift.relative ?? 1) < 0.12, "\(lift)")
    #expect(found.sampleRatio?.isAlarm == false)
  }
}
