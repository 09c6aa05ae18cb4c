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
    for share in 0..<Share.count { append(Share(share, words, isActive, withSubjects: withSubjects)) }
  }

  /// As the other, on as many threads as there are.
  package static func parallel(words: [UInt64], isActive: [Bool], withSubjects: Bool) async -> Grouping {
    let shares = await withTaskGroup(of: (Int, Share).self) { group in
      for share in 0..<Share.count {
        group.addTask { (share, Share(share, words, isActive, withSubjects: withSubjects)) }
      }
      var out = [Share?](repeating: nil, count: Share.count)
      for await (i, share) in group { out[i] = share }
      return out.compactMap { $0 }
    }
    var grouping = Grouping()
    grouping.entries.reserveCapacity(shares.reduce(0) { $0 + $1.entries.count })
    grouping.subjects.reserveCapacity(shares.reduce(0) { $0 + $1.subjects.count })
    for share in shares { grouping.append(share) }
    return grouping
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

  /// What one task finds: the segments whose hash falls to it. Subjects are spread by it over parts, each small enough
  /// for the cache: one pass over all words counts, one places.
  private struct Share: Sendable {
    static let count = 2
    private static let partBits: UInt64 = 8

    var entries: [Entry] = []
    var subjects: [Int32] = []

    /// A subject on the way.
    private struct Item {
      var word: UInt64
      var subject: Int32
      var isActive: Int32
    }

    init(_ share: Int, _ words: [UInt64], _ isActive: [Bool], withSubjects: Bool) {
      precondition(words.count == isActive.count && words.count < Int(Int32.max), "a flag a subject")
      let parts = 1 << Int(Share.partBits)
      let shareBits = UInt64(Share.count.trailingZeroBitCount)
      let own = UInt64(share)
      var bounds = [Int](repeating: 0, count: parts + 1)
      @inline(__always) func hash(_ word: UInt64) -> UInt64 { word &* 0x9E37_79B9_7F4A_7C15 }
      @inline(__always) func part(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash << shareBits) >> (64 - Share.partBits))
      }
      words.withUnsafeBufferPointer { words in
        for word in words where word != 0 {
          let hash = hash(word)
          if hash >> (64 - shareBits) == own { bounds[part(hash) + 1] += 1 }
        }
        for i in 1...parts { bounds[i] += bounds[i - 1] }
        var next = bounds
        withUnsafeTemporaryAllocation(of: Item.self, capacity: max(1, bounds[parts])) { items in
          for i in words.indices where words[i] != 0 {
            let hash = hash(words[i])
            guard hash >> (64 - shareBits) == own else { continue }
            let part = part(hash)
            items.initializeElement(
              at: next[part], to: Item(word: words[i], subject: Int32(i), isActive: isActive[i] ? 1 : 0))
            next[part] += 1
          }
          group(UnsafeBufferPointer(items), bounds, withSubjects: withSubjects)
        }
      }
    }

    private mutating func group(_ items: UnsafeBufferPointer<Item>, _ bounds: [Int], withSubjects: Bool) {
      if withSubjects { subjects = [Int32](repeating: 0, count: bounds[bounds.count - 1]) }
      var places: [Int32] = []
      for part in 0..<(bounds.count - 1) where bounds[part] < bounds[part + 1] {
        let range = bounds[part]..<bounds[part + 1]
        let first = entries.count
        places.removeAll(keepingCapacity: true)
        tally(items, range, places: &places)
        var start = Int32(range.lowerBound)
        for i in first..<entries.count {
          entries[i].start = start
          start += entries[i].members
        }
        if withSubjects { place(items, range, first: first, places: places) }
      }
    }

    /// Counts one part by open addressing in a small table, and notes each item's entry.
    private mutating func tally(_ items: UnsafeBufferPointer<Item>, _ range: Range<Int>, places: inout [Int32]) {
      var size = 16
      while size < range.count * 2 { size *= 2 }
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: size) { table in
        table.initialize(repeating: -1)
        for i in range {
          let item = items[i]
          var slot = Int(truncatingIfNeeded: (item.word &* 0xD6E8_FEB8_6659_FD93) >> 32) & (size - 1)
          while table[slot] >= 0, entries[Int(table[slot])].word != item.word { slot = (slot + 1) & (size - 1) }
          if table[slot] < 0 {
            table[slot] = Int32(entries.count)
            entries.append(Entry(word: item.word, members: 0, active: 0))
          }
          entries[Int(table[slot])].members += 1
          entries[Int(table[slot])].active += item.isActive
          places.append(table[slot])
        }
      }
    }

    private mutating func place(
      _ items: UnsafeBufferPointer<Item>, _ range: Range<Int>, first: Int, places: [Int32]
    ) {
      var next = entries[first...].map(\.start)
      for (i, item) in range.enumerated() {
        let entry = Int(places[i]) - first
        subjects[Int(next[entry])] = items[item].subject
        next[entry] += 1
      }
    }
  }
}
