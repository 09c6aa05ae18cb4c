import Liquid
import Synchronization
package import TesseraModel
package import TesseraSegments

/// Everything a request needs, in memory: the book in force and a row a subject. Written by ingest and by the cycle,
/// read by the hot path; no reader ever waits for more than one row's swap.
package final class Serving: Sendable {
  /// A book and the rows that it is looked up with: the same axes, swapped together.
  struct InForce: Sendable {
    var book: ServingBook?
    var rows: ServingRows
  }

  /// Rows in the axes of the next book, filled while the old ones serve.
  struct Upcoming: Sendable {
    let rows: ServingRows
    let spendCuts: SpendCuts
  }

  package let policy: Policy
  package let keys: StoreKeys
  let seal: ReceiptSeal
  let shop: LiquidValue
  /// The clocks that dates are written by.
  let timeZone: ShopTimeZone
  /// What business as usual shows, in the order of the placements.
  let businessAsUsual: [ServingBook.Content?]
  private let held: Mutex<InForce>
  private let next = Mutex<Upcoming?>(nil)
  private let isServing = Mutex(false)

  /// - Parameter space: the axes until a book brings its own.
  init(policy: Policy, keys: StoreKeys, space: AxisSpace) {
    (self.policy, self.keys) = (policy, keys)
    held = Mutex(InForce(book: nil, rows: ServingRows(space, key: keys.draw)))
    seal = ReceiptSeal(key: keys.receipt)
    timeZone = TimeZoneOffset.clocks(policy.shop.timeZone)
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

  /// The book in force and its rows.
  var inForce: InForce { held.withLock { $0 } }
  /// The book in force.
  package var current: ServingBook? { inForce.book }
  /// Where subjects are placed.
  var rows: ServingRows { inForce.rows }
  /// The axes of what is served.
  package var space: AxisSpace { rows.space }
  package var spendCuts: SpendCuts { current?.spendCuts ?? .none }

  /// Puts a book in force that is looked up with the rows there are.
  func swap(to book: ServingBook) { held.withLock { $0.book = book } }

  /// Rows that are being filled; nil most of the time.
  var upcoming: Upcoming? { next.withLock { $0 } }
  func prepare(_ upcoming: Upcoming) { next.withLock { $0 = upcoming } }

  /// Puts a book and other rows in force.
  func swap(to book: ServingBook, with rows: ServingRows) {
    held.withLock { $0 = InForce(book: book, rows: rows) }
    next.withLock { $0 = nil }
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
