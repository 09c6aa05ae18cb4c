import Liquid
import Synchronization
import TesseraDecisions
import TesseraModel
import TesseraSegments

extension Engine {
  /// Counts, in every micro-segment, who has what the policy's merge tags ask of a person. Nobody is read where every
  /// tag has a fallback.
  static func tagCensus(
    _ policy: Policy, _ profiles: Profiles, _ sweep: Sweep, _ census: Census, _ space: AxisSpace,
    _ activity: ActivityRule
  ) async -> TagCensus {
    let needs = TagNeeds(policy)
    guard !needs.paths.isEmpty else { return TagCensus(paths: [], entries: []) }
    let tally = TagTally(needs.paths, profiles.catalog, space)
    await profiles.placeEveryone(space: space, activity: activity, at: sweep.at, spendCuts: sweep.spendCuts) {
      subject, placed, view in tally.add(profiles.name(of: subject), placed.key, view)
    }
    let counted = tally.counts
    return TagCensus(
      paths: needs.paths.map(\.text),
      entries: census.entries.map { entry in
        (counted[census.segment(of: entry.key)] ?? [:]).sorted { $0.key < $1.key }.map {
          TagCensus.Count(mask: $0.key, members: $0.value)
        }
      })
  }
}

/// Counts members by what they have, as several threads read them.
private final class TagTally: Sendable {
  private let paths: [TagPath]
  private let catalog: Catalog
  private let space: AxisSpace
  /// The store's products as merge tags see them.
  private let shelf: Shelf
  private let held = Mutex<[SegmentKey: Held]>([:])

  private typealias Held = (segment: Segment, names: MergeData.SegmentNames, counts: [UInt64: Int])

  init(_ paths: [TagPath], _ catalog: Catalog, _ space: AxisSpace) {
    (self.paths, self.catalog, self.space) = (paths, catalog, space)
    shelf = Shelf().updated(catalog.entries.indices.map { Int32($0) }, catalog)
  }

  /// - Parameter view: holds the member's profile.
  func add(_ name: String, _ key: SegmentKey, _ view: ProfileView) {
    let known = held.withLock { $0[key].map { ($0.segment, $0.names) } }
    let segment = known?.0 ?? space.segment(of: key, in: catalog)
    let names = known?.1 ?? MergeData.SegmentNames(segment, catalog)
    // As on the hot path: through a row.
    var name = name
    let mask = name.withUTF8 { name in
      var row = RowFields.Builder(
        name: UnsafeRawBufferPointer(name), hash: 0, key: key, context: ContextCode(codes: []), channels: 0)
      MergeData.pack(view, names, into: &row)
      let person = MergeData.customer(RowFields(bytes: row.bytes), shelf, nil)
      return paths.enumerated().reduce(UInt64(0)) { mask, path in
        path.element.isFilled(in: person) ? mask | 1 << UInt64(path.offset) : mask
      }
    }
    held.withLock { $0[key, default: (segment, names, [:])].counts[mask, default: 0] += 1 }
  }

  var counts: [Segment: [UInt64: Int]] {
    held.withLock { Dictionary($0.values.map { ($0.segment, $0.counts) }) { first, _ in first } }
  }
}
