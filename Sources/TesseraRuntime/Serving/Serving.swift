import Liquid
import Synchronization
package import TesseraModel
package import TesseraSegments

/// Everything a request needs, in memory: the book in force, a row a subject, the products. Written by ingest and by
/// the cycle, read by the hot path, which takes no lock but to fetch what was swapped since it last looked.
package final class Serving: Sendable {
  /// What is in force together: a book, the rows that it is looked up with, in the same axes, and what can be sold.
  final class InForce: Sendable {
    let book: ServingBook?
    let rows: ServingRows
    let shelf: Shelf
    /// Offers whose budget is used up, in the order of the policy.
    let closedOffers: [Bool]

    init(book: ServingBook?, rows: ServingRows, shelf: Shelf, closedOffers: [Bool]) {
      (self.book, self.rows, self.shelf, self.closedOffers) = (book, rows, shelf, closedOffers)
    }
  }

  /// Rows in the axes of the next book, filled while the old ones serve.
  struct Upcoming: Sendable {
    let rows: ServingRows
    let spendCuts: SpendCuts
  }

  /// A placement as requests name it.
  final class Place: Sendable {
    let name: [UInt8]
    let code: UInt32
    /// The bit of the message channel in a row; nil on site.
    let channelBit: UInt8?
    /// What business as usual shows where no book says more.
    let usual: ServingBook.Arm?
    /// `,"placement":…,"segment":null`
    let unplaced: [UInt8]

    init(_ placement: PlacementPolicy, usual: ServingBook.Arm?) {
      (name, code, self.usual) = (Array(placement.id.utf8), placement.code, usual)
      let channel = placement.messageChannel.flatMap { MessageChannel.allCases.firstIndex(of: $0) }
      channelBit = channel.map { UInt8(1) << UInt8($0) }
      let bytes = JSONWriter.bytes(["placement": .string(placement.id), "segment": .null])
      unplaced = [UInt8(ascii: ",")] + bytes.dropFirst().dropLast()
    }
  }

  package let policy: Policy
  package let keys: StoreKeys
  let seal: ReceiptSeal
  let compiler: ContentCompiler
  /// In the order of the policy's placements.
  let places: [Place]
  private let held: Mutex<InForce>
  /// Counts the swaps.
  private let swaps = Atomic<Int>(0)
  private let next = Mutex<Upcoming?>(nil)
  private let isServing = Mutex(false)

  /// - Parameter space: the axes until a book brings its own.
  init(policy: Policy, keys: StoreKeys, space: AxisSpace) {
    (self.policy, self.keys) = (policy, keys)
    let closed = [Bool](repeating: false, count: policy.offers.count)
    held = Mutex(
      InForce(book: nil, rows: ServingRows(space, key: keys.draw), shelf: Shelf(), closedOffers: closed))
    seal = ReceiptSeal(key: keys.receipt)
    let compiler = ContentCompiler(policy: policy)
    self.compiler = compiler
    places = policy.placements.map { placement in
      let usual = placement.businessAsUsual.flatMap { policy.creative($0) }.map { creative in
        ServingBookBuilder.usual(
          creative, placement,
          compiler.program(
            ContentCompiler.parsed(creative), segment: [:], relaxed: [], offer: .null, product: .null))
      }
      return Place(placement, usual: usual)
    }
  }

  /// Whether rows are kept at all; off while a command only imports or plans.
  package var isOn: Bool { isServing.withLock { $0 } }
  package func turnOn() { isServing.withLock { $0 = true } }

  /// The number of the last swap: what was fetched with the same number is still in force.
  var version: Int { swaps.load(ordering: .acquiring) }
  /// The book in force and what goes with it.
  var inForce: InForce { held.withLock { $0 } }
  /// The book in force.
  package var current: ServingBook? { inForce.book }
  /// Where subjects are placed.
  var rows: ServingRows { inForce.rows }
  /// The axes of what is served.
  package var space: AxisSpace { rows.space }
  package var spendCuts: SpendCuts { current?.spendCuts ?? .none }

  private func change(_ body: (InForce) -> InForce) {
    held.withLock { held in
      held = body(held)
      swaps.add(1, ordering: .releasing)
    }
  }

  /// Puts a book in force that is looked up with the rows there are.
  func swap(to book: ServingBook) {
    change { InForce(book: book, rows: $0.rows, shelf: $0.shelf, closedOffers: $0.closedOffers) }
  }

  /// Rows that are being filled; nil most of the time.
  var upcoming: Upcoming? { next.withLock { $0 } }
  func prepare(_ upcoming: Upcoming) { next.withLock { $0 = upcoming } }

  /// Puts a book and other rows in force.
  func swap(to book: ServingBook, with rows: ServingRows) {
    change { InForce(book: book, rows: rows, shelf: $0.shelf, closedOffers: $0.closedOffers) }
    next.withLock { $0 = nil }
  }

  /// Takes products as the catalog has them now: their texts, and whether they can be sold.
  func restock(_ products: some Sequence<Int32>, _ catalog: Catalog) {
    change {
      InForce(
        book: $0.book, rows: $0.rows, shelf: $0.shelf.updated(products, catalog), closedOffers: $0.closedOffers)
    }
  }

  /// Says whose budget is used up.
  func close(offers closed: [Bool]) {
    guard inForce.closedOffers != closed else { return }
    change { InForce(book: $0.book, rows: $0.rows, shelf: $0.shelf, closedOffers: closed) }
  }

  func alias(visitor: String, to customer: String) {
    rows.alias(visitor: visitor, to: customer)
    upcoming?.rows.alias(visitor: visitor, to: customer)
  }

  func remove(customer: String, visitors: [String]) {
    rows.remove(customer: customer, visitors: visitors)
    upcoming?.rows.remove(customer: customer, visitors: visitors)
  }

  /// The place of a placement's name in the policy.
  func place(named name: UnsafeRawBufferPointer) -> Int? {
    places.firstIndex { place in place.name.withUnsafeBytes { RowFields.areEqual($0, name) } }
  }

  /// Says what placements there are that have nearly this name.
  package func unknownPlacement(_ name: String) -> DecideError {
    .unknownPlacement(name, nearest: NearestName.nearest(to: name, among: policy.placements.map(\.id)))
  }
}
