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
struct Placing: Sendable, Equatable {
  var axes: [String]
  var capMessages: Int
  var capDays: Int

  init(_ space: AxisSpace, _ activity: ActivityRule) {
    (axes, capMessages, capDays) = (space.names, activity.capMessages, activity.capDays)
  }
}

extension ProfileView {
  /// Reads a subject and places it as of T.
  package func place(
    _ subject: Profiles.Subject, of profiles: Profiles, space: AxisSpace, activity: ActivityRule
  ) -> Placed {
    guard fill(profiles, subject) else {
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
    for (i, channel) in MessageChannel.allCases.enumerated() where isSubscribed(channel) {
      if activity.mayReceive(channel, self) { bits |= Placed.mayReceive(i) }
    }
    if let change = activity.nextChange(self) { until = min(until, change) }
    return Placed(key: key, until: until, bits: bits, revenue: netRevenue)
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
    _ subject: Subject, in view: ProfileView, space: AxisSpace, activity: ActivityRule
  ) -> (placed: Placed, isNew: Bool) {
    let now = Placing(space, activity)
    if placing != now {
      // Columns made otherwise say nothing any more.
      for i in customers.chunks.indices { customers.chunks[i].placed = PlacedColumns() }
      for i in visitors.chunks.indices { visitors.chunks[i].placed = PlacedColumns() }
      placing = now
    }
    if let held = held(subject, at: view.at, axes: now.axes.count),
      space.key(held.key, revenue: held.revenue, view.spendCuts) == held.key
    {
      return (held, false)
    }
    let placed = view.place(subject, of: self, space: space, activity: activity)
    switch subject {
    case .customer(let c): customers.note(placed, Int(c), at: view.at, axes: now.axes.count)
    case .visitor(let v): visitors.note(placed, Int(v), at: view.at, axes: now.axes.count)
    }
    return (placed, true)
  }

  /// Where the columns say a subject is at T; nil if it was never placed, or time may have moved it.
  func held(_ subject: Subject, at instant: Instant, axes: Int) -> Placed? {
    switch subject {
    case .customer(let c): customers.held(Int(c), at: instant, axes: axes)
    case .visitor(let v): visitors.held(Int(v), at: instant, axes: axes)
    }
  }
}

extension SubjectTable {
  mutating func unplace(_ number: Int) {
    let (chunk, row) = SubjectTable.place(number)
    chunks[chunk].placed.unplace(row)
  }

  mutating func note(_ placed: Placed, _ number: Int, at instant: Instant, axes: Int) {
    let (chunk, row) = SubjectTable.place(number)
    chunks[chunk].placed.note(placed, row, of: chunks[chunk].count, at: instant, axes: axes)
  }

  func held(_ number: Int, at instant: Instant, axes: Int) -> Placed? {
    let (chunk, row) = SubjectTable.place(number)
    return chunks[chunk].placed.held(row, at: instant, axes: axes)
  }
}

extension PlacedColumns {
  mutating func unplace(_ row: Int) {
    if row < placedAt.count { placedAt[row] = 0 }
  }

  mutating func note(_ new: Placed, _ row: Int, of count: Int, at instant: Instant, axes: Int) {
    grow(to: count, axes: axes)
    for axis in 0..<axes { codes[row * axes + axis] = new.key[axis] }
    let second = instant.milliseconds > 0 ? (instant.milliseconds + 999) / 1_000 : 0
    let until = new.until == .max ? Int64(UInt32.max) : max(0, new.until / 1_000)
    // Times that 32 bits do not hold, before 1970 or after 2106, are worked out each time.
    (placedAt[row], holdsUntil[row]) = (UInt32(exactly: second) ?? 0, UInt32(clamping: until))
    bits[row] = new.bits
    if new.revenue != .zero, revenues.isEmpty { revenues = [Money](repeating: .zero, count: count) }
    if !revenues.isEmpty {
      while revenues.count < count { revenues.append(.zero) }
      revenues[row] = new.revenue
    }
  }

  private mutating func grow(to count: Int, axes: Int) {
    guard placedAt.count < count else { return }
    let new = count - placedAt.count
    codes += [UInt16](repeating: 0, count: new * axes)
    placedAt += [UInt32](repeating: 0, count: new)
    holdsUntil += [UInt32](repeating: 0, count: new)
    bits += [UInt8](repeating: 0, count: new)
  }

  @inline(__always)
  func isHeld(_ row: Int, at instant: Instant) -> Bool {
    guard row < placedAt.count, placedAt[row] != 0 else { return false }
    return Int64(placedAt[row]) * 1_000 <= instant.milliseconds
      && (holdsUntil[row] == .max || instant.milliseconds < Int64(holdsUntil[row]) * 1_000)
  }

  func held(_ row: Int, at instant: Instant, axes: Int) -> Placed? {
    guard isHeld(row, at: instant) else { return nil }
    var key = SegmentKey()
    for axis in 0..<axes { key[axis] = codes[row * axes + axis] }
    let until = holdsUntil[row] == .max ? Int64.max : Int64(holdsUntil[row]) * 1_000
    return Placed(key: key, until: until, bits: bits[row], revenue: row < revenues.count ? revenues[row] : .zero)
  }
}
