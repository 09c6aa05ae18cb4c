import Synchronization
import TesseraModel

/// Customers or visitors, by number and by id.
package struct SubjectTable: Sendable {
  private(set) var index = IdIndex()
  var chunks: [SubjectChunk] = []
  package private(set) var count = 0

  init() {}

  static func place(_ number: Int) -> (chunk: Int, row: Int) {
    (number / SubjectChunk.size, number % SubjectChunk.size)
  }

  func find(_ id: UnsafeBufferPointer<UInt8>) -> Int? { find(id, IdIndex.hash(id)) }

  private func find(_ id: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int? {
    index.find(hash) { number in
      let (chunk, row) = SubjectTable.place(number)
      return chunks[chunk].withID(row) { SubjectTable.areEqual($0, id) }
    }
  }

  private static func areEqual(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for i in a.indices where a[i] != b[i] { return false }
    return true
  }

  /// The number of an id.
  package func number(of id: String) -> Int? {
    var id = id
    return id.withUTF8 { find($0) }
  }

  /// The number of an id, entered if it is new.
  mutating func intern(_ id: String) -> Int {
    var id = id
    return id.withUTF8 { intern($0) }
  }

  mutating func intern(_ id: UnsafeBufferPointer<UInt8>) -> Int {
    intern(id, IdIndex.hash(id))
  }

  private mutating func intern(_ id: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    if let known = find(id, hash) { return known }
    let number = count
    if number % SubjectChunk.size == 0 { chunks.append(SubjectChunk()) }
    chunks[number / SubjectChunk.size].append(id: id)
    index.insert(hash, number)
    count += 1
    return number
  }

  /// The numbers of many ids, entered where they are new.
  mutating func intern(_ ids: [String]) -> [Int32] {
    index.reserve(ids.count)
    var out: [Int32] = []
    out.reserveCapacity(ids.count)
    for start in stride(from: 0, to: ids.count, by: SubjectTable.internBlock) {
      let block = ids[start..<min(ids.count, start + SubjectTable.internBlock)]
      let hashes = block.map { id in
        var id = id
        return id.withUTF8 { IdIndex.hash($0) }
      }
      index.touch(hashes)
      for (id, hash) in zip(block, hashes) {
        var id = id
        out.append(Int32(id.withUTF8 { intern($0, hash) }))
      }
    }
    return out
  }

  private static let internBlock = 128

  /// Adds a whole chunk behind the others, of which every one is full.
  mutating func append(_ chunk: SubjectChunk) {
    chunks.append(chunk)
    for row in 0..<chunk.count {
      if !chunk.slots[row].isErased { index.insert(chunk.withID(row) { IdIndex.hash($0) }, count) }
      count += 1
    }
  }

  package func id(_ number: Int) -> String {
    let (chunk, row) = SubjectTable.place(number)
    return chunks[chunk].id(row)
  }

  package func isErased(_ number: Int) -> Bool { slot(number).isErased }

  func slot(_ number: Int) -> SubjectSlot {
    let (chunk, row) = SubjectTable.place(number)
    // Asked for in place, as in `withRow`.
    return chunks.withUnsafeBufferPointer { $0[chunk].slots[row] }
  }

  /// Lets a subject's bytes be read.
  @inline(__always)
  func withRow<R>(_ number: Int, _ body: (SubjectRow) -> R) -> R {
    let (chunk, row) = SubjectTable.place(number)
    // Asked for in place: a copy of the chunk would count references to all its columns.
    return chunks.withUnsafeBufferPointer { chunks in
      SubjectChunk.withRows(chunks[chunk].slots, chunks[chunk].bytes) { body($0[row]) }
    }
  }

  /// Lets a subject's packed record be read; empty when it has none.
  func withRecord<R>(_ number: Int, _ body: (inout PackedReader) -> R) -> R {
    withRow(number) { row in
      var reader = row.record
      return body(&reader)
    }
  }

  /// Lets a subject's packed events be read.
  func withEvents<R>(_ number: Int, _ body: (inout PackedReader) -> R) -> R {
    withRow(number) { row in
      var reader = row.events
      return body(&reader)
    }
  }

  mutating func appendEvents(_ new: [UInt8], to number: Int, lastAt: Int64) {
    let (chunk, row) = SubjectTable.place(number)
    chunks[chunk].appendEvents(new, to: row, lastAt: lastAt)
  }

  mutating func replaceEvents(_ new: [UInt8], of number: Int, lastAt: Int64) {
    let (chunk, row) = SubjectTable.place(number)
    chunks[chunk].replaceEvents(new, of: row, lastAt: lastAt)
  }

  mutating func replaceRecord(_ new: [UInt8], of number: Int) {
    let (chunk, row) = SubjectTable.place(number)
    chunks[chunk].replaceRecord(new, of: row)
  }

  mutating func erase(_ number: Int) {
    let (chunk, row) = SubjectTable.place(number)
    let hash = chunks[chunk].withID(row) { IdIndex.hash($0) }
    index.remove(hash, number)
    chunks[chunk].erase(row)
  }

  /// Takes the chunks out, so that tasks can work on them without copying; `putBack` must follow.
  mutating func takeParts(of size: Int) -> [ChunkPart] {
    var parts: [ChunkPart] = []
    for start in stride(from: 0, to: chunks.count, by: size) {
      parts.append(ChunkPart(Array(chunks[start..<min(chunks.count, start + size)])))
    }
    chunks = []
    return parts
  }

  mutating func putBack(_ parts: [ChunkPart]) { chunks = parts.flatMap { $0.take() } }

  /// Makes the list of chunks one's own; see `Profiles.unshared`.
  mutating func unshare() { chunks = chunks.withUnsafeBufferPointer { Array($0) } }

  mutating func trim() { for i in chunks.indices { chunks[i].trim() } }

  /// Bytes that the table takes, its columns and index included.
  package var memory: Int {
    chunks.reduce(0) { sum, chunk in
      sum + chunk.bytes.capacity + chunk.slots.capacity * MemoryLayout<SubjectSlot>.stride
        + chunk.placed.codes.capacity * 4 + chunk.placed.placedAt.capacity * 4 + chunk.placed.holdsUntil.capacity * 4
        + chunk.placed.bits.capacity + chunk.placed.revenues.capacity * MemoryLayout<Money>.stride
    } + index.memory
  }
}

/// Some chunks in the hands of one task: held in one place only, so that changing them copies nothing.
final class ChunkPart: Sendable {
  private let chunks: Mutex<[SubjectChunk]>

  init(_ chunks: sending [SubjectChunk]) { self.chunks = Mutex(chunks) }

  func update(_ body: (inout [SubjectChunk]) -> Void) { chunks.withLock { body(&$0) } }

  func take() -> [SubjectChunk] {
    chunks.withLock { held in
      defer { held = [] }
      return held
    }
  }
}
