import Synchronization
import TesseraBandits
import TesseraDecisions
package import TesseraModel
import TesseraSegments
import TesseraStorage

extension Engine {
  /// What the groups earned so far, a placement: lift of decisions with intervals that hold however often one looks,
  /// the sizes of the groups, and what is still to come. As of now, from the facts in memory.
  package func evidence() async throws(EngineError) -> JSONValue {
    let now = clock.now()
    let since = try await sharesSince(at: now)
    let standing = try await standingAlarms()
    let join = rewardsSoFar(at: now)
    let book = try await bookInForce()?.book
    let segments = book.map { book in
      DecidedSegments(
        book.entries.map { ContextCode($0.segment) },
        relaxation: book.relaxation.compactMap { step in book.axes.firstIndex(of: step.axis) }, active: [])
    }
    let placements = policy.placements.map { placement -> JSONValue in
      let comparison = GroupComparison(
        join, placement: placement, shares: policy.groups, since: since, segments: segments)
      return Engine.json(
        comparison, placement, policy.groups, book, standing: standing?.alarms.first { $0.placement == placement.id })
    }
    return ["at": .instant(now), "since": .instant(since), "placements": .array(placements)]
  }

  /// All exposures in memory with what they earned as of an instant; old ones count like new ones.
  func rewardsSoFar(at instant: Instant) -> RewardJoin {
    let (profiles, exposures) = memory.withLock { ($0.profiles, $0.exposures) }
    let rewards = OrderRewards(profiles, at: instant)
    return RewardJoin(
      exposures, at: instant, placements: policy.placements, halfLifeHours: nil,
      person: { rewards.person(ofSubject: $0) }, orders: { rewards.orders(ofSubject: $0) })
  }

  /// What the last cycle left of the groups' sizes as they are.
  private func standingAlarms() async throws(EngineError) -> SampleRatioWatch? {
    do throws(StorageError) {
      return try await newestPublished(before: .max).flatMap { SampleRatioWatch($0, policy.groups) }
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// The newest published cycle before a number: one that was cut off has nothing to tell.
  func newestPublished(before number: Int) async throws(StorageError) -> CycleRow? {
    var before = number
    while true {
      let rows = try await state.cycles(before: before, limit: 50)
      if let found = rows.first(where: { $0.status == .published }) { return found }
      guard let last = rows.last else { return nil }
      before = last.number
    }
  }

  /// Since when the groups have had their sizes.
  private func sharesSince(at now: Instant) async throws(EngineError) -> Instant {
    do throws(StorageError) { return try await groupsSince(policy.groups, before: .max) ?? now } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// Since when groups have had these sizes, as cycles before a number recorded; nil where they had others or there is
  /// no cycle.
  func groupsSince(_ shares: GroupShares, before number: Int) async throws(StorageError) -> Instant? {
    var since: Instant?
    var before = number
    while true {
      let rows = try await state.cycles(before: before, limit: 200)
      guard let last = rows.last else { return since }
      for row in rows where row.status == .published {
        // Cycles of the time before they were recorded had the same sizes, as far as is known.
        guard let held = row.report["groups"] else { continue }
        if JSONWriter.bytes(held) != JSONWriter.bytes(shares.json) { return since }
        since = row.at
        // What a cycle found need not be looked for again.
        if let watch = SampleRatioWatch(row, shares) { return watch.since }
      }
      before = last.number
    }
  }

  private static func json(
    _ comparison: GroupComparison, _ placement: PlacementPolicy, _ shares: GroupShares, _ book: DecisionBook?,
    standing: SampleRatioWatch.Alarm?
  ) -> JSONValue {
    let groups = Group.allCases.map { group -> JSONValue in
      let rate = comparison.rates[group] ?? ClusteredRate()
      return [
        "group": .string(group.rawValue), "share": .integer(shares.share(of: group)),
        "persons": .integer(rate.persons), "rewarded_persons": .integer(rate.rewardedPersons),
        "exposures": .integer(Int(rate.exposures)), "rate": rate.rate.map { .double(rounded($0)) } ?? .null,
      ]
    }
    let comparisons = comparison.comparisons.map { over -> JSONValue in
      var object = told(over.lift.difference, over.lift.interval, over.lift.verdict, over.group)
      object["relative"] = over.lift.relative.map { .double(rounded($0)) } ?? .null
      return .object(JSONObject([("over", .string(over.group.rawValue))] + object.map { ($0.name, $0.value) }))
    }
    let segments = (comparison.bySegment?.segments ?? []).compactMap { number, lift -> JSONValue? in
      guard let book, number < book.entries.count else { return nil }
      let entry = book.entries[number]
      let about = [("segment", JSONValue.string(entry.segment.id)), ("description", .string(entry.description))]
      return json(lift, about)
    }
    return [
      "placement": .string(placement.id), "reward": .string(placement.reward.rawValue), "groups": .array(groups),
      "comparisons": .array(comparisons), "matured": .integer(comparison.matured),
      "pending": .integer(comparison.pending), "mixed_persons": .integer(comparison.mixedPersons),
      "sample_ratio": comparison.sampleRatio.map { json($0, standing) } ?? .null,
      "together": comparison.bySegment?.together.map { json($0, []) } ?? .null, "segments": .array(segments),
    ]
  }

  /// - Parameter standing: an alarm of an earlier cycle: later counts do not take it back.
  private static func json(_ ratio: SampleRatio, _ standing: SampleRatioWatch.Alarm?) -> JSONValue {
    let isKept = !ratio.isAlarm && standing != nil
    return [
      "alarm": .bool(ratio.isAlarm || isKept), "p_value_bound": .double(rounded(ratio.pValueBound)),
      "since_cycle": standing.map { .integer($0.cycle) } ?? .null,
      "sentence": .string(isKept ? standing?.words ?? "" : ratio.sentence),
    ]
  }

  /// A difference to a group, with what may be said of it.
  private static func told(
    _ difference: Double?, _ interval: ConfidenceInterval, _ verdict: Lift.Verdict, _ group: Group
  ) -> JSONObject {
    let isTold = interval.isFinite
    return JSONObject([
      ("difference", difference.map { .double(rounded($0)) } ?? .null),
      ("low", isTold ? .double(rounded(interval.lower)) : .null),
      ("high", isTold ? .double(rounded(interval.upper)) : .null),
      ("verdict", .string(word(verdict))), ("sentence", .string(sentence(verdict, group))),
    ])
  }

  private static func json(_ lift: SegmentLifts.Told, _ about: [(String, JSONValue)]) -> JSONValue {
    let told = told(lift.difference, lift.interval, lift.verdict, .random)
    return .object(JSONObject(about + [("persons", .integer(lift.persons))] + told.map { ($0.name, $0.value) }))
  }

  private static func rounded(_ x: Double) -> Double { x.isFinite ? (x * 1e9).rounded() / 1e9 : 0 }

  private static func word(_ verdict: Lift.Verdict) -> String {
    switch verdict {
    case .notEnoughData: "not_enough_data"
    case .better: "better"
    case .worse: "worse"
    case .noDifferenceYet: "no_difference_yet"
    }
  }

  private static func sentence(_ verdict: Lift.Verdict, _ group: Group) -> String {
    switch verdict {
    case .notEnoughData(let sentence): sentence
    case .better: "Decisions earn more than \(group.words)."
    case .worse: "Decisions earn less than \(group.words)."
    case .noDifferenceYet: "No difference to \(group.words) can be told yet."
    }
  }
}
