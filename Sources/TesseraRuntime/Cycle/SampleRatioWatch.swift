import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraStorage

/// Whether groups have the sizes they should have, looked at in every cycle and kept in its report: an alarm that was
/// raised once stands until the sizes are changed, whatever is counted later.
struct SampleRatioWatch: Sendable {
  struct Alarm: Sendable {
    let placement: String
    /// The cycle that raised it, and what it found.
    let cycle: Int
    let sentence: String

    /// What is said of it when the counts alone would not raise it any more.
    var words: String {
      "Cycle \(cycle) raised an alarm, which stands until the groups' sizes are changed. It found: \(sentence)"
    }
  }

  /// Since when the groups have these sizes.
  let since: Instant
  private(set) var alarms: [Alarm] = []

  init(since: Instant) { self.since = since }

  /// What a cycle left; nil if its groups had other sizes or it did not look.
  init?(_ row: CycleRow, _ shares: GroupShares) {
    guard let groups = row.report["groups"], JSONWriter.bytes(groups) == JSONWriter.bytes(shares.json),
      let found = row.report["sample_ratio"], let since = found["since"]?.text.flatMap({ try? Instant(parsing: $0) })
    else { return nil }
    self.since = since
    alarms = (found["alarms"]?.elements ?? []).compactMap { alarm in
      guard let placement = alarm["placement"]?.text, let cycle = alarm["cycle"]?.integer,
        let sentence = alarm["sentence"]?.text
      else { return nil }
      return Alarm(placement: placement, cycle: cycle, sentence: sentence)
    }
  }

  /// Looks at the placements that no alarm stands for.
  mutating func look(_ join: RewardJoin, _ placements: [PlacementPolicy], _ shares: GroupShares, cycle: Int) {
    for placement in placements where !alarms.contains(where: { $0.placement == placement.id }) {
      guard
        let ratio = GroupComparison.sampleRatio(join, placement: placement, shares: shares, since: since),
        ratio.isAlarm
      else { continue }
      alarms.append(Alarm(placement: placement.id, cycle: cycle, sentence: ratio.sentence))
    }
  }

  var json: JSONValue {
    [
      "since": .instant(since),
      "alarms": .array(
        alarms.map { alarm in
          [
            "placement": .string(alarm.placement), "cycle": .integer(alarm.cycle),
            "sentence": .string(alarm.sentence),
          ]
        }),
    ]
  }
}

extension Engine {
  /// What there is to say of the groups' sizes in a cycle, with what the one before left.
  func sampleRatios(_ gathered: Gathered) async throws(StorageError) -> SampleRatioWatch {
    let (input, shares) = (gathered.input, gathered.input.policy.groups)
    let last = try await newestPublished(before: input.cycle)
    var watch: SampleRatioWatch
    if let held = last.flatMap({ SampleRatioWatch($0, shares) }) {
      watch = held
    } else {
      watch = SampleRatioWatch(since: try await groupsSince(shares, before: input.cycle) ?? input.at)
    }
    watch.look(gathered.join, input.policy.placements, shares, cycle: input.cycle)
    return watch
  }
}
