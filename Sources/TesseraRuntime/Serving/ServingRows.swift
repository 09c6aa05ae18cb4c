import Synchronization
import TesseraModel
import TesseraSegments

/// A row a subject, by the hash of its id, all placed in the same axes. Reading takes no lock.
final class ServingRows: Sendable {
  /// A micro-segment in words, with its code for receipts. A class, for it is handed out for every fact.
  final class NamedSegment: Sendable {
    let segment: Segment
    let context: ContextCode
    let names: MergeData.SegmentNames

    init(_ segment: Segment, _ catalog: Catalog) {
      (self.segment, context) = (segment, ContextCode(segment))
      names = MergeData.SegmentNames(segment, catalog)
    }
  }

  /// Enough that two writers hardly ever meet.
  private static let tableCount = 64
  /// Segments remembered; a store has fewer, and a hostile one cannot fill the memory.
  private static let segmentsMax = 100_000

  let space: AxisSpace
  private let key: SipHash
  private let arena: RowArena
  private let tables: [RowTable]
  /// Segments in words and as receipts carry them: the same few thousand are asked for over and over, and each costs a
  /// dozen hashes.
  private let segments = Mutex<[SegmentKey: NamedSegment]>([:])

  init(_ space: AxisSpace, key: SipHash) {
    let arena = RowArena()
    (self.space, self.key, self.arena) = (space, key, arena)
    tables = (0..<ServingRows.tableCount).map { _ in RowTable(arena) }
  }

  func named(_ key: SegmentKey, _ catalog: Catalog) -> NamedSegment {
    segments.withLock { segments in
      if let known = segments[key] { return known }
      let named = NamedSegment(space.segment(of: key, in: catalog), catalog)
      if segments.count >= ServingRows.segmentsMax { segments.removeAll() }
      segments[key] = named
      return named
    }
  }

  /// - Parameter fill: adds the fields.
  func put(
    name: String, key: SegmentKey, context: ContextCode, channels: UInt8, _ fill: (inout RowFields.Builder) -> Void
  ) {
    withName(name) { bytes, hash in
      var row = RowFields.Builder(name: bytes, hash: hash, key: key, context: context, channels: channels)
      fill(&row)
      table(hash).put(row.bytes, name: bytes, hash: hash)
    }
  }

  func alias(visitor: String, to customer: String) {
    put(name: "~" + visitor, key: SegmentKey(), context: ContextCode(codes: []), channels: 0) {
      $0.add(.alias, customer)
    }
  }

  func remove(customer: String, visitors: [String]) {
    for name in [customer] + visitors.map({ "~" + $0 }) {
      withName(name) { bytes, hash in table(hash).remove(bytes, hash: hash) }
    }
  }

  /// Copies the row of a customer.
  func read(customer id: UnsafeRawBufferPointer, into row: inout RowBuffer) -> Bool {
    let hash = hash(id)
    return table(hash).read(id, hash: hash, into: &row)
  }

  /// Copies the row of a visitor: their own, or that of the customer they are known to be.
  /// - Parameter name: `~` and the id.
  func read(visitor name: UnsafeRawBufferPointer, into row: inout RowBuffer) -> Bool {
    let hash = hash(name)
    guard table(hash).read(name, hash: hash, into: &row) else { return false }
    guard let customer = row.fields.field(.alias).map({ Array($0) }) else { return true }
    return customer.withUnsafeBytes { read(customer: $0, into: &row) }
  }

  /// Bytes that the rows take.
  var memory: Int { arena.memory }

  private func table(_ hash: UInt64) -> RowTable { tables[Int(hash >> 32) % ServingRows.tableCount] }

  private func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var state = key.begin
    state.add(name)
    return state.finish()
  }

  private func withName(_ name: String, _ body: (UnsafeRawBufferPointer, UInt64) -> Void) {
    var name = name
    name.withUTF8 { bytes in
      let bytes = UnsafeRawBufferPointer(bytes)
      body(bytes, hash(bytes))
    }
  }
}
