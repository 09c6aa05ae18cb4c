import TesseraModel

/// Who is decided for with which decided segment: active people by the finest decided segment that they match.
package struct SegmentMembers: Sendable {
  /// By the number of the decided segment.
  private let lists: [[Profiles.Subject]]

  /// - Parameters:
  ///   - profiles: those that were swept.
  ///   - census: what the keys of the roll-up mean.
  package init(_ sweep: Sweep, _ rollUp: RollUp, _ census: Census, profiles: Profiles, space: AxisSpace) {
    var lists = [[Profiles.Subject]](repeating: [], count: rollUp.decided.count)
    var profiles = profiles
    var numbers: [SegmentKey: Int] = [:]
    for (number, decided) in rollUp.decided.enumerated() {
      // The roll-up speaks in the census's codes, the sweep in those of the axes in use.
      guard let key = profiles.key(of: census.segment(of: decided.key), in: space) else { continue }
      if numbers[key] == nil { numbers[key] = number }
    }
    let masks = rollUp.order.masks
    var homes: [UInt64: Int] = [:]
    for i in 0..<sweep.count {
      let word = sweep.word(i)
      guard word != 0, sweep.isActive(i) else { continue }
      let home: Int
      if let known = homes[word] {
        home = known
      } else {
        let key = sweep.key(word)
        home = masks.lazy.compactMap { numbers[key.relaxed($0)] }.first ?? -1
        homes[word] = home
      }
      if home >= 0 { lists[home].append(sweep.subject(i)) }
    }
    self.lists = lists
  }

  package var count: Int { lists.count }
  package func members(_ number: Int) -> [Profiles.Subject] { lists[number] }
}
