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
    let since = try await sharesSince()
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
      return Engine.json(comparison, placement, policy.groups, book)
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

  /// Since when the groups have had their sizes: cycles record them.
  private func sharesSince() async throws(EngineError) -> Instant {
    let shares = policy.groups.json
    do throws(StorageError) {
      var since = Instant(milliseconds: 0)
      var before = Int.max
      while true {
        let rows = try await state.cycles(before: before, limit: 200)
        guard let last = rows.last else { return since }
        for row in rows where row.status == .published {
          // Cycles of the time before they were recorded had the same sizes, as far as is known.
          guard let held = row.report["groups"] else { continue }
          if JSONWriter.bytes(held) != JSONWriter.bytes(shares) { return since }
          since = row.at
        }
        before = last.number
      }
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  private static func json(
    _ comparison: GroupComparison, _ placement: PlacementPolicy, _ shares: GroupShares, _ book: DecisionBook?
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
      let lift = over.lift
      let isTold = lift.interval.isFinite
      return [
        "over": .string(over.group.rawValue), "difference": lift.difference.map { .double(rounded($0)) } ?? .null,
        "low": isTold ? .double(rounded(lift.interval.lower)) : .null,
        "high": isTold ? .double(rounded(lift.interval.upper)) : .null,
        "relative": lift.relative.map { .double(rounded($0)) } ?? .null, "verdict": .string(word(lift.verdict)),
        "sentence": .string(sentence(lift, over.group)),
      ]
    }
    let segments = comparison.segments.compactMap { lift -> JSONValue? in
      guard let book, lift.segment < book.entries.count else { return nil }
      let entry = book.entries[lift.segment]
      return [
        "segment": .string(entry.segment.id), "description": .string(entry.description),
        "persons": .integer(lift.persons), "difference": .double(rounded(lift.lift.lift)),
        "low": .double(rounded(lift.lift.lift - 1.96 * lift.lift.standardError)),
        "high": .double(rounded(lift.lift.lift + 1.96 * lift.lift.standardError)),
      ]
    }
    return [
      "placement": .string(placement.id), "reward": .string(placement.reward.rawValue), "groups": .array(groups),
      "comparisons": .array(comparisons), "matured": .integer(comparison.matured),
      "pending": .integer(comparison.pending), "mixed_persons": .integer(comparison.mixedPersons),
      "sample_ratio": comparison.sampleRatio.map {
        [
          "alarm": .bool($0.isAlarm), "p_value_bound": .double(rounded($0.pValueBound)),
          "sentence": .string($0.sentence),
        ]
      } ?? .null,
      "segments": .array(segments),
    ]
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

  private static func sentence(_ lift: Lift, _ group: Group) -> String {
    switch lift.verdict {
    case .notEnoughData(let sentence): sentence
    case .better: "Decisions earn more than \(group.words)."
    case .worse: "Decisions earn less than \(group.words)."
    case .noDifferenceYet: "No difference to \(group.words) can be told yet."
    }
  }
}
