import Synchronization
import TesseraModel

/// One reader's copy of a row. Its storage is kept from row to row.
struct RowBuffer: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt64>
  private var capacity = 64
  private var length = 0

  init() { storage = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity) }
  deinit { storage.deallocate() }

  /// Copies a block as it was at one moment; see `RowTable`.
  /// - Returns: false if a writer was there meanwhile.
  mutating func copy(_ block: UnsafeMutablePointer<RowTable.Word>) -> Bool {
    let before = block[0].load(ordering: .acquiring)
    guard before & RowTable.isBeingWritten == 0 else { return false }
    length = Int(before >> 1 & RowTable.lengthMask)
    let words = (length + 7) / 8
    if words > capacity {
      storage.deallocate()
      capacity = words
      storage = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
    }
    let body = block + RowTable.headWords
    for i in 0..<words { storage[i] = body[i].load(ordering: .relaxed) }
    atomicMemoryFence(ordering: .acquiring)
    return block[0].load(ordering: .relaxed) == before
  }

  /// Nobody's row.
  mutating func clear() { length = 0 }

  /// The bytes of the row; valid until the next copy.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: length) }
  var isEmpty: Bool { length < RowFields.headLength }

  /// The row as fields; valid until the next copy.
  var fields: RowFields { RowFields(bytes: bytes) }

  func isNamed(_ name: UnsafeRawBufferPointer) -> Bool {
    guard !isEmpty else { return false }
    return RowFields.areEqual(fields.name, name)
  }
}
