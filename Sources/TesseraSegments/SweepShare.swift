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

    /// Reads how long the columns are, which `touch` would have to wait for.
    @inline(__always)
    func touchLengths() -> UInt32 { UInt32(truncatingIfNeeded: codes.count ^ bits.count) }

    /// Reads a byte of every line of memory, so that they come at once and not one after the other.
    func touch() -> UInt32 {
      var seen: UInt32 = 0
      codes.withUnsafeBufferPointer { codes in
        for i in stride(from: 0, to: codes.count, by: 16) { seen ^= codes[i] }
      }
      bits.withUnsafeBufferPointer { bits in
        for i in stride(from: 0, to: bits.count, by: 64) { seen ^= UInt32(bits[i]) }
      }
      return seen
    }

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
  /// See `forEachPiece`.
  private var touched: UInt32 = 0

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
        let rows = min(SubjectChunk.size, table.count - c * SubjectChunk.size)
        // A chunk nobody of whom has to be read is taken whole. Its columns are asked for one by one, for each that is
        // had costs a line of memory, and there are tens of thousands of chunks.
        if placing != nil, table.chunks[c].placed.areHeld(rows, at: instant) {
          let (codes, bits) = (table.chunks[c].placed.codes, table.chunks[c].placed.bits)
          take(codes, bits, table.chunks[c].placed.revenues, rows)
          continue
        }
        let columns = table.chunks[c].placed
        let used = reader ?? Reader(profiles, space, at: instant)
        reader = used
        var codes: [UInt32] = []
        codes.reserveCapacity(rows)
        used.with(table.chunks[c]) { own, view, profiles, space in
          for row in 0..<rows {
            if placing != nil, columns.isHeld(row, at: instant) {
              add(columns.codes[row], bits: columns.bits[row], revenue: columns.revenue(row), to: &codes)
              continue
            }
            let number = Int32(c * SubjectChunk.size + row)
            let subject: Profiles.Subject = span.isVisitors ? .visitor(number) : .customer(number)
            let placed = view.place(subject, from: own[row], of: profiles, space: space, activity: activity)
            readCount += 1
            let isListed = placed.bits & Placed.isListed != 0
            let code = isListed ? numbers.number(of: coding.word(placed.key)) : 0
            add(code, bits: placed.bits, revenue: placed.revenue, to: &codes)
          }
        }
        count += rows
        pieces.append(Piece(codes: codes, bits: []))
      }
    }
    tally()
  }

  /// Adds a chunk's columns as they are; who is not listed has neither a segment nor bits.
  private mutating func take(_ codes: [UInt32], _ bits: [UInt8], _ revenues: [Money], _ rows: Int) {
    for (row, revenue) in revenues.prefix(rows).enumerated() where revenue > .zero && codes[row] != 0 {
      spenders.append(Spender(piece: Int32(pieces.count), row: Int32(row), revenue: revenue))
    }
    count += rows
    let isWhole = codes.count == rows
    pieces.append(
      Piece(codes: isWhole ? codes : Array(codes.prefix(rows)), bits: isWhole ? bits : Array(bits.prefix(rows))))
  }

  @inline(__always)
  private mutating func add(_ code: UInt32, bits: UInt8, revenue: Money, to codes: inout [UInt32]) {
    let isListed = bits & Placed.isListed != 0
    if revenue > .zero, isListed {
      spenders.append(Spender(piece: Int32(pieces.count), row: Int32(codes.count), revenue: revenue))
    }
    codes.append(isListed ? code | (bits & mask != 0 ? SweepShare.activeBit : 0) : 0)
  }

  /// Hands on the pieces in order, each while the next one is on its way from memory.
  /// - Returns: what was touched on the way; kept, or the compiler would leave the touching out.
  @inline(__always)
  private func forEachPiece(_ body: (Piece) -> Void) -> UInt32 {
    var seen: UInt32 = 0
    for i in pieces.indices {
      if i + 2 < pieces.count { seen ^= pieces[i + 2].touchLengths() }
      if i + 1 < pieces.count { seen ^= pieces[i + 1].touch() }
      body(pieces[i])
    }
    return seen
  }

  private mutating func tally() {
    // Both counts of a number in one word, so that one place is written a subject: members below, active above.
    var counts = [UInt64](repeating: 0, count: numbers.words.count)
    counts.withUnsafeMutableBufferPointer { counts in
      touched = forEachPiece { piece in
        piece.forEach(mask) { _, number, isActive in counts[number] &+= isActive ? 1 << 32 | 1 : 1 }
      }
      counts[0] = 0
    }
    members = counts.map { Int32(truncatingIfNeeded: $0) }
    active = counts.map { Int32(truncatingIfNeeded: $0 >> 32) }
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
    var touched: UInt32 = 0
    let subjects = [Int32](unsafeUninitializedCapacity: Int(starts[members.count])) { subjects, used in
      next.withUnsafeMutableBufferPointer { next in
        var start = first
        touched = forEachPiece { piece in
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
    return ShareMembers(subjects: subjects, starts: starts, touched: touched)
  }

  /// What one task reads with, once somebody has to be read.
  private final class Reader {
    private let profiles: Profiles
    private let space: AxisSpace
    private var view: ProfileView

    init(_ profiles: Profiles, _ space: AxisSpace, at instant: Instant) {
      // Rows of customers are handed over.
      (self.profiles, self.space) = (profiles.unshared(exceptCustomers: true), space.unshared())
      view = ProfileView(self.profiles, at: instant, spendCuts: .none)
    }

    /// Lends everything for a chunk, for to ask for it at each subject would move all of it each time.
    @inline(__always)
    func with(
      _ chunk: SubjectChunk, _ body: (SubjectRows, inout ProfileView, Profiles, AxisSpace) -> Void
    ) {
      chunk.withRows { body($0, &view, profiles, space) }
    }
  }
}

/// The subjects of a share by their segment's number.
struct ShareMembers: Sendable {
  let subjects: [Int32]
  let starts: [Int32]
  /// See `SweepShare.forEachPiece`.
  fileprivate let touched: UInt32

  func callAsFunction(_ number: Int) -> ArraySlice<Int32> { subjects[Int(starts[number])..<Int(starts[number + 1])] }
}
