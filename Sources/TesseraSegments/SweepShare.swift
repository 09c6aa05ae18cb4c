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
    let piece: Int32
    let row: Int32
    let revenue: Money
  }

  /// A chunk's subjects: the columns as they are where all of them hold, so that nothing is copied.
  private struct Piece: Sendable {
    /// A number a subject, see `numbers`; where there are no bits, the highest one says that they are active.
    var codes: [UInt32]
    /// Of the columns; `mask` says which of them make somebody active.
    let bits: [UInt8]

    @inline(__always)
    func forEach(_ mask: UInt8, _ body: (_ row: Int, _ number: Int, _ isActive: Bool) -> Void) {
      codes.withUnsafeBufferPointer { codes in
        bits.withUnsafeBufferPointer { bits in
          if bits.isEmpty {
            for row in codes.indices { body(row, SweepShare.number(codes[row]), codes[row] >> 31 != 0) }
          } else {
            for row in codes.indices { body(row, Int(codes[row]), bits[row] & mask != 0) }
          }
        }
      }
    }
  }

  private var pieces: [Piece] = []
  /// Where each span's subjects and pieces start.
  private var spanStarts: [(subject: Int, piece: Int)] = []
  private(set) var count = 0
  private let mask: UInt8
  private(set) var numbers = WordNumbers()
  /// How many there are of each number, and how many of them active.
  private(set) var members: [Int32] = []
  private(set) var active: [Int32] = []
  private(set) var readCount = 0
  private var spenders: [Spender] = []

  private static let activeBit: UInt32 = 1 << 31

  @inline(__always)
  private static func number(_ code: UInt32) -> Int { Int(code & ~activeBit) }

  /// The amounts of this share that are compared.
  var revenues: [Money] { spenders.map(\.revenue) }

  init(
    _ profiles: Profiles, _ spans: [Span], _ space: AxisSpace, _ activity: ActivityRule, _ coding: WordCoding,
    at instant: Instant
  ) {
    let placing = profiles.placing.flatMap { $0.isFor(space, activity) && coding.isPacking($0.packing) ? $0 : nil }
    if let placing { numbers = placing.numbers }
    mask = activity.activeBits(at: instant)
    var reader: Reader?
    for span in spans {
      let table = span.isVisitors ? profiles.visitors : profiles.customers
      spanStarts.append((count, pieces.count))
      for c in span.chunks {
        let rows = table.chunks[c].count
        let columns = table.chunks[c].placed
        // A chunk nobody of whom has to be read is taken whole.
        if placing != nil, columns.areHeld(rows, at: instant) {
          take(columns, rows)
          continue
        }
        var codes: [UInt32] = []
        codes.reserveCapacity(rows)
        for row in 0..<rows {
          if placing != nil, columns.isHeld(row, at: instant) {
            add(columns.codes[row], bits: columns.bits[row], revenue: columns.revenue(row), to: &codes)
            continue
          }
          let number = Int32(c * SubjectChunk.size + row)
          if reader == nil { reader = Reader(profiles, space, at: instant) }
          let placed = reader?.place(span.isVisitors ? .visitor(number) : .customer(number), activity) ?? .nobody
          readCount += 1
          let isListed = placed.bits & Placed.isListed != 0
          let code = isListed ? numbers.number(of: coding.word(placed.key)) : 0
          add(code, bits: placed.bits, revenue: placed.revenue, to: &codes)
        }
        count += rows
        pieces.append(Piece(codes: codes, bits: []))
      }
    }
    tally()
  }

  /// Adds a chunk's columns as they are; who is not listed has neither a segment nor bits.
  private mutating func take(_ columns: PlacedColumns, _ rows: Int) {
    for (row, revenue) in columns.revenues.prefix(rows).enumerated() where revenue > .zero && columns.codes[row] != 0 {
      spenders.append(Spender(piece: Int32(pieces.count), row: Int32(row), revenue: revenue))
    }
    count += rows
    let isWhole = columns.codes.count == rows
    pieces.append(
      Piece(
        codes: isWhole ? columns.codes : Array(columns.codes.prefix(rows)),
        bits: isWhole ? columns.bits : Array(columns.bits.prefix(rows))))
  }

  @inline(__always)
  private mutating func add(_ code: UInt32, bits: UInt8, revenue: Money, to codes: inout [UInt32]) {
    let isListed = bits & Placed.isListed != 0
    if revenue > .zero, isListed {
      spenders.append(Spender(piece: Int32(pieces.count), row: Int32(codes.count), revenue: revenue))
    }
    codes.append(isListed ? code | (bits & mask != 0 ? SweepShare.activeBit : 0) : 0)
  }

  private mutating func tally() {
    var (members, active) = ([Int32](repeating: 0, count: numbers.words.count), [Int32]())
    active = members
    members.withUnsafeMutableBufferPointer { members in
      active.withUnsafeMutableBufferPointer { active in
        for piece in pieces {
          piece.forEach(mask) { _, number, isActive in
            members[number] += 1
            active[number] += isActive ? 1 : 0
          }
        }
        (members[0], active[0]) = (0, 0)
      }
    }
    (self.members, self.active) = (members, active)
  }

  /// A subject's segment and whether they are active.
  /// - Parameter i: its place in the share.
  func place(_ i: Int) -> (word: UInt64, isActive: Bool) {
    var span = spanStarts.count - 1
    while spanStarts[span].subject > i { span -= 1 }
    let (piece, row) = (i - spanStarts[span].subject).quotientAndRemainder(dividingBy: SubjectChunk.size)
    let found = pieces[spanStarts[span].piece + piece]
    let code = found.codes[row]
    let isActive = found.bits.isEmpty ? code >> 31 != 0 : found.bits[row] & mask != 0
    return (numbers.words[SweepShare.number(code)], isActive)
  }

  /// Puts what people read from their amounts into their segments.
  mutating func compare(_ cuts: SpendCuts, _ space: AxisSpace, _ coding: WordCoding) {
    let word = coding.spend(space)
    var isChanged = false
    for spender in spenders {
      let code = pieces[Int(spender.piece)].codes[Int(spender.row)]
      let old = numbers.words[SweepShare.number(code)]
      let new = word(old, space.code(of: spender.revenue, cuts))
      if new == old { continue }
      isChanged = true
      pieces[Int(spender.piece)].codes[Int(spender.row)] = numbers.number(of: new) | code & SweepShare.activeBit
    }
    spenders = []
    if isChanged { tally() }
  }

  /// Subjects by number: those of a number stand together, ascending.
  /// - Parameter first: the number of the share's first subject.
  func subjects(from first: Int) -> ShareMembers {
    var starts = [Int32](repeating: 0, count: members.count + 1)
    for (number, count) in members.enumerated() { starts[number + 1] = starts[number] + count }
    var next = starts
    let subjects = [Int32](unsafeUninitializedCapacity: Int(starts[members.count])) { subjects, used in
      next.withUnsafeMutableBufferPointer { next in
        var start = first
        for piece in pieces {
          piece.forEach(mask) { row, number, _ in
            if number == 0 { return }
            subjects.initializeElement(at: Int(next[number]), to: Int32(start + row))
            next[number] += 1
          }
          start += piece.codes.count
        }
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
