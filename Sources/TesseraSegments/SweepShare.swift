import TesseraModel

/// A run of subjects in the order of the profiles, placed by one task: a number a subject, and what the numbers mean.
struct SweepShare: Sendable {
  /// The chunks that a share consists of.
  struct Span: Sendable {
    let isVisitors: Bool
    let chunks: Range<Int>
  }

  /// Someone whose amount is compared with everyone's.
  private struct Spender: Sendable {
    let index: Int32
    let revenue: Money
  }

  /// A subject's number in `numbers`; the highest bit says that they are active.
  private(set) var codes: [UInt32] = []
  private(set) var numbers = WordNumbers()
  /// How many there are of each number, and how many of them active.
  private(set) var members: [Int32] = []
  private(set) var active: [Int32] = []
  private(set) var readCount = 0
  private var spenders: [Spender] = []

  static let activeBit: UInt32 = 1 << 31

  @inline(__always)
  static func number(_ code: UInt32) -> Int { Int(code & ~activeBit) }

  /// The amounts of this share that are compared.
  var revenues: [Money] { spenders.map(\.revenue) }

  init(
    _ profiles: Profiles, _ spans: [Span], _ space: AxisSpace, _ activity: ActivityRule, _ coding: WordCoding,
    at instant: Instant
  ) {
    let placing = profiles.placing.flatMap { $0.isFor(space, activity) && coding.isPacking($0.packing) ? $0 : nil }
    let isHolding = placing != nil
    if let placing { numbers = placing.numbers }
    let mask = activity.activeBits(at: instant)
    var reader: Reader?
    codes.reserveCapacity(
      spans.reduce(0) { sum, span in
        let table = span.isVisitors ? profiles.visitors : profiles.customers
        return sum + span.chunks.reduce(0) { $0 + table.chunks[$1].count }
      })
    for span in spans {
      let table = span.isVisitors ? profiles.visitors : profiles.customers
      for c in span.chunks {
        let rows = table.chunks[c].count
        let columns = table.chunks[c].placed
        // A chunk nobody of whom has to be read is taken whole.
        if isHolding, columns.areHeld(rows, at: instant) {
          take(columns, rows, mask)
          continue
        }
        for row in 0..<rows {
          if isHolding, columns.isHeld(row, at: instant) {
            add(columns.codes[row], bits: columns.bits[row], revenue: columns.revenue(row), mask)
            continue
          }
          let number = Int32(c * SubjectChunk.size + row)
          if reader == nil { reader = Reader(profiles, space, at: instant) }
          let placed = reader?.place(span.isVisitors ? .visitor(number) : .customer(number), activity) ?? .nobody
          readCount += 1
          let isListed = placed.bits & Placed.isListed != 0
          let code = isListed ? numbers.number(of: coding.word(placed.key)) : 0
          add(code, bits: placed.bits, revenue: placed.revenue, mask)
        }
      }
    }
    count()
  }

  /// Adds a chunk's columns as they are; who is not listed has neither a segment nor bits.
  private mutating func take(_ columns: PlacedColumns, _ rows: Int, _ mask: UInt8) {
    let start = Int32(codes.count)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: SubjectChunk.size) { room in
      columns.codes.withUnsafeBufferPointer { codes in
        columns.bits.withUnsafeBufferPointer { bits in
          for row in 0..<rows {
            let isActive = bits[row] & mask != 0
            room.initializeElement(at: row, to: codes[row] | (isActive ? SweepShare.activeBit : 0))
          }
        }
      }
      codes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: room[..<rows]))
    }
    for (row, revenue) in columns.revenues.prefix(rows).enumerated() where revenue > .zero && columns.codes[row] != 0 {
      spenders.append(Spender(index: start + Int32(row), revenue: revenue))
    }
  }

  @inline(__always)
  private mutating func add(_ code: UInt32, bits: UInt8, revenue: Money, _ mask: UInt8) {
    let isListed = bits & Placed.isListed != 0
    if revenue > .zero, isListed { spenders.append(Spender(index: Int32(codes.count), revenue: revenue)) }
    codes.append(isListed ? code | (bits & mask != 0 ? SweepShare.activeBit : 0) : 0)
  }

  private mutating func count() {
    members = [Int32](repeating: 0, count: numbers.words.count)
    active = members
    members.withUnsafeMutableBufferPointer { members in
      active.withUnsafeMutableBufferPointer { active in
        for code in codes {
          members[SweepShare.number(code)] += 1
          active[SweepShare.number(code)] += Int32(code >> 31)
        }
        (members[0], active[0]) = (0, 0)
      }
    }
  }

  /// Puts what people read from their amounts into their words.
  mutating func compare(_ cuts: SpendCuts, _ space: AxisSpace, _ coding: WordCoding) {
    let word = coding.spend(space)
    for spender in spenders {
      let code = codes[Int(spender.index)]
      let new = word(numbers.words[SweepShare.number(code)], space.code(of: spender.revenue, cuts))
      codes[Int(spender.index)] = numbers.number(of: new) | code & SweepShare.activeBit
    }
    if !spenders.isEmpty { count() }
    spenders = []
  }

  /// Subjects by number: those of a number stand together, ascending.
  /// - Parameter first: the number of the share's first subject.
  func subjects(from first: Int) -> ShareMembers {
    var starts = [Int32](repeating: 0, count: members.count + 1)
    for (number, count) in members.enumerated() { starts[number + 1] = starts[number] + count }
    var next = starts
    let subjects = [Int32](unsafeUninitializedCapacity: Int(starts[members.count])) { subjects, used in
      for (i, code) in codes.enumerated() {
        let number = SweepShare.number(code)
        if number == 0 { continue }
        subjects.initializeElement(at: Int(next[number]), to: Int32(first + i))
        next[number] += 1
      }
      used = subjects.count
    }
    return ShareMembers(subjects: subjects, starts: starts)
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
}

/// The subjects of a share by their segment's number.
struct ShareMembers: Sendable {
  let subjects: [Int32]
  let starts: [Int32]

  func callAsFunction(_ number: Int) -> ArraySlice<Int32> { subjects[Int(starts[number])..<Int(starts[number + 1])] }
}
