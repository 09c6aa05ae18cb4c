import Synchronization
package import TesseraModel

/// Everyone placed as of T: the raw material of a cycle and of `segments assign`. Who has a place that still holds is
/// taken from the columns; everyone else is read and placed.
package struct Sweep: Sendable {
  /// Where a customer or visitor stands at T.
  package struct Placement: Sendable {
    package let subject: Profiles.Subject
    package let key: SegmentKey
    package let isActive: Bool
  }

  /// T.
  package let at: Instant
  package private(set) var spendCuts = SpendCuts.none
  /// Customers of the profiles; the visitors come behind them.
  package let customers: Int
  /// A word a subject in the order of the profiles, customers before visitors; 0 for those not listed at T.
  package private(set) var words: [UInt64] = []
  package private(set) var isActive: [Bool] = []
  /// How many had to be read, for their columns did not hold.
  package private(set) var readCount = 0
  private let coding: WordCoding

  /// Places every listed customer.
  package init(_ profiles: Profiles, space: AxisSpace, at instant: Instant, activity: ActivityRule) {
    self.init(profiles, space, at: instant)
    let parts = Sweep.parts(profiles).map {
      Sweep.Part(profiles, $0, space: space, at: instant, activity: activity, coding: coding)
    }
    assemble(parts, space)
  }

  /// As the other, on as many threads as there are.
  package static func parallel(
    _ profiles: Profiles, space: AxisSpace, at instant: Instant, activity: ActivityRule
  ) async -> Sweep {
    var sweep = Sweep(profiles, space, at: instant)
    guard !sweep.coding.isWide else { return Sweep(profiles, space: space, at: instant, activity: activity) }
    let coding = sweep.coding
    let ranges = parts(profiles)
    let parts = await withTaskGroup(of: (Int, Part).self) { group in
      for (i, range) in ranges.enumerated() {
        group.addTask {
          (i, Part(profiles, range, space: space, at: instant, activity: activity, coding: coding))
        }
      }
      var out = [Part?](repeating: nil, count: ranges.count)
      for await (i, part) in group { out[i] = part }
      return out.compactMap { $0 }
    }
    sweep.assemble(parts, space)
    return sweep
  }

  private init(_ profiles: Profiles, _ space: AxisSpace, at instant: Instant) {
    at = instant
    customers = profiles.customers.count
    // Words as the columns have them, so that they can be taken as they are.
    coding = WordCoding(Sweep.packing(profiles, space))
  }

  private static func packing(_ profiles: Profiles, _ space: AxisSpace) -> KeyPacking? {
    if let placing = profiles.placing, placing.axes == space.identity, placing.packing.fits(profiles.catalog) {
      return placing.packing
    }
    return space.packing(profiles.catalog)
  }

  /// The chunks that one task works on: enough of them that threads finish together.
  private struct PartRange: Sendable {
    let isVisitors: Bool
    let chunks: Range<Int>
  }

  private static let chunksPerPart = 128

  private static func parts(_ profiles: Profiles) -> [PartRange] {
    func ranges(_ count: Int, _ isVisitors: Bool) -> [PartRange] {
      stride(from: 0, to: count, by: chunksPerPart).map {
        PartRange(isVisitors: isVisitors, chunks: $0..<min(count, $0 + chunksPerPart))
      }
    }
    return ranges(profiles.customers.chunks.count, false) + ranges(profiles.visitors.chunks.count, true)
  }

  /// Puts the parts together and cuts spend at the percentiles of all.
  private mutating func assemble(_ parts: [Part], _ space: AxisSpace) {
    let count = parts.reduce(0) { $0 + $1.words.count }
    words.reserveCapacity(count)
    isActive.reserveCapacity(count)
    spendCuts = SpendCuts(revenues: parts.flatMap { $0.spenders.map(\.revenue) }, percentiles: space.percentiles)
    let spend = coding.spend(space)
    for part in parts {
      let start = words.count
      words += part.words
      isActive += part.isActive
      readCount += part.readCount
      for spender in part.spenders {
        let i = start + spender.index
        words[i] = spend(words[i], space.code(of: spender.revenue, spendCuts))
      }
    }
  }

  /// The key of a listed subject.
  package func key(_ word: UInt64) -> SegmentKey { coding.key(word) }
  /// Whether words order as keys do.
  var isOrdered: Bool { !coding.isWide }

  package func subject(_ i: Int) -> Profiles.Subject {
    i < customers ? .customer(Int32(i)) : .visitor(Int32(i - customers))
  }

  /// Everyone listed, in the order of the profiles: customers, then visitors.
  package var placements: [Placement] {
    words.indices.compactMap { i in
      words[i] == 0 ? nil : Placement(subject: subject(i), key: key(words[i]), isActive: isActive[i])
    }
  }

  /// What one task reads with, once somebody has to be read.
  private struct Reader {
    let profiles: Profiles
    let space: AxisSpace
    var view: ProfileView

    init(_ profiles: Profiles, _ space: AxisSpace, at instant: Instant) {
      (self.profiles, self.space) = (profiles.unshared(), space.unshared())
      view = ProfileView(self.profiles, at: instant, spendCuts: .none)
    }

    mutating func place(_ subject: Profiles.Subject, _ activity: ActivityRule) -> Placed {
      view.place(subject, of: profiles, space: space, activity: activity)
    }
  }

  /// What one task places.
  private struct Part: Sendable {
    var words: [UInt64] = []
    var isActive: [Bool] = []
    var spenders: [(index: Int, revenue: Money)] = []
    var readCount = 0

    init(
      _ profiles: Profiles, _ range: PartRange, space: AxisSpace, at instant: Instant, activity: ActivityRule,
      coding: WordCoding
    ) {
      var reader: Reader?
      let table = range.isVisitors ? profiles.visitors : profiles.customers
      let isHolding = profiles.placing.map { $0.isFor(space, activity) && coding.isPacking($0.packing) } ?? false
      let count = range.chunks.reduce(0) { $0 + table.chunks[$1].count }
      words.reserveCapacity(count)
      isActive.reserveCapacity(count)
      let mask = activity.activeBits(at: instant)
      for c in range.chunks {
        let rows = table.chunks[c].count
        // A chunk nobody of whom has to be read is taken whole.
        if isHolding, take(table.chunks[c].placed, rows, mask, at: instant) { continue }
        let columns = table.chunks[c].placed
        for row in 0..<rows {
          if isHolding, columns.isHeld(row, at: instant) {
            add(columns.words[row], bits: columns.bits[row], revenue: columns.revenue(row), mask)
            continue
          }
          let number = Int32(c * SubjectChunk.size + row)
          let subject: Profiles.Subject = range.isVisitors ? .visitor(number) : .customer(number)
          if reader == nil { reader = Reader(profiles, space, at: instant) }
          let placed = reader?.place(subject, activity) ?? .nobody
          readCount += 1
          let isListed = placed.bits & Placed.isListed != 0
          add(isListed ? coding.word(placed.key) : 0, bits: placed.bits, revenue: placed.revenue, mask)
        }
      }
    }

    /// Adds a chunk's columns as they are.
    /// - Returns: false, with nothing added, if one of its rows does not hold at T.
    private mutating func take(_ columns: PlacedColumns, _ rows: Int, _ mask: UInt8, at instant: Instant) -> Bool {
      guard columns.areHeld(rows, at: instant) else { return false }
      let start = words.count
      // Who is not listed has neither a word nor bits.
      words.append(contentsOf: columns.words.prefix(rows))
      isActive.append(contentsOf: columns.bits.prefix(rows).lazy.map { $0 & mask != 0 })
      for (row, revenue) in columns.revenues.prefix(rows).enumerated() where revenue > .zero && words[start + row] != 0
      {
        spenders.append((start + row, revenue))
      }
      return true
    }

    @inline(__always)
    private mutating func add(_ word: UInt64, bits: UInt8, revenue: Money, _ mask: UInt8) {
      let isListed = bits & Placed.isListed != 0
      if revenue > .zero, isListed { spenders.append((words.count, revenue)) }
      words.append(isListed ? word : 0)
      isActive.append(isListed && bits & mask != 0)
    }
  }
}

/// Keys as words, by bits where they fit, else by number in a table.
final class WordCoding: Sendable {
  private let packing: KeyPacking?
  private let table: Mutex<(numbers: [SegmentKey: UInt64], keys: [SegmentKey])>

  init(_ packing: KeyPacking?) {
    self.packing = packing
    table = Mutex(([:], []))
  }

  /// Whether keys do not fit a word.
  var isWide: Bool { packing == nil }

  func isPacking(_ other: KeyPacking) -> Bool { packing == other }

  /// Puts a code of spend into a word.
  func spend(_ space: AxisSpace) -> (_ word: UInt64, _ code: UInt16) -> UInt64 {
    guard let axis = space.comparedIndex else { return { word, _ in word } }
    if let packing { return { word, code in packing.word(word, axis, code) } }
    return { word, code in
      var key = self.key(word)
      key[axis] = code
      return self.word(key)
    }
  }

  @inline(__always)
  func word(_ key: SegmentKey) -> UInt64 {
    if let packing { return packing.word(key) }
    return table.withLock { table in
      if let known = table.numbers[key] { return known }
      table.keys.append(key)
      table.numbers[key] = UInt64(table.keys.count)
      return UInt64(table.keys.count)
    }
  }

  func key(_ word: UInt64) -> SegmentKey {
    if let packing { return packing.key(word) }
    return table.withLock { $0.keys[Int(word) - 1] }
  }
}
