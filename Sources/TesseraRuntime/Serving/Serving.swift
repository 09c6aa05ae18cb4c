import Synchronization
package import TesseraModel
package import TesseraSegments

/// Everything a request needs, in memory: the book in force, a row a subject, the products. Written by ingest and by
/// the cycle, read by the hot path, which takes no lock but to fetch what was swapped since it last looked.
package final class Serving: Sendable {
  /// What is in force together: a book, the rows that it is looked up with, in the same axes, and what can be sold.
  final class InForce: Sendable {
    /// What the book was made ready under.
    let policy: ServingPolicy
    let book: ServingBook?
    let rows: ServingRows
    let shelf: Shelf
    /// Offers whose budget is used up, in the order of the policy.
    let closedOffers: [Bool]

    init(policy: ServingPolicy, book: ServingBook?, rows: ServingRows, shelf: Shelf, closedOffers: [Bool]) {
      (self.policy, self.book, self.rows) = (policy, book, rows)
      (self.shelf, self.closedOffers) = (shelf, closedOffers)
    }
  }

  /// Rows in the axes of the next book, filled while the old ones serve.
  struct Upcoming: Sendable {
    let rows: ServingRows
    let spendCuts: SpendCuts
  }

  package let keys: StoreKeys
  let seal: ReceiptSeal
  private let held: Mutex<InForce>
  /// Held by who makes a change, so that changes are made one after the other and readers wait for none of them.
  private let changing = Mutex(())
  /// Counts the swaps.
  private let swaps = Atomic<Int>(0)
  private let next = Mutex<Upcoming?>(nil)
  private let isServing = Mutex(false)

  /// - Parameter space: the axes until a book brings its own.
  init(policy: ServingPolicy, keys: StoreKeys, space: AxisSpace) {
    self.keys = keys
    let closed = [Bool](repeating: false, count: policy.offers.count)
    held = Mutex(
      InForce(
        policy: policy, book: nil, rows: ServingRows(space, key: keys.draw), shelf: Shelf(), closedOffers: closed))
    seal = ReceiptSeal(key: keys.receipt)
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

  /// Puts what is made of the value in force into its place. The making may take long: readers wait for no more than
  /// the exchange of a reference.
  private func change(_ body: (InForce) -> InForce) {
    changing.withLock { _ in
      let before = inForce
      var after = body(before)
      guard after !== before else { return }
      // Exchanged, so that the value before is let go of outside the lock.
      held.withLock { Swift.swap(&$0, &after) }
      swaps.add(1, ordering: .releasing)
    }
  }

  /// Rows that are being filled; nil most of the time.
  var upcoming: Upcoming? { next.withLock { $0 } }
  func prepare(_ upcoming: Upcoming) { next.withLock { $0 = upcoming } }

  /// Puts a book in force, with the policy that it was made ready under, and the rows that it is looked up with: those
  /// that there are, if nil.
  /// - Returns: the book before. Whoever lets go of it last takes it apart, some ten thousand pieces: held on to until
  ///   those who answer have seen the new one, that is not in the middle of a request.
  @discardableResult
  func swap(to book: ServingBook, under policy: ServingPolicy, with rows: ServingRows? = nil) -> ServingBook? {
    var old: ServingBook?
    change { before in
      old = before.book
      return InForce(
        policy: policy, book: book, rows: rows ?? before.rows, shelf: before.shelf,
        closedOffers: Serving.closed(policy, before))
    }
    if rows != nil { next.withLock { $0 = nil } }
    return old
  }

  /// Where there is no book yet, the policy alone.
  func take(_ policy: ServingPolicy) {
    change { before in
      guard before.book == nil else { return before }
      return InForce(
        policy: policy, book: nil, rows: before.rows, shelf: before.shelf,
        closedOffers: Serving.closed(policy, before))
    }
  }

  /// Which offers of a policy are used up, as far as was known of the one before.
  private static func closed(_ policy: ServingPolicy, _ before: InForce) -> [Bool] {
    if policy === before.policy { return before.closedOffers }
    var closed: Set<String> = []
    for (offer, isClosed) in zip(before.policy.offers, before.closedOffers) where isClosed { closed.insert(offer.id) }
    return policy.offers.map { closed.contains($0.id) }
  }

  /// Takes products as the catalog has them now: their texts, and whether they can be sold.
  func restock(_ products: some Sequence<Int32>, _ catalog: Catalog) {
    change {
      InForce(
        policy: $0.policy, book: $0.book, rows: $0.rows, shelf: $0.shelf.updated(products, catalog),
        closedOffers: $0.closedOffers)
    }
  }

  /// Says whose budget is used up.
  func close(_ isUsedUp: (Offer) -> Bool) {
    let policy = inForce.policy
    let closed = policy.offers.map(isUsedUp)
    guard inForce.closedOffers != closed else { return }
    change { before in
      guard before.policy === policy else { return before }
      return InForce(
        policy: policy, book: before.book, rows: before.rows, shelf: before.shelf, closedOffers: closed)
    }
  }

  func alias(visitor: String, to customer: String) {
    rows.alias(visitor: visitor, to: customer)
    upcoming?.rows.alias(visitor: visitor, to: customer)
  }

  func remove(customer: String, visitors: [String]) {
    rows.remove(customer: customer, visitors: visitors)
    upcoming?.rows.remove(customer: customer, visitors: visitors)
  }
}
