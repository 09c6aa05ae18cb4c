/// Finds numbers by the hash of an id: open addressing, eight bytes a slot. Who asks compares the ids.
struct IdIndex: Sendable {
  /// The hash's upper half and 1 + the number; 0 is a free slot, a lower half of all ones one that was freed.
  private var slots: [UInt64] = [UInt64](repeating: 0, count: 16)
  private(set) var count = 0
  private var used = 0
  /// Of no use but that what was touched counts as used.
  private var touched: UInt64 = 0

  private static let freed: UInt64 = 0xFFFF_FFFF

  /// The hash of an id's bytes; differs from process to process, so that nobody can choose ids that collide.
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    UInt64(bitPattern: Int64(HashedBytes(bytes: bytes).hashValue))
  }

  private struct HashedBytes: Hashable {
    let bytes: UnsafeBufferPointer<UInt8>
    static func == (a: HashedBytes, b: HashedBytes) -> Bool { a.bytes.elementsEqual(b.bytes) }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
  }

  /// The first number entered under the hash that `isIt` accepts.
  func find(_ hash: UInt64, _ isIt: (Int) -> Bool) -> Int? {
    let mask = slots.count - 1
    let tag = hash >> 32
    var i = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[i] != 0 {
      let low = slots[i] & 0xFFFF_FFFF
      if slots[i] >> 32 == tag, low != IdIndex.freed, isIt(Int(low) - 1) { return Int(low) - 1 }
      i = (i + 1) & mask
    }
    return nil
  }

  /// Makes room for as many numbers as are to be entered, so that they are not moved while it grows.
  mutating func reserve(_ more: Int) {
    while (used + more) * 4 > slots.count * 3 { grow() }
  }

  /// Brings the places of hashes into the cache: one look-up waits for memory, many at once wait together.
  mutating func touch(_ hashes: [UInt64]) {
    let mask = slots.count - 1
    var sum: UInt64 = 0
    slots.withUnsafeBufferPointer { slots in
      for hash in hashes { sum |= slots[Int(truncatingIfNeeded: hash >> 32) & mask] }
    }
    touched = sum
  }

  /// Enters a number that `find` did not find.
  mutating func insert(_ hash: UInt64, _ number: Int) {
    if (used + 1) * 4 > slots.count * 3 { grow() }
    place((hash >> 32) << 32 | UInt64(number + 1), from: hash)
    count += 1
  }

  private mutating func place(_ slot: UInt64, from hash: UInt64) {
    let mask = slots.count - 1
    var i = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[i] != 0 { i = (i + 1) & mask }
    slots[i] = slot
    used += 1
  }

  mutating func remove(_ hash: UInt64, _ number: Int) {
    let mask = slots.count - 1
    let wanted = (hash >> 32) << 32 | UInt64(number + 1)
    var i = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[i] != 0 {
      if slots[i] == wanted {
        slots[i] = IdIndex.freed
        count -= 1
        return
      }
      i = (i + 1) & mask
    }
  }

  var memory: Int { slots.capacity * 8 }

  /// Where a slot belongs is told by the half of the hash that is kept.
  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 2)
    used = 0
    for slot in old where slot != 0 && slot & 0xFFFF_FFFF != IdIndex.freed { place(slot, from: slot) }
  }
}
