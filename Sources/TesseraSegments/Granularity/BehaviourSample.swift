package import TesseraModel

/// Where some people were at an instant in the past, and what they have done since: the evidence by which it is
/// measured how much telling people apart says about them. Chosen and sorted by the hashes of their ids, so that the
/// order in which facts arrived leaves no trace.
package struct BehaviourSample: Sendable {
  /// One of them.
  package struct Person: Sendable {
    /// Where they were at the start of the window, in the codes of the axes in use.
    package let pastKey: SegmentKey
    /// What they did within the window, one number an outcome.
    package let outcomes: SIMD16<Float>
    /// The part of the cross-validation that they are in.
    package let fold: Int

    package init(pastKey: SegmentKey, outcomes: SIMD16<Float>, fold: Int) {
      (self.pastKey, self.outcomes, self.fold) = (pastKey, outcomes, fold)
    }
  }

  package let people: [Person]
  /// How long people were watched, in milliseconds.
  package let window: Int64

  /// The longest stretch of time that outcomes are looked at, and the least.
  private static let windowMax = 7 * Instant.day
  private static let windowMin = 10 * Instant.minute
  private static let orderWindowMax = 90 * Instant.day
  /// People who are enough to say what is usual.
  package static let size = 4_000

  package init(people: [Person], window: Int64) { (self.people, self.window) = (people, window) }

  /// Every second person, and the others: to choose by, and to judge by.
  var halves: [BehaviourSample] {
    let half = { parity in
      BehaviourSample(people: people.indices.filter { $0 % 2 == parity }.map { people[$0] }, window: window)
    }
    return [half(0), half(1)]
  }

  /// - Parameter sweep: who is listed at T.
  package init(_ profiles: Profiles, _ sweep: Sweep, space: AxisSpace) {
    let chosen = BehaviourSample.chosen(profiles, sweep)
    let subjects = chosen.map(\.subject)
    window = BehaviourSample.window(profiles, subjects, at: sweep.at)
    let start = sweep.at.adding(-window)
    let interests = Interests(profiles, subjects, at: sweep.at)
    var now = ProfileView(profiles, at: sweep.at, spendCuts: sweep.spendCuts)
    var past = ProfileView(profiles, at: start, spendCuts: sweep.spendCuts)
    people = chosen.compactMap { person in
      guard past.fill(profiles, person.subject), now.fill(profiles, person.subject) else { return nil }
      return Person(
        pastKey: space.key(of: past), outcomes: interests.outcomes(now, from: start, to: sweep.at),
        fold: Int(person.hash >> 32 % UInt64(GranularityPlan.folds)))
    }
  }

  /// Some of those listed, by the hashes of their ids and in the order of those.
  package static func chosen(_ profiles: Profiles, _ sweep: Sweep) -> [(hash: UInt64, subject: Profiles.Subject)] {
    let listed = sweep.listed
    let oneIn = UInt64(max(1, listed / size))
    var out: [(hash: UInt64, subject: Profiles.Subject)] = []
    for i in 0..<sweep.count where sweep.word(i) != 0 {
      let subject = sweep.subject(i)
      let hash = profiles.hash(of: subject)
      if hash % oneIn == 0 { out.append((hash, subject)) }
    }
    return out.sorted { $0.hash < $1.hash }
  }

  /// So long that half of the facts are older, for there must be a past to tell people apart by: at most a week where
  /// people visit, a quarter where they only order.
  package static func window(_ profiles: Profiles, _ sample: [Profiles.Subject], at instant: Instant) -> Int64 {
    var view = ProfileView(profiles, at: instant, spendCuts: .none)
    var (visits, orders) = ([Int64](), [Int64]())
    for subject in sample where view.fill(profiles, subject) {
      visits += view.events.map { instant.milliseconds - $0.at }
      orders += view.orders.map { $0.placedAt.age(at: instant) }
    }
    let (ages, most) = visits.isEmpty ? (orders, orderWindowMax) : (visits, windowMax)
    guard !ages.isEmpty else { return most }
    return min(most, max(windowMin, ages.sorted()[ages.count / 2]))
  }
}

extension Profiles {
  /// A hash of a subject's id; a customer and a visitor of the same id differ.
  fileprivate func hash(of subject: Subject) -> UInt64 {
    switch subject {
    case .customer(let c): customers.checksum(Int(c))
    case .visitor(let v): ~visitors.checksum(Int(v))
    }
  }
}

extension SubjectTable {
  /// Of the id: the same on every machine.
  fileprivate func checksum(_ number: Int) -> UInt64 {
    let (chunk, row) = SubjectTable.place(number)
    return chunks[chunk].withID(row) { Checksum.hash(UnsafeRawBufferPointer($0)) }
  }
}
