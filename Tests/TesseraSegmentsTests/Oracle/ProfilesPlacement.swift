import TesseraModel
import TesseraSegments

/// Where the product places everyone, in the oracle's form.
enum ProfilesPlacement {
  /// No message is due to anyone.
  static let quiet = ActivityRule(windows: [], utcOffsetSeconds: 0, capMessages: 3, capDays: 7)

  static func fold(_ facts: [Fact]) -> Profiles {
    var profiles = Profiles()
    for (i, fact) in facts.enumerated() { profiles.fold(fact, position: Int64(i + 1)) }
    return profiles
  }

  static func rows(_ profiles: Profiles, at instant: Instant) -> [PlacedRow] {
    let space = AxisSpace()
    let sweep = Sweep(profiles, space: space, at: instant, activity: quiet)
    let rows = sweep.placements.map { placement in
      let segment = space.segment(of: placement.key, in: profiles.catalog)
      return PlacedRow(
        id: profiles.name(of: placement.subject),
        values: segment.values.map { value in if case .name = value { value.canonical } else { value.text } })
    }
    return rows.sorted { NameNormalization.precedes($0.id, $1.id) }
  }

  /// What ingest does before the fold: the first accepted of each event id stands.
  static func deduplicated(_ facts: [Fact]) -> [Fact] {
    var seen: Set<[UInt8]> = []
    return facts.filter { fact in
      guard case .event(let event) = fact else { return true }
      return seen.insert(Array(event.id.utf8)).inserted
    }
  }

  /// The first differences between what was placed and what should have been, one a line.
  static func differences(_ ours: [PlacedRow], _ theirs: [PlacedRow]) -> [String] {
    let axes = AxisSpace().names
    var (i, j) = (0, 0)
    var out: [String] = []
    while i < ours.count || j < theirs.count, out.count < 8 {
      let a = i < ours.count ? ours[i] : nil
      let b = j < theirs.count ? theirs[j] : nil
      if let a, let b, Array(a.id.utf8) == Array(b.id.utf8) {
        for (axis, (x, y)) in zip(axes, zip(a.values, b.values)) where Array(x.utf8) != Array(y.utf8) {
          out.append("\(a.id): \(axis) is \(x), the oracle says \(y)")
        }
        (i, j) = (i + 1, j + 1)
      } else if let a, b.map({ NameNormalization.precedes(a.id, $0.id) }) ?? true {
        out.append("\(a.id): listed, but not by the oracle")
        i += 1
      } else {
        out.append("\(b?.id ?? ""): listed by the oracle only")
        j += 1
      }
    }
    return out
  }
}
