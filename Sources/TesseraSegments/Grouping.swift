/// Subjects grouped by micro-segment: how many are in each, how many of them active, and who.
package struct Grouping: Sendable {
  /// A populated segment.
  package struct Entry: Sendable {
    package let word: UInt64
    package fileprivate(set) var members: Int32
    package fileprivate(set) var active: Int32
    /// Where the segment's members start in `subjects`.
    fileprivate var start: Int32 = 0
  }

  /// In no particular order, but always the same for the same words.
  package private(set) var entries: [Entry] = []
  /// Numbers of subjects, segment by segment, ascending within each; empty unless asked for.
  private var subjects: [Int32] = []

  /// - Parameters:
  ///   - words: one a subject; 0 is nobody.
  ///   - withSubjects: whether to list who is in each segment.
  package init(words: [UInt64], isActive: [Bool], withSubjects: Bool) {
    let slices = Slice.ranges(words.count).map { Slice(words, isActive, $0) }
    for share in Share.all(words.count) { append(Share(share, slices, withSubjects: withSubjects)) }
  }

  /// As the other, on as many threads as there are.
  package static func parallel(words: [UInt64], isActive: [Bool], withSubjects: Bool) async -> Grouping {
    let slices = await inParallel(Slice.ranges(words.count)) { Slice(words, isActive, $0) }
    let shares = await inParallel(Share.all(words.count)) { Share($0, slices, withSubjects: withSubjects) }
    var grouping = Grouping()
    grouping.entries.reserveCapacity(shares.reduce(0) { $0 + $1.entries.count })
    grouping.subjects.reserveCapacity(shares.reduce(0) { $0 + $1.subjects.count })
    for share in shares { grouping.append(share) }
    return grouping
  }

  private static func inParallel<T: Sendable, R: Sendable>(
    _ work: [T], _ body: @escaping @Sendable (T) -> R
  ) async -> [R] {
    await withTaskGroup(of: (Int, R).self) { group in
      for (i, item) in work.enumerated() { group.addTask { (i, body(item)) } }
      var out = [R?](repeating: nil, count: work.count)
      for await (i, result) in group { out[i] = result }
      return out.compactMap { $0 }
    }
  }

  private init() {}

  private mutating func append(_ share: Share) {
    let base = Int32(subjects.count)
    subjects += share.subjects
    if base == 0 {
      entries += share.entries
    } else {
      for var entry in share.entries {
        entry.start += base
        entries.append(entry)
      }
    }
  }

  /// Who is in a segment: numbers of subjects, ascending.
  package func subjects(of entry: Entry) -> ArraySlice<Int32> {
    subjects.isEmpty ? [] : subjects[Int(entry.start)..<Int(entry.start + entry.members)]
  }

  /// A range of subjects spread by the hash of their words over parts, each small enough to be counted in the cache.
  private struct Slice: Sendable {
    /// Part by part, in the order of the subjects within each.
    let words: [UInt64]
    /// The subjects of the words; the highest bit says that they are active.
    let subjects: [UInt32]
    let bounds: [Int]

    static let activeBit: UInt32 = 1 << 31

    /// Always the same for the same count, so that the result does not depend on the machine.
    static func ranges(_ count: Int) -> [Range<Int>] { [0..<(count / 2), (count / 2)..<count] }

    /// How many bits of the hash choose a part: some four thousand subjects in each.
    static func partBits(_ count: Int) -> UInt64 {
      UInt64(min(10, max(1, Int.bitWidth - (count / 4_096).leadingZeroBitCount)))
    }

    init(_ words: [UInt64], _ isActive: [Bool], _ range: Range<Int>) {
      precondition(words.count == isActive.count && words.count < Int(Int32.max), "a flag a subject")
      let shift = 64 - Slice.partBits(words.count)
      @inline(__always) func part(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> shift)
      }
      var bounds = [Int](repeating: 0, count: 1 << Int(64 - shift) + 1)
      for word in words[range] where word != 0 { bounds[part(word) + 1] += 1 }
      for i in bounds.indices.dropFirst() { bounds[i] += bounds[i - 1] }
      let count = bounds[bounds.count - 1]
      var subjects: [UInt32] = []
      self.words = [UInt64](unsafeUninitializedCapacity: count) { placed, used in
        subjects = [UInt32](unsafeUninitializedCapacity: count) { people, peopleUsed in
          var next = bounds
          for i in range where words[i] != 0 {
            let part = part(words[i])
            let place = next[part]
            placed.initializeElement(at: place, to: words[i])
            people.initializeElement(at: place, to: UInt32(i) | (isActive[i] ? Slice.activeBit : 0))
            next[part] = place + 1
          }
          peopleUsed = count
        }
        used = count
      }
      (self.subjects, self.bounds) = (subjects, bounds)
    }
  }

  /// What one task finds: the segments of its parts.
  private struct Share: Sendable {
    private(set) var entries: [Entry] = []
    private(set) var subjects: [Int32] = []

    /// Ranges of parts.
    static func all(_ count: Int) -> [Range<Int>] {
      let parts = 1 << Int(Slice.partBits(count))
      return [0..<(parts / 2), (parts / 2)..<parts]
    }

    init(_ parts: Range<Int>, _ slices: [Slice], withSubjects: Bool) {
      func count(_ part: Int) -> Int { slices.reduce(0) { $0 + $1.bounds[part + 1] - $1.bounds[part] } }
      let counts = parts.map(count)
      let (most, total) = (counts.max() ?? 0, counts.reduce(0, +))
      var size = 16
      while size < most * 2 { size *= 2 }
      var start = 0
      var found: [Entry] = []
      subjects = [Int32](unsafeUninitializedCapacity: withSubjects ? total : 0) { subjects, used in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, size + most)) { room in
          withUnsafeTemporaryAllocation(of: Entry.self, capacity: max(1, most)) { entries in
            var tally = Tally(
              table: UnsafeMutableBufferPointer(rebasing: room[..<size]),
              places: UnsafeMutableBufferPointer(rebasing: room[size...]), entries: entries)
            for (part, count) in zip(parts, counts) where count > 0 {
              let distinct = tally.count(slices, part, of: count, from: start)
              found.append(contentsOf: UnsafeBufferPointer(rebasing: entries[..<distinct]))
              if withSubjects { tally.place(slices, part, distinct, to: subjects) }
              start += count
            }
          }
        }
        used = withSubjects ? total : 0
      }
      entries = found
    }
  }

  /// Counts a part by open addressing in a small table.
  private struct Tally {
    /// Where each slot's segment is among `entries`; -1 for none.
    let table: UnsafeMutableBufferPointer<Int32>
    /// Each item's segment.
    let places: UnsafeMutableBufferPointer<Int32>
    let entries: UnsafeMutableBufferPointer<Entry>

    /// - Parameter start: where the part's members start.
    /// - Returns: how many segments there are.
    mutating func count(_ slices: [Slice], _ part: Int, of count: Int, from start: Int) -> Int {
      var size = 16
      while size < count * 2 { size *= 2 }
      let table = UnsafeMutableBufferPointer(rebasing: table[..<size])
      table.initialize(repeating: -1)
      var (distinct, seen) = (0, 0)
      for slice in slices {
        for i in slice.bounds[part]..<slice.bounds[part + 1] {
          let word = slice.words[i]
          var slot = Int(truncatingIfNeeded: (word &* 0xD6E8_FEB8_6659_FD93) >> 32) & (size - 1)
          while table[slot] >= 0, entries[Int(table[slot])].word != word { slot = (slot + 1) & (size - 1) }
          if table[slot] < 0 {
            table[slot] = Int32(distinct)
            entries.initializeElement(at: distinct, to: Entry(word: word, members: 0, active: 0))
            distinct += 1
          }
          let entry = Int(table[slot])
          entries[entry].members += 1
          entries[entry].active += Int32(slice.subjects[i] >> 31)
          places.initializeElement(at: seen, to: Int32(entry))
          seen += 1
        }
      }
      var next = Int32(start)
      for entry in 0..<distinct {
        entries[entry].start = next
        next += entries[entry].members
      }
      return distinct
    }

    /// Puts each item's subject where its segment's members are; `entries` then hold their ends.
    mutating func place(_ slices: [Slice], _ part: Int, _ distinct: Int, to subjects: UnsafeMutableBufferPointer<Int32>)
    {
      var seen = 0
      for slice in slices {
        for i in slice.bounds[part]..<slice.bounds[part + 1] {
          let entry = Int(places[seen])
          let place = Int(entries[entry].start)
          subjects.initializeElement(at: place, to: Int32(slice.subjects[i] & ~Slice.activeBit))
          entries[entry].start = Int32(place + 1)
          seen += 1
        }
      }
    }
  }
}
