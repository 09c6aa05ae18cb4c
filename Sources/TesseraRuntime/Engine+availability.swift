import Synchronization
import TesseraModel
import TesseraSegments
import TesseraStorage

/// Orders that used the codes of offers with a budget, between the cycles.
struct OfferUse: Sendable {
  /// By offer, as of the last cycle.
  var counted: [String: Int] = [:]
  /// Orders accepted since, with the offers that they used.
  var since: [String: (position: Int64, offers: [String])] = [:]

  func orders(_ offer: String) -> Int { (counted[offer] ?? 0) + since.values.count { $0.offers.contains(offer) } }
}

/// What can be sold and given changes between the cycles, and no answer may go on offering what is gone.
extension Engine {
  /// Tells the hot path of changed products, and of offers that are used up. What is folded here shows in the next
  /// answer: an arm whose product or offer is gone gives way to the others, see `DecideSession`.
  func noteAvailability(_ entries: [FactEntry], _ results: [AppendResult], _ catalog: Catalog) {
    var products: Set<Int32> = []
    var isUsed = false
    for (entry, result) in zip(entries, results) {
      guard case .accepted(let position) = result else { continue }
      switch entry.fact {
      case .product(let record): if let number = catalog.number(of: record.id) { products.insert(number) }
      case .order(let order): if count(order, at: position) { isUsed = true }
      default: break
      }
    }
    if !products.isEmpty { serving.restock(products, catalog) }
    if isUsed { closeOffers() }
  }

  /// - Returns: whether the order used an offer that has a budget. One that is sent again counts once.
  private func count(_ order: OrderRecord, at position: Int64) -> Bool {
    guard order.cancelledAt == nil, !order.discountCodes.isEmpty else { return false }
    let codes = Set(order.discountCodes.map { $0.lowercased() })
    let used = policy.offers.filter { offer in
      offer.budgetOrders != nil && offer.code.map { codes.contains($0.lowercased()) } ?? false
    }
    guard !used.isEmpty else { return false }
    offerUse.withLock { $0.since[order.id] = (position, used.map(\.id)) }
    return true
  }

  /// Takes a cycle's count of orders by offer, of facts up to a position.
  func countOffers(_ orders: [String: Int], upTo position: Int64) {
    offerUse.withLock { use in
      use.counted = orders
      use.since = use.since.filter { $0.value.position > position }
    }
    closeOffers()
  }

  private func closeOffers() {
    let use = offerUse.withLock { $0 }
    serving.close { offer in offer.budgetOrders.map { use.orders(offer.id) >= $0 } ?? false }
  }
}
