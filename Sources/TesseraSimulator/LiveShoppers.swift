package import TesseraModel

/// Shoppers who go on visiting. The driver speaks to the real server; who comes, what they do and how they respond is
/// decided here.
package struct LiveShoppers: Sendable {
  /// One visit: what to send first, and where decisions are shown.
  package struct Visit: Sendable {
    package let shopper: Shopper
    package let situation: ResponseModel.Situation
    package let startsAt: Instant
    /// Facts to send before asking.
    package let opening: [FactEntry]
    package let placements: [String]
  }

  /// A decision as it was shown.
  package struct ShownDecision: Sendable {
    package let placement: String
    /// Nil when the page was left as it is.
    package let creative: String?
    package let offer: String?
    package let receipt: String
    package let at: Instant

    package init(placement: String, creative: String?, offer: String?, receipt: String, at: Instant) {
      (self.placement, self.creative, self.offer) = (placement, creative, offer)
      (self.receipt, self.at) = (receipt, at)
    }
  }

  private let store: SimulatedStore
  package let truth = ResponseModel()
  private var generator: SeededGenerator
  private var eventCount = 0
  private var orderCount = 0

  /// Distinguishes the ids of one run from those of another on the same store.
  private let run: String

  package init(_ store: SimulatedStore, seed: UInt64) {
    self.store = store
    generator = SeededGenerator(seed: seed)
    run = String(seed, radix: 36)
  }

  /// Share of shoppers who visit in an hour.
  static let hourlyShare = 0.02

  /// The visits that start in an interval of the shop's time, in order.
  package mutating func visits(from start: Instant, to end: Instant) -> [Visit] {
    let hours = Double(end.milliseconds - start.milliseconds) / Double(Instant.hour)
    let expected = Double(store.shoppers.count) * LiveShoppers.hourlyShare * hours
    let whole = Int(expected)
    let count = whole + (generator.happens(expected - Double(whole)) ? 1 : 0)
    var times = (0..<count).map { _ in
      start.adding(Int64(generator.unit() * Double(end.milliseconds - start.milliseconds)))
    }
    times.sort()
    return times.map { visit(at: $0) }
  }

  private mutating func visit(at start: Instant) -> Visit {
    let shopper = store.shoppers[generator.below(store.shoppers.count)]
    var opening = [event("page_viewed", shopper, start)]
    var at = start
    let isResearching = generator.happens(0.5)
    for _ in 0..<(isResearching ? 3 : generator.below(2)) {
      at = at.adding(1_000)
      opening.append(event("product_viewed", shopper, at, product: product(shopper, isResearching: isResearching)))
    }
    var placements = ["home_hero"]
    let hasBasket = generator.happens(0.3)
    if hasBasket {
      at = at.adding(1_000)
      opening.append(
        event("product_added_to_cart", shopper, at, product: product(shopper, isResearching: isResearching)))
      placements.append("cart")
    }
    let situation = ResponseModel.Situation(
      isResearching: isResearching, hasBasket: hasBasket, isNew: shopper.customer == nil)
    return Visit(shopper: shopper, situation: situation, startsAt: start, opening: opening, placements: placements)
  }

  private mutating func product(_ shopper: Shopper, isResearching: Bool) -> String {
    let pool: [Int]
    if isResearching {
      pool = store.catalog.byCategory[shopper.category]
    } else if let brand = shopper.brand {
      pool = store.catalog.byBrand[brand]
    } else {
      pool = []
    }
    let item = pool.isEmpty ? generator.below(store.catalog.items.count) : pool[generator.below(pool.count)]
    return store.catalog.items[item].id
  }

  /// What the shopper does about a decision: by the truth, they click and order.
  package mutating func respond(_ visit: Visit, to shown: ShownDecision) -> [FactEntry] {
    let shopper = visit.shopper
    var out = [event("decision_shown", shopper, shown.at, receipt: shown.receipt)]
    let creative = shown.creative ?? ""
    let offer = shown.offer ?? "none"
    let clicks = truth.clickRate(shopper, visit.situation, placement: shown.placement, creative: creative, offer: offer)
    if shown.creative != nil, generator.happens(clicks) {
      out.append(event("decision_clicked", shopper, shown.at.adding(2_000), receipt: shown.receipt))
    }
    let orders = truth.orderRate(shopper, visit.situation, placement: shown.placement, creative: creative, offer: offer)
    if shown.placement == "cart", shopper.customer != nil, generator.happens(orders) {
      out.append(event("checkout_started", shopper, shown.at.adding(3_000)))
      out.append(order(shopper, at: shown.at.adding(5_000), offer: offer))
    }
    return out
  }

  private mutating func order(_ shopper: Shopper, at: Instant, offer: String) -> FactEntry {
    orderCount += 1
    var order = OrderRecord(id: "l\(run)o\(orderCount)", customer: shopper.customer ?? shopper.anonymous, placedAt: at)
    order.currency = "USD"
    order.updatedAt = at
    let item = store.catalog.items[generator.below(store.catalog.items.count)]
    var line = OrderRecord.Line(product: item.id, quantity: 1, price: item.price)
    if offer == "ten-percent" {
      order.discountCodes = ["TEN"]
      line.discount = Money(approximating: item.price.approximate * 0.1)
    }
    order.lines = [line]
    return FactEntry(order: order)
  }

  private mutating func event(
    _ type: String, _ shopper: Shopper, _ at: Instant, product: String? = nil, receipt: String? = nil
  ) -> FactEntry {
    eventCount += 1
    return FactEntry(
      event: Event(
        id: "l\(run)e\(eventCount)", type: type, at: at, customer: shopper.customer,
        anonymous: shopper.customer == nil ? shopper.anonymous : nil, product: product, receipt: receipt))
  }
}
