/// Subjects grouped by micro-segment: how many are in each, how many of them active, and who.
package struct Grouping: Sendable {
  /// A populated segment.
  package struct Entry: Sendable {
    package let word: UInt64
    package fileprivate(set) var members: Int32
    package fileprivate(set) var active: Int32
    /// The segment's number in each of the sweep's shares; 0 where none of its members are.
    fileprivate var numbers = SIMD4<UInt32>.zero
  }

  /// In order of the first member, but for those whose amounts are compared; always the same for the same profiles.
  package private(set) var entries: [Entry] = []
  /// Empty unless asked for.
  private var members: [ShareMembers] = []

  /// - Parameter withSubjects: whether to list who is in each segment.
  package init(_ sweep: Sweep, withSubjects: Bool) {
    self.init(merging: sweep)
    if withSubjects { members = sweep.shares.indices.map { sweep.shares[$0].subjects(from: sweep.starts[$0]) } }
  }

  /// As the other, on as many threads as there are.
  package static func parallel(_ sweep: Sweep, withSubjects: Bool) async -> Grouping {
    guard withSubjects else { return Grouping(merging: sweep) }
    async let members = inParallel(Array(zip(sweep.shares, sweep.starts))) { share, start in
      share.subjects(from: start)
    }
    var grouping = Grouping(merging: sweep)
    grouping.members = await members
    return grouping
  }

  /// Adds up what the shares have counted.
  private init(merging sweep: Sweep) {
    precondition(sweep.shares.count <= SIMD4<UInt32>.scalarCount, "an entry has a number in each share")
    var numbers = WordNumbers()
    // Shares that have their numbers from the columns mean the same by them.
    let shared = sweep.sharedNumbers
    var entryOf = [Int32](repeating: -1, count: shared)
    for (s, share) in sweep.shares.enumerated() {
      for (number, word) in share.numbers.words.enumerated() where share.members[number] > 0 {
        var entry = number < shared ? Int(entryOf[number]) : -1
        if entry < 0 {
          entry = Int(numbers.number(of: word)) - 1
          if entry == entries.count { entries.append(Entry(word: word, members: 0, active: 0)) }
          if number < shared { entryOf[number] = Int32(entry) }
        }
        entries[entry].members += share.members[number]
        entries[entry].active += share.active[number]
        entries[entry].numbers[s] = UInt32(number)
      }
    }
  }

  /// Who is in a segment: numbers of subjects, ascending; nobody where they were not asked for.
  package func subjects(of entry: Entry) -> [Int32] {
    members.enumerated().flatMap { s, members in entry.numbers[s] == 0 ? [] : members(Int(entry.numbers[s])) }
  }
}
