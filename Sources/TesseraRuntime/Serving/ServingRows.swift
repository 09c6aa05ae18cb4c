import Synchronization
import TesseraModel
import TesseraSegments

/// A row a subject, by the hash of its id, all placed in the same axes.
final class ServingRows: Sendable {
  enum Slot: Sendable {
    case row(ServingRow)
    /// An anonymous visitor who is a known customer.
    case alias(String)
  }

  /// A part of the rows with a lock of its own, held for one look-up or one swap.
  private final class Shard: Sendable {
    let slots = Mutex<[UInt64: Slot]>([:])
  }

  /// A micro-segment in words, with its code for receipts.
  struct NamedSegment: Sendable {
    let segment: Segment
    let context: ContextCode
  }

  /// Enough that two threads hardly ever meet.
  private static let shardCount = 256
  /// Segments remembered; a store has fewer, and a hostile one cannot fill the memory.
  private static let segmentsMax = 100_000

  let space: AxisSpace
  private let key: SipHash
  private let shards: [Shard] = (0..<ServingRows.shardCount).map { _ in Shard() }
  /// Segments in words and as receipts carry them: the same few thousand are asked for over and over, and each costs a
  /// dozen hashes.
  private let segments = Mutex<[SegmentKey: NamedSegment]>([:])

  init(_ space: AxisSpace, key: SipHash) { (self.space, self.key) = (space, key) }

  func named(_ key: SegmentKey, _ catalog: Catalog) -> NamedSegment {
    segments.withLock { segments in
      if let known = segments[key] { return known }
      let segment = space.segment(of: key, in: catalog)
      let named = NamedSegment(segment: segment, context: ContextCode(segment))
      if segments.count >= ServingRows.segmentsMax { segments.removeAll() }
      segments[key] = named
      return named
    }
  }

  func put(_ row: ServingRow) {
    let isVisitor = row.name.utf8.first == UInt8(ascii: "~")
    let id = isVisitor ? row.name.utf8.dropFirst() : row.name.utf8[...]
    let hash = hash(id, isVisitor: isVisitor)
    shard(hash).slots.withLock { $0[hash] = .row(row) }
  }

  func alias(visitor: String, to customer: String) {
    let hash = hash(visitor.utf8, isVisitor: true)
    shard(hash).slots.withLock { $0[hash] = .alias(customer) }
  }

  func remove(customer: String, visitors: [String]) {
    let own = hash(customer.utf8, isVisitor: false)
    shard(own).slots.withLock { $0[own] = nil }
    for visitor in visitors {
      let hash = hash(visitor.utf8, isVisitor: true)
      shard(hash).slots.withLock { $0[hash] = nil }
    }
  }

  /// The row of a customer.
  func row(customer id: some Collection<UInt8>) -> ServingRow? {
    let hash = hash(id, isVisitor: false)
    guard case .row(let row)? = shard(hash).slots.withLock({ $0[hash] }), row.name.utf8.elementsEqual(id) else {
      return nil
    }
    return row
  }

  /// The row of a visitor: their own, or that of the customer they are known to be.
  func row(visitor id: some Collection<UInt8>) -> ServingRow? {
    let hash = hash(id, isVisitor: true)
    switch shard(hash).slots.withLock({ $0[hash] }) {
    case .row(let row)?: return row.name.utf8.dropFirst().elementsEqual(id) ? row : nil
    case .alias(let customer)?: return self.row(customer: customer.utf8)
    case nil: return nil
    }
  }

  private func shard(_ hash: UInt64) -> Shard { shards[Int(hash % UInt64(ServingRows.shardCount))] }

  private func hash(_ id: some Sequence<UInt8>, isVisitor: Bool) -> UInt64 {
    var state = key.begin
    state.add(isVisitor ? UInt8(1) : UInt8(0))
    for b in id { state.add(b) }
    return state.finish()
  }
}
