import Liquid
import Synchronization
package import TesseraModel
package import TesseraSegments

/// Everything a request needs, in memory: the book in force and a row a subject. Written by ingest and by the cycle,
/// read by the hot path; no reader ever waits for more than one row's swap.
package final class Serving: Sendable {
  enum Slot: Sendable {
    case row(ServingRow)
    /// An anonymous visitor who is a known customer.
    case alias(String)
  }

  /// A part of the rows with a lock of its own, held for one look-up or one swap.
  private final class Shard: Sendable {
    let slots = Mutex<[UInt64: Slot]>([:])
  }

  /// Enough that two threads hardly ever meet.
  private static let shardCount = 256

  package let policy: Policy
  package let keys: StoreKeys
  let seal: ReceiptSeal
  let shop: LiquidValue
  /// What business as usual shows, in the order of the placements.
  let businessAsUsual: [ServingBook.Content?]
  private let shards: [Shard] = (0..<Serving.shardCount).map { _ in Shard() }
  private let book = Mutex<ServingBook?>(nil)
  private let isServing = Mutex(false)

  init(policy: Policy, keys: StoreKeys) {
    (self.policy, self.keys) = (policy, keys)
    seal = ReceiptSeal(key: keys.receipt)
    shop = .object([
      "name": .string(policy.shop.name), "url": .string(policy.shop.url), "currency": .string(policy.shop.currency),
    ])
    businessAsUsual = policy.placements.map { placement in
      guard let creative = placement.businessAsUsual.flatMap({ policy.creative($0) }) else { return nil }
      let fields = creative.content.compactMap { field in
        (try? Template(field.template)).map { (field.name, $0, ContentSlot.slot(forField: field.name)) }
      }
      return ServingBook.Content(fields: fields, offer: .null, product: .null)
    }
  }

  /// Whether rows are kept at all; off while a command only imports or plans.
  package var isOn: Bool { isServing.withLock { $0 } }
  package func turnOn() { isServing.withLock { $0 = true } }

  /// The book in force.
  package var current: ServingBook? { book.withLock { $0 } }
  package func swap(to new: ServingBook) { book.withLock { $0 = new } }
  package var spendCuts: SpendCuts { current?.spendCuts ?? .none }

  /// The percentiles' owner is the cycle; see `SpendCuts`.
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

  private func shard(_ hash: UInt64) -> Shard { shards[Int(hash % UInt64(Serving.shardCount))] }

  private func hash(_ id: some Sequence<UInt8>, isVisitor: Bool) -> UInt64 {
    var state = keys.draw.begin
    state.add(isVisitor ? UInt8(1) : UInt8(0))
    for b in id { state.add(b) }
    return state.finish()
  }
}
