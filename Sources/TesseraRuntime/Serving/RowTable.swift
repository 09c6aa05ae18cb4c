import Synchronization
import TesseraModel

/// Rows of packed bytes by the hash of a name: read without a lock from any thread while others write.
///
/// It works on memory of its own because a dictionary of objects took a lock, a retain and six times the memory a
/// customer. Every word that threads share is atomic. A row is a block of words, the first of which counts its changes:
/// a reader copies the block and reads that word again, and copies once more if a writer was there. Slots hold the
/// address of a block with sixteen bits of the hash. Blocks and outgrown slot arrays are used again or kept, and given
/// back only with the whole arena, so that no reader ever follows an address to nowhere.
final class RowTable: Sendable {
  typealias Word = Atomic<UInt64>

  /// What writers know, behind the lock that they take.
  private struct Writing: Sendable {
    /// Where the next new block begins, and how many words are left there.
    var next: UInt = 0
    var left = 0
    /// Blocks that can be used again, by their size.
    var free: [Int: [UInt]] = [:]
    /// Slots that are not empty.
    var used = 0
  }

  private static let chunkWords = 8_192
  private static let firstSlots = 64
  /// A slot whose row was removed: the address 2 is nobody's.
  private static let removed: UInt64 = 2
  private static let addressBits: UInt64 = 48
  private static let addressMask: UInt64 = (1 << addressBits) - 1
  /// Blocks are of whole such steps, so that a row that grows a little stays where it is.
  private static let stepWords = 4
  /// Tries before a reader waits for the writer: one that was stopped in the middle of a row.
  private static let triesMax = 1_000

  /// The address of the slots: their number less one, then they.
  private let slots = Atomic<UInt>(0)
  private let writing = Mutex(Writing())
  private let arena: RowArena

  /// - Parameter arena: where its memory comes from; lives as long as the last of its tables.
  init(_ arena: RowArena) { self.arena = arena }

  private static func words(_ address: UInt) -> UnsafeMutablePointer<Word> {
    // Never nil: addresses come from `allocate`.
    UnsafeMutablePointer<Word>(bitPattern: address).unsafelyUnwrapped
  }

  /// Copies the row of a name into a buffer.
  /// - Returns: whether there is one; else the buffer holds anything.
  func read(_ name: UnsafeRawBufferPointer, hash: UInt64, into row: inout RowBuffer) -> Bool {
    var tries = 0
    while true {
      tries += 1
      // A writer that was stopped half-way holds the lock: waiting for it is better than turning.
      if tries > RowTable.triesMax { writing.withLock { _ in } }
      let base = slots.load(ordering: .acquiring)
      guard base != 0 else { return false }
      switch search(name, hash, RowTable.words(base), &row) {
      case true?: return true
      case false?: if slots.load(ordering: .acquiring) == base { return false }
      case nil: continue
      }
    }
  }

  /// - Returns: nil if what was read changed meanwhile.
  private func search(
    _ name: UnsafeRawBufferPointer, _ hash: UInt64, _ table: UnsafeMutablePointer<Word>, _ row: inout RowBuffer
  ) -> Bool? {
    let mask = table[0].load(ordering: .relaxed)
    let mark = hash >> RowTable.addressBits
    var i = hash & mask
    while true {
      let slot = table[Int(i) + 1].load(ordering: .acquiring)
      if slot == 0 { return false }
      if slot >> RowTable.addressBits == mark, slot != RowTable.removed {
        let block = RowTable.words(UInt(slot & RowTable.addressMask))
        guard row.copy(block) else { return nil }
        if row.isNamed(name) { return true }
        // The block may have gone to somebody else between the two reads.
        if table[Int(i) + 1].load(ordering: .relaxed) != slot { return nil }
      }
      i = (i + 1) & mask
    }
  }

  /// Puts a row in the place of the one of the same name, if there is one.
  /// - Parameter bytes: as `RowFields` packs them.
  func put(_ bytes: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer, hash: UInt64) {
    writing.withLock { writing in
      if let (place, block) = find(name, hash) {
        if RowTable.capacity(block) >= bytes.count {
          RowTable.write(bytes, to: block)
        } else {
          let larger = allocate(bytes.count, &writing)
          RowTable.write(bytes, to: RowTable.words(larger))
          place.pointee.store(RowTable.slot(larger, hash), ordering: .releasing)
          release(block, &writing)
        }
        return
      }
      makeRoom(&writing)
      let block = allocate(bytes.count, &writing)
      RowTable.write(bytes, to: RowTable.words(block))
      enter(RowTable.slot(block, hash), hash, RowTable.words(slots.load(ordering: .relaxed)))
      writing.used += 1
    }
  }

  func remove(_ name: UnsafeRawBufferPointer, hash: UInt64) {
    writing.withLock { writing in
      guard let (place, block) = find(name, hash) else { return }
      place.pointee.store(RowTable.removed, ordering: .releasing)
      release(block, &writing)
    }
  }

  private static func slot(_ block: UInt, _ hash: UInt64) -> UInt64 {
    UInt64(block) | (hash & ~addressMask)
  }

  /// By a writer, who alone changes anything.
  private func find(
    _ name: UnsafeRawBufferPointer, _ hash: UInt64
  ) -> (place: UnsafeMutablePointer<Word>, block: UnsafeMutablePointer<Word>)? {
    let base = slots.load(ordering: .relaxed)
    guard base != 0 else { return nil }
    let table = RowTable.words(base)
    let mask = table[0].load(ordering: .relaxed)
    var i = hash & mask
    while true {
      let slot = table[Int(i) + 1].load(ordering: .relaxed)
      if slot == 0 { return nil }
      if slot != RowTable.removed, slot >> RowTable.addressBits == hash >> RowTable.addressBits {
        let block = RowTable.words(UInt(slot & RowTable.addressMask))
        if RowFields.areEqual(RowTable.fields(block).name, name) { return (table + Int(i) + 1, block) }
      }
      i = (i + 1) & mask
    }
  }

  private func enter(_ slot: UInt64, _ hash: UInt64, _ table: UnsafeMutablePointer<Word>) {
    let mask = table[0].load(ordering: .relaxed)
    var i = hash & mask
    while table[Int(i) + 1].load(ordering: .relaxed) != 0 { i = (i + 1) & mask }
    table[Int(i) + 1].store(slot, ordering: .releasing)
  }

  /// Makes sure that at least three of ten slots are empty. Readers of the old slots find what was there before.
  private func makeRoom(_ writing: inout Writing) {
    let base = slots.load(ordering: .relaxed)
    let old = base == 0 ? nil : RowTable.words(base)
    let count = old.map { Int($0[0].load(ordering: .relaxed)) + 1 } ?? 0
    guard (writing.used + 1) * 10 > count * 7 else { return }
    let larger = max(RowTable.firstSlots, 2 * count)
    let table = arena.take(words: larger + 1)
    table[0].store(UInt64(larger - 1), ordering: .relaxed)
    writing.used = 0
    for i in 0..<count {
      guard let slot = old?[i + 1].load(ordering: .relaxed), slot != 0, slot != RowTable.removed else { continue }
      enter(slot, RowTable.fields(RowTable.words(UInt(slot & RowTable.addressMask))).hash, table)
      writing.used += 1
    }
    slots.store(UInt(bitPattern: table), ordering: .releasing)
  }
}

/// Blocks: a word of size and changes, a word of capacity and the hash's low bits, then the bytes.
extension RowTable {
  /// Bit 0 of a block's first word: a writer is at work. Then 24 bits of length in bytes, then the number of changes.
  static let isBeingWritten: UInt64 = 1
  static let lengthMask: UInt64 = (1 << 24) - 1
  static let changeOne: UInt64 = 1 << 25
  /// The longest row, bytes.
  static let rowMax = Int(lengthMask)
  /// Words before the bytes.
  static let headWords = 2

  private static func capacity(_ block: UnsafeMutablePointer<Word>) -> Int {
    Int(block[1].load(ordering: .relaxed)) * 8
  }

  /// The row in its place, for writers: nobody else changes it.
  private static func fields(_ block: UnsafeMutablePointer<Word>) -> RowFields {
    let length = Int(block[0].load(ordering: .relaxed) >> 1 & lengthMask)
    return RowFields(bytes: UnsafeRawBufferPointer(start: block + headWords, count: length))
  }

  private func allocate(_ bytes: Int, _ writing: inout Writing) -> UInt {
    let words = ((bytes + 7) / 8 + RowTable.stepWords - 1) / RowTable.stepWords * RowTable.stepWords
    if let again = writing.free[words]?.popLast() { return again }
    let whole = words + RowTable.headWords
    if whole > writing.left {
      let chunk = max(RowTable.chunkWords, whole)
      writing.next = UInt(bitPattern: arena.take(words: chunk))
      writing.left = chunk
    }
    let block = writing.next
    writing.next += UInt(8 * whole)
    writing.left -= whole
    RowTable.words(block)[1].store(UInt64(words), ordering: .relaxed)
    return block
  }

  /// What was in it is wiped: it may be of somebody who is being erased.
  private func release(_ block: UnsafeMutablePointer<Word>, _ writing: inout Writing) {
    let bytes = RowTable.capacity(block)
    [UInt8](repeating: 0, count: bytes).withUnsafeBytes { RowTable.write($0, to: block) }
    writing.free[bytes / 8, default: []].append(UInt(bitPattern: block))
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to block: UnsafeMutablePointer<Word>) {
    let before = block[0].load(ordering: .relaxed) & ~(lengthMask << 1)
    block[0].store(before | isBeingWritten, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
    let body = block + headWords
    for i in 0..<bytes.count / 8 {
      body[i].store(bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self), ordering: .relaxed)
    }
    let rest = bytes.count % 8
    if rest > 0 {
      var last: UInt64 = 0
      withUnsafeMutableBytes(of: &last) { last in
        last.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.suffix(rest)))
      }
      body[bytes.count / 8].store(last, ordering: .relaxed)
    }
    block[0].store((before &+ changeOne) | UInt64(bytes.count) << 1, ordering: .releasing)
  }
}
