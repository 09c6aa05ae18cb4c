import TesseraModel

/// Where a subject's bytes are in its chunk, and the time of its last event.
struct SubjectSlot: Sendable {
  /// The packed events: where they start, and how many bytes they take; room is kept up to the next multiple of 16.
  var events: UInt32 = 0
  var eventsLength: UInt32 = 0
  /// The id, and behind it the packed record.
  var record: UInt32 = 0
  var recordLength: UInt32 = 0
  var lastAt: Int64 = .min
  var idLength: UInt8 = 0
  var isErased = false

  /// Room for events grows by as much.
  static let roomStep = 16
  static func room(_ length: UInt32) -> UInt32 { (length + 15) & ~15 }
}

/// A subject's bytes, for as long as they are lent.
struct SubjectRow {
  fileprivate let slot: SubjectSlot
  fileprivate let bytes: UnsafeBufferPointer<UInt8>

  var isErased: Bool { slot.isErased }

  /// Empty when it has none.
  @inline(__always)
  var record: PackedReader {
    PackedReader(bytes, from: Int(slot.record) + Int(slot.idLength), count: Int(slot.recordLength))
  }

  @inline(__always)
  var events: PackedReader { PackedReader(bytes, from: Int(slot.events), count: Int(slot.eventsLength)) }
}

/// A chunk's subjects, for as long as they are lent: who looks at all of them need not ask for the chunk each time.
struct SubjectRows {
  fileprivate let slots: UnsafeBufferPointer<SubjectSlot>
  fileprivate let bytes: UnsafeBufferPointer<UInt8>

  @inline(__always)
  subscript(row: Int) -> SubjectRow { SubjectRow(slot: slots[row], bytes: bytes) }
}

/// Where a subject was last placed, and how long that holds.
struct PlacedColumns: Sendable {
  /// Each subject's segment by its number in `Placing.numbers`; 0 for someone who is not listed.
  var codes: [UInt32] = []
  /// Seconds since 1970, rounded up; 0 when never placed.
  var placedAt: [UInt32] = []
  /// Seconds since 1970, rounded down: from then on, time alone may have moved the subject.
  var holdsUntil: [UInt32] = []
  /// See `Placed.bits`.
  var bits: [UInt8] = []
  /// From when on, and until when, every subject that is placed is where it was: seconds since 1970, and not always the
  /// widest.
  var allHeldFrom: UInt32 = 0
  var allHeldUntil: UInt32 = .max
  /// Rows of which the two say nothing, for they are not placed.
  var unplaced = 0
  /// Net revenue; empty as long as nobody in the chunk has any.
  var revenues: [Money] = []
}

/// Some hundred subjects: their bytes in one arena, what is known of them in columns. A chunk is what is copied when a
/// cycle reads while facts go on arriving, and what a thread works on at a time.
struct SubjectChunk: Sendable {
  static let size = 256

  private(set) var slots: [SubjectSlot] = []
  private(set) var bytes: [UInt8] = []
  /// Bytes in the arena that nothing points to.
  private var garbage = 0
  var placed = PlacedColumns()

  var count: Int { slots.count }

  init() {}

  /// A chunk whose arena is full and without garbage.
  init(slots: [SubjectSlot], bytes: [UInt8]) { (self.slots, self.bytes) = (slots, bytes) }

  mutating func append(id: UnsafeBufferPointer<UInt8>) {
    var slot = SubjectSlot()
    slot.idLength = UInt8(id.count)  // ids have at most 255 bytes
    reserve(id.count)
    slot.record = UInt32(bytes.count)
    bytes.append(contentsOf: id)
    slots.append(slot)
  }

  func withID<R>(_ i: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let slot = slots[i]
    return bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[Int(slot.record)..<(Int(slot.record) + Int(slot.idLength))]))
    }
  }

  /// Lends all subjects' bytes.
  @inline(__always)
  func withRows<R>(_ body: (SubjectRows) -> R) -> R { SubjectChunk.withRows(slots, bytes, body) }

  @inline(__always)
  static func withRows<R>(_ slots: [SubjectSlot], _ bytes: [UInt8], _ body: (SubjectRows) -> R) -> R {
    slots.withUnsafeBufferPointer { slots in
      bytes.withUnsafeBufferPointer { body(SubjectRows(slots: slots, bytes: $0)) }
    }
  }

  func id(_ i: Int) -> String { withID(i) { String(decoding: $0, as: UTF8.self) } }

  func events(_ i: Int) -> [StoredEvent] {
    let slot = slots[i]
    return bytes.withUnsafeBufferPointer { bytes in
      var reader = PackedReader(bytes, from: Int(slot.events), count: Int(slot.eventsLength))
      return PackedEvent.unpack(&reader)
    }
  }

  /// Adds the packed form of an event that is later than all others of the subject.
  mutating func appendEvents(_ new: [UInt8], to i: Int, lastAt: Int64) {
    let slot = slots[i]
    let length = slot.eventsLength + UInt32(new.count)
    slots[i].lastAt = lastAt
    if slot.eventsLength > 0, length <= SubjectSlot.room(slot.eventsLength) {
      let start = Int(slot.events + slot.eventsLength)
      for (k, b) in new.enumerated() { bytes[start + k] = b }
      slots[i].eventsLength = length
      return
    }
    reserve(Int(SubjectSlot.room(length)))
    let old = Int(slots[i].events)..<Int(slots[i].events + slots[i].eventsLength)  // reserving may have moved it
    let start = bytes.count
    copyBehind(old)
    bytes.append(contentsOf: new)
    pad(to: start + Int(SubjectSlot.room(length)))
    garbage += Int(SubjectSlot.room(slot.eventsLength))
    (slots[i].events, slots[i].eventsLength) = (UInt32(start), length)
  }

  /// Puts other events in place of the subject's.
  mutating func replaceEvents(_ new: [UInt8], of i: Int, lastAt: Int64) {
    garbage += Int(SubjectSlot.room(slots[i].eventsLength))
    (slots[i].eventsLength, slots[i].lastAt) = (0, lastAt)
    reserve(Int(SubjectSlot.room(UInt32(new.count))))
    let start = bytes.count
    bytes.append(contentsOf: new)
    pad(to: start + Int(SubjectSlot.room(UInt32(new.count))))
    (slots[i].events, slots[i].eventsLength) = (UInt32(start), UInt32(new.count))
  }

  mutating func replaceRecord(_ new: [UInt8], of i: Int) {
    let idLength = Int(slots[i].idLength)
    reserve(idLength + new.count)
    let slot = slots[i]
    let start = bytes.count
    copyBehind(Int(slot.record)..<(Int(slot.record) + idLength))
    bytes.append(contentsOf: new)
    garbage += idLength + Int(slot.recordLength)
    (slots[i].record, slots[i].recordLength) = (UInt32(start), UInt32(new.count))
  }

  /// Forgets everything but that there was someone.
  mutating func erase(_ i: Int) {
    garbage += Int(SubjectSlot.room(slots[i].eventsLength)) + Int(slots[i].idLength) + Int(slots[i].recordLength)
    slots[i] = SubjectSlot()
    slots[i].isErased = true
    compact(reserving: 0)  // what was erased must not linger in the arena
  }

  /// Appends a part of the arena to itself; a slice of it would be a second owner and have all of it copied.
  private mutating func copyBehind(_ range: Range<Int>) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: range.count))
    bytes.withUnsafeMutableBufferPointer { buffer in
      for k in 0..<range.count { buffer[start + k] = buffer[range.lowerBound + k] }
    }
  }

  private mutating func pad(to count: Int) {
    if bytes.count < count { bytes.append(contentsOf: repeatElement(0, count: count - bytes.count)) }
  }

  /// Makes room: by throwing garbage out where there is much of it, else by growing a little, for arrays that double
  /// would waste half of the memory.
  private mutating func reserve(_ more: Int) {
    guard bytes.count + more > bytes.capacity else { return }
    if garbage * 6 > bytes.count, garbage > more { return compact(reserving: more) }
    bytes.reserveCapacity(bytes.count + max(more, bytes.count / 8))
  }

  /// Writes the arena anew without garbage.
  mutating func compact(reserving more: Int) {
    var new: [UInt8] = []
    new.reserveCapacity(bytes.count - garbage + more + (more > 0 ? bytes.count / 8 : 0))
    for i in slots.indices {
      let slot = slots[i]
      let room = Int(SubjectSlot.room(slot.eventsLength))
      if room > 0 {
        slots[i].events = UInt32(new.count)
        new.append(contentsOf: bytes[Int(slot.events)..<(Int(slot.events) + room)])
      }
      slots[i].record = UInt32(new.count)
      let record = Int(slot.record)..<(Int(slot.record) + Int(slot.idLength) + Int(slot.recordLength))
      new.append(contentsOf: bytes[record])
    }
    (bytes, garbage) = (new, 0)
  }

  /// Writes the arena anew with more events behind each subject's own.
  /// - Parameters:
  ///   - lengthMax: at most how many bytes a row's new events take; 0 for no events.
  ///   - events: writes them after the last one's time, and returns the time of the last one then.
  mutating func rewrite(
    lengthMax: (_ row: Int) -> Int,
    events: (_ row: Int, _ lastAt: Int64, _ sink: inout PackedPointer) -> Int64
  ) {
    var room = PackedPointer.slack
    for (i, slot) in slots.enumerated() {
      room += Int(SubjectSlot.room(slot.eventsLength)) + Int(slot.idLength) + Int(slot.recordLength)
      room += lengthMax(i) + SubjectSlot.roomStep
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { memory in
      var sink = PackedPointer(memory)
      bytes.withUnsafeBytes { old in
        slots.withUnsafeMutableBufferPointer { slots in
          for i in slots.indices {
            var slot = slots[i]
            let (ownEvents, record) = (Int(slot.events), Int(slot.record))
            let (head, held) = (Int(slot.idLength) + Int(slot.recordLength), Int(slot.eventsLength))
            let more = lengthMax(i)
            sink.expect(head + held + more + SubjectSlot.roomStep + PackedPointer.slack)
            slot.record = UInt32(sink.count)
            slot.events = UInt32(sink.count + head)
            if ownEvents == record + head {
              sink.add(record..<(record + head + held), of: old)
            } else {
              sink.add(record..<(record + head), of: old)
              sink.add(ownEvents..<(ownEvents + held), of: old)
            }
            if more > 0 { slot.lastAt = events(i, slot.lastAt, &sink) }
            slot.eventsLength = UInt32(sink.count) - slot.events
            sink.pad(Int(SubjectSlot.room(slot.eventsLength) - slot.eventsLength))
            slots[i] = slot
          }
        }
      }
      bytes = Array(memory[..<sink.count])
    }
    garbage = 0
  }

  /// Gives back what growing has kept in reserve, but for an eighth: that is room for more than a hundred events, so
  /// that fewer than one in a hundred has everything moved.
  mutating func trim() {
    let isTight = bytes.capacity < bytes.count + bytes.count / 16
    if garbage > 0 || isTight || bytes.capacity > bytes.count + bytes.count / 4 {
      compact(reserving: SubjectSlot.roomStep)
    }
  }
}
