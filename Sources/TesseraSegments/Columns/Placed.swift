package import TesseraModel

/// Where a subject stands at T, and until when time alone leaves it there.
package struct Placed: Sendable {
  package var key: SegmentKey
  /// The first time after T, in milliseconds, at which the axes or the bits may read something else without a new fact.
  package var until: Int64
  package var bits: UInt8
  package var revenue: Money

  package static let isListed: UInt8 = 1
  package static let isOnSiteLately: UInt8 = 2
  /// The bit that says whether a message may go out on a channel: email, SMS, push.
  package static func mayReceive(_ channel: Int) -> UInt8 { 4 << UInt8(channel) }

  static let nobody = Placed(key: SegmentKey(), until: .max, bits: 0, revenue: .zero)
}

/// What the columns of places depend on beside facts and time.
struct Placing: Sendable {
  /// See `AxisSpace.identity`.
  var axes: UInt64
  /// Whether prices of products move people.
  var readsTiers: Bool
  var packing: KeyPacking
  /// Segments by number, as the columns name them.
  var numbers = WordNumbers()
  var capMessages: Int
  var capDays: Int

  /// - Returns: nil where keys do not fit a word: then nothing is kept, and everyone is read anew each time.
  init?(_ space: AxisSpace, _ activity: ActivityRule, _ catalog: Catalog) {
    guard let packing = space.packing(catalog) else { return nil }
    self.packing = packing
    (axes, readsTiers) = (space.identity, space.readsTiers)
    (capMessages, capDays) = (activity.capMessages, activity.capDays)
  }
}

extension ProfileView {
  /// Reads a subject and places it as of T.
  package mutating func place(
    _ subject: Profiles.Subject, of profiles: Profiles, space: AxisSpace, activity: ActivityRule
  ) -> Placed {
    let isListed = fill(profiles, subject)
    return placed(isListed, space, activity)
  }

  /// - Parameter row: the subject's own.
  mutating func place(
    _ subject: Profiles.Subject, from row: SubjectRow, of profiles: Profiles, space: AxisSpace, activity: ActivityRule
  ) -> Placed {
    let isListed = fill(profiles, subject, from: row)
    return placed(isListed, space, activity)
  }

  private func placed(_ isListed: Bool, _ space: AxisSpace, _ activity: ActivityRule) -> Placed {
    guard isListed else {
      var nobody = Placed.nobody
      nobody.until = nextFactAt
      return nobody
    }
    var (key, until) = space.reading(of: self)
    until = min(until, nextFactAt)
    var bits = Placed.isListed
    if let last = lastOnSiteAt, last.age(at: at) < Instant.day {
      bits |= Placed.isOnSiteLately
      until = min(until, last.milliseconds + Instant.day)
    }
    if consents != 0 {
      for (i, channel) in MessageChannel.allCases.enumerated() where isSubscribed(channel) {
        if activity.mayReceive(channel, self) { bits |= Placed.mayReceive(i) }
      }
      if let change = activity.nextChange(self) { until = min(until, change) }
    }
    return Placed(key: key, until: until, bits: bits, revenue: space.amount(of: self))
  }
}

extension Profiles {
  /// Marks a subject as moved by a fact.
  /// - Returns: the subject.
  mutating func unplaced(_ subject: Subject) -> Subject {
    guard placing != nil else { return subject }
    switch subject {
    case .customer(let c): customers.unplace(Int(c))
    case .visitor(let v): visitors.unplace(Int(v))
    }
    return subject
  }

  /// Places a subject as of the view's T, unless it is known to be where it was, and notes it in the columns.
  /// - Returns: the place, and whether it had to be worked out; the view then holds the subject's profile.
  package mutating func place(
    _ subject: Subject, in view: inout ProfileView, space: AxisSpace, activity: ActivityRule
  ) -> (placed: Placed, isNew: Bool) {
    prepare(space, activity)
    if let held = held(subject, at: view.at),
      space.key(held.key, revenue: held.revenue, view.spendCuts) == held.key
    {
      return (held, false)
    }
    let placed = view.place(subject, of: self, space: space, activity: activity)
    if let code = code(placed) {
      switch subject {
      case .customer(let c): customers.note(placed, code, Int(c), at: view.at)
      case .visitor(let v): visitors.note(placed, code, Int(v), at: view.at)
      }
    }
    return (placed, true)
  }

  /// The number of a place's segment, given one if it is new; nil where no columns are kept.
  private mutating func code(_ placed: Placed) -> UInt32? {
    guard let packing = placing?.packing else { return nil }
    return placing?.numbers.number(of: packing.word(placed.key))
  }

  /// Segments that nobody is in any more keep their numbers; when they outnumber the people, numbers are given anew.
  private var hasTooManyNumbers: Bool {
    (placing?.numbers.words.count ?? 0) > 2 * (customers.count + visitors.count) + spareNumbers
  }

  /// Makes the columns fit for the axes; those made otherwise are thrown away, those of a smaller vocabulary rewritten.
  private mutating func prepare(_ space: AxisSpace, _ activity: ActivityRule) {
    if let placing, placing.packing.fits(catalog), placing.isFor(space, activity), !hasTooManyNumbers { return }
    var new = Placing(space, activity, catalog)
    if let packing = new?.packing, let old = placing, old.isFor(space, activity), !hasTooManyNumbers {
      new?.numbers = old.numbers.respelt { packing.word(old.packing.key($0)) }
    } else {
      customers.forgetPlaces()
      visitors.forgetPlaces()
    }
    placing = new
  }

  /// Where the columns say a subject is at T; nil if it was never placed, or time may have moved it.
  private func held(_ subject: Subject, at instant: Instant) -> Placed? {
    let held =
      switch subject {
      case .customer(let c): customers.held(Int(c), at: instant)
      case .visitor(let v): visitors.held(Int(v), at: instant)
      }
    guard let placing, let held else { return nil }
    var placed = held.placed
    placed.key = placing.packing.key(placing.numbers.words[Int(held.code)])
    return placed
  }
}

extension Profiles {
  /// Places everyone as of an instant, on as many threads as there are and in no order, and notes it nowhere.
  /// - Parameter body: given each subject listed, its place, and a view that holds its profile.
  package func placeEveryone(
    space: AxisSpace, activity: ActivityRule, at instant: Instant, spendCuts: SpendCuts,
    _ body: @escaping @Sendable (Subject, Placed, ProfileView) -> Void
  ) async {
    let rows = 64 * SubjectChunk.size
    func ranges(_ count: Int, _ isVisitors: Bool) -> [(isVisitors: Bool, rows: Range<Int>)] {
      stride(from: 0, to: count, by: rows).map { (isVisitors, $0..<min(count, $0 + rows)) }
    }
    _ = await inParallel(ranges(customers.count, false) + ranges(visitors.count, true)) { part in
      let (own, ownSpace) = (unshared(), space.unshared())
      var view = ProfileView(own, at: instant, spendCuts: spendCuts)
      for row in part.rows {
        let subject: Subject = part.isVisitors ? .visitor(Int32(row)) : .customer(Int32(row))
        let placed = view.place(subject, of: own, space: ownSpace, activity: activity)
        if placed.bits & Placed.isListed != 0 { body(subject, placed, view) }
      }
    }
  }
}

extension Placing {
  func isFor(_ space: AxisSpace, _ activity: ActivityRule) -> Bool {
    capMessages == activity.capMessages && capDays == activity.capDays && axes == space.identity
  }
}

extension SubjectTable {
  mutating func unplace(_ number: Int) {
    let (chunk, row) = SubjectTable.place(number)
    chunks[chunk].placed.unplace(row)
  }

  mutating func note(_ placed: Placed, _ code: UInt32, _ number: Int, at instant: Instant) {
    let (chunk, row) = SubjectTable.place(number)
    let count = chunks[chunk].count
    chunks[chunk].placed.note(placed, code, row, of: count, at: instant)
  }

  /// Where a subject is, but for the key, which its code stands for.
  func held(_ number: Int, at instant: Instant) -> (placed: Placed, code: UInt32)? {
    let (chunk, row) = SubjectTable.place(number)
    guard chunks[chunk].placed.isHeld(row, at: instant) else { return nil }
    let columns = chunks[chunk].placed
    let until = columns.holdsUntil[row] == .max ? Int64.max : Int64(columns.holdsUntil[row]) * 1_000
    let placed = Placed(key: SegmentKey(), until: until, bits: columns.bits[row], revenue: columns.revenue(row))
    return (placed, columns.codes[row])
  }

  mutating func forgetPlaces() {
    for c in chunks.indices { chunks[c].placed = PlacedColumns() }
  }
}

extension PlacedColumns {
  mutating func unplace(_ row: Int) {
    guard row < placedAt.count, placedAt[row] != 0 else { return }
    placedAt[row] = 0
    unplaced += 1
  }

  /// Finds out from when until when all that are placed are held.
  private mutating func summarize() {
    let span = placedAt.withUnsafeBufferPointer { placedAt in
      holdsUntil.withUnsafeBufferPointer { holdsUntil in
        var (from, until) = (UInt32(0), UInt32.max)
        for row in placedAt.indices {
          from = max(from, placedAt[row])
          until = min(until, placedAt[row] == 0 ? .max : holdsUntil[row])
        }
        return (from, until)
      }
    }
    (allHeldFrom, allHeldUntil) = span
  }

  mutating func note(_ new: Placed, _ code: UInt32, _ row: Int, of count: Int, at instant: Instant) {
    grow(to: count)
    codes[row] = code
    let second = instant.milliseconds > 0 ? (instant.milliseconds + 999) / 1_000 : 0
    let until = new.until == .max ? Int64(UInt32.max) : max(0, new.until / 1_000)
    if placedAt[row] != 0 { unplaced += 1 }
    // Times that 32 bits do not hold, before 1970 or after 2106, are worked out each time.
    (placedAt[row], holdsUntil[row]) = (UInt32(exactly: second) ?? 0, UInt32(clamping: until))
    if placedAt[row] != 0 { unplaced -= 1 }
    narrow(row)
    bits[row] = new.bits
    let hasRevenue = new.revenue.units != 0
    if hasRevenue, revenues.isEmpty { revenues = [Money](repeating: .zero, count: count) }
    if !revenues.isEmpty {
      while revenues.count < count { revenues.append(.zero) }
      revenues[row] = new.revenue
    }
  }

  /// One more row bounds the others. What it was bounded by before still counts, so that nobody else need be looked at,
  /// until a bound is in the past.
  private mutating func narrow(_ row: Int) {
    guard placedAt[row] != 0 else { return }
    if allHeldUntil <= placedAt[row] { return summarize() }
    allHeldFrom = max(allHeldFrom, placedAt[row])
    allHeldUntil = min(allHeldUntil, holdsUntil[row])
  }

  private mutating func grow(to count: Int) {
    guard placedAt.count < count else { return }
    let new = count - placedAt.count
    unplaced += new
    codes += [UInt32](repeating: 0, count: new)
    placedAt += [UInt32](repeating: 0, count: new)
    holdsUntil += [UInt32](repeating: 0, count: new)
    bits += [UInt8](repeating: 0, count: new)
  }

  @inline(__always)
  func isHeld(_ row: Int, at instant: Instant) -> Bool {
    guard row < placedAt.count else { return false }
    return PlacedColumns.isHeld(placedAt[row], holdsUntil[row], at: PlacedColumns.second(instant))
  }

  /// Whether each of the first rows is held.
  func areHeld(_ rows: Int, at instant: Instant) -> Bool {
    // As long as the others, and the one that is read next.
    guard rows <= codes.count else { return false }
    let second = PlacedColumns.second(instant)
    if unplaced == 0, PlacedColumns.isHeld(allHeldFrom, allHeldUntil, at: second) { return true }
    return placedAt.withUnsafeBufferPointer { placedAt in
      holdsUntil.withUnsafeBufferPointer { holdsUntil in
        var areHeld = true  // no early end, so that it runs in vectors
        for row in 0..<rows { areHeld = areHeld && PlacedColumns.isHeld(placedAt[row], holdsUntil[row], at: second) }
        return areHeld
      }
    }
  }

  /// Whole seconds since 1970; what lies outside of 32 bits is never held.
  private static func second(_ instant: Instant) -> UInt32 {
    instant.milliseconds < 0 ? 0 : UInt32(exactly: instant.milliseconds / 1_000) ?? 0
  }

  @inline(__always)
  private static func isHeld(_ placedAt: UInt32, _ holdsUntil: UInt32, at second: UInt32) -> Bool {
    placedAt != 0 && placedAt <= second && (second < holdsUntil || holdsUntil == .max)
  }

  @inline(__always)
  func revenue(_ row: Int) -> Money { row < revenues.count ? revenues[row] : .zero }
}
