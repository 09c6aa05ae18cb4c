import TesseraModel

/// Writes the past of one shopper after the other.
struct HistoryWriter {
  struct Dated {
    let at: Int64
    let number: Int
    let entry: FactEntry
  }

  let catalog: SimulatedCatalog
  var generator: SeededGenerator
  let end: Instant
  private(set) var facts: [Dated] = []
  private var orders = 0

  init(catalog: SimulatedCatalog, generator: SeededGenerator, end: Instant) {
    (self.catalog, self.generator, self.end) = (catalog, generator, end)
  }

  /// One shopper's life until `end`.
  mutating func live(_ shopper: Shopper) {
    let joinedDays =
      generator.happens(0.25) ? generator.unit() * 7 : generator.unit() * Double(SimulatedStore.historyDays)
    let joined = end.adding(-Int64(joinedDays * Double(Instant.day)))
    let buys = shopper.customer != nil && generator.happens(0.7)
    let orderCount = buys ? min(1 + generator.count(mean: shopper.visitRate > 0.1 ? 3 : 0.7), 14) : 0
    let visitCount = 1 + generator.count(mean: shopper.visitRate > 0.1 ? 3 : 0.8)
    if let customer = shopper.customer { add(record(shopper, customer, joined), at: joined) }
    for _ in 0..<orderCount { order(shopper, at: moment(since: joined)) }
    for i in 0..<visitCount {
      // The first visit opens the account; a few shoppers are here right now.
      let isLive = i == visitCount - 1 && generator.happens(0.08)
      let at =
        i == 0 ? joined : isLive ? end.adding(-Int64(generator.unit() * Double(Instant.day))) : moment(since: joined)
      visit(shopper, at: min(at, end))
    }
    if let customer = shopper.customer, shopper.email { messages(customer, since: joined) }
  }

  /// A moment between then and now, more likely lately.
  private mutating func moment(since: Instant) -> Instant {
    let span = Double(end.milliseconds - since.milliseconds)
    let u = generator.unit()
    return end.adding(-Int64((0.006 + 0.994 * u * (0.5 + 0.5 * u)) * span))
  }

  private mutating func visit(_ shopper: Shopper, at start: Instant) {
    var at = start
    // Before they log in, known customers are strangers too.
    let isStranger = shopper.customer == nil || generator.happens(0.15)
    func next(_ at: inout Instant, _ generator: inout SeededGenerator) {
      at = at.adding(Int64(5_000 + generator.below(90_000)))
    }
    add(event("page_viewed", shopper, isStranger, at), at: at)
    let views = generator.count(mean: 2.2)
    var seen: [Int] = []
    for _ in 0..<views {
      next(&at, &generator)
      let item = pick(shopper)
      seen.append(item)
      add(event("product_viewed", shopper, isStranger, at, product: item), at: at)
    }
    if let item = seen.last, generator.happens(0.3) {
      next(&at, &generator)
      add(event("product_added_to_cart", shopper, isStranger, at, product: item), at: at)
      if generator.happens(0.15) {
        next(&at, &generator)
        add(event("product_removed_from_cart", shopper, isStranger, at, product: item), at: at)
      } else if generator.happens(0.25) {
        next(&at, &generator)
        add(event("checkout_started", shopper, isStranger, at), at: at)
      }
    }
    if isStranger, let customer = shopper.customer {
      next(&at, &generator)
      let identify = Identify(anonymous: shopper.anonymous, customer: customer, at: at)
      add(FactEntry(identify: identify), at: at)
    }
  }

  /// A product: mostly of the preferred brand or the category they are after.
  private mutating func pick(_ shopper: Shopper) -> Int {
    if let brand = shopper.brand, generator.happens(0.4), !catalog.byBrand[brand].isEmpty {
      return catalog.byBrand[brand][generator.below(catalog.byBrand[brand].count)]
    }
    if generator.happens(0.6), !catalog.byCategory[shopper.category].isEmpty {
      return catalog.byCategory[shopper.category][generator.below(catalog.byCategory[shopper.category].count)]
    }
    return generator.below(catalog.items.count)
  }

  private mutating func order(_ shopper: Shopper, at: Instant) {
    guard let customer = shopper.customer else { return }
    orders += 1
    var order = OrderRecord(id: "o\(orders)", customer: customer, placedAt: at)
    order.currency = "USD"
    order.updatedAt = at
    for _ in 0...generator.count(mean: 0.6) {
      let item = catalog.items[pick(shopper)]
      var line = OrderRecord.Line(product: item.id, quantity: 1, price: item.price)
      if shopper.price == .deals ? generator.happens(0.7) : generator.happens(0.1) {
        line.compareAtPrice = item.price + Money(20)
      }
      order.lines.append(line)
    }
    if shopper.price == .coupons ? generator.happens(0.75) : generator.happens(0.05) {
      order.discountCodes = ["TEN"]
      for i in order.lines.indices {
        order.lines[i].discount = Money(approximating: order.lines[i].price.approximate * 0.1)
      }
    }
    if generator.happens(0.03) { order.cancelledAt = min(end, at.adding(Instant.day)) }
    if generator.happens(0.08), let line = order.lines.first {
      let back = min(end, at.adding(8 * Instant.day))
      let refunded = OrderRecord.RefundLine(product: line.product, quantity: 1, amount: line.revenue)
      order.refunds = [OrderRecord.Refund(at: back, lines: [refunded])]
    }
    add(FactEntry(order: order), at: at)
  }

  private mutating func messages(_ customer: String, since: Instant) {
    for _ in 0..<generator.count(mean: 1.2) {
      let at = moment(since: since)
      let channel = "email"
      add(message("message_delivered", customer, channel, at), at: at)
      if generator.happens(0.15) {
        add(message("message_clicked", customer, channel, at.adding(Instant.minute)), at: at)
      }
    }
  }

  private mutating func message(_ type: String, _ customer: String, _ channel: String, _ at: Instant) -> FactEntry {
    let event = Event(id: "h\(facts.count)", type: type, at: min(at, end), customer: customer, channel: channel)
    return FactEntry(event: event)
  }

  private func event(_ type: String, _ shopper: Shopper, _ isStranger: Bool, _ at: Instant, product: Int? = nil)
    -> FactEntry
  {
    let event = Event(
      id: "h\(facts.count)", type: type, at: min(at, end), customer: isStranger ? nil : shopper.customer,
      anonymous: isStranger ? shopper.anonymous : nil, product: product.map { catalog.items[$0].id })
    return FactEntry(event: event)
  }

  private func record(_ shopper: Shopper, _ customer: String, _ joined: Instant) -> FactEntry {
    let json: JSONValue = [
      "id": .string(customer), "first_name": .string(shopper.firstName), "created_at": .instant(joined),
      "updated_at": .instant(joined),
      "consents": [
        "email": .string(shopper.email ? "subscribed" : "unsubscribed"),
        "sms": .string(shopper.sms ? "subscribed" : "unsubscribed"),
        "push": .string(shopper.push ? "subscribed" : "unsubscribed"),
      ],
    ]
    var fact = CustomerRecord(id: customer)
    fact.updatedAt = joined
    fact.firstName = .set(shopper.firstName)
    fact.createdAt = .set(joined)
    fact.consents = [shopper.email, shopper.sms, shopper.push].map { .set($0 ? "subscribed" : "unsubscribed") }
    return FactEntry(fact: .customer(fact), body: JSONWriter.bytes(json))
  }

  private mutating func add(_ entry: FactEntry, at: Instant) {
    facts.append(Dated(at: at.milliseconds, number: facts.count, entry: entry))
  }
}
