import TesseraModel

/// Adversarial facts from a fixed seed: small id spaces so that things collide, times on every cut and a millisecond
/// to either side of it, dirty names, versions, cancellations, refunds, late and repeated events.
struct FactGenerator {
  /// Around this instant the cuts are laid; T is here or near.
  static let anchor = Instant(milliseconds: 1_777_629_600_123)
  static let cuts: [Int64] = [
    0, 30 * Instant.minute, 24 * Instant.hour, 7 * Instant.day, 14 * Instant.day, 30 * Instant.day, 60 * Instant.day,
    90 * Instant.day, 365 * Instant.day,
  ]
  static let brands: [String?] = [
    nil, "", "  ", " Nike ", "NIKE", "nike\t", "The North Face", "Caf\u{E9}", "CAFE\u{301}", "none", " None",
    "\u{212B}sa",
    "a\u{30A}SA", "J\u{30C}ak", "\u{1F0}ak", "Zeta", "\u{130}stanbul",
  ]
  static let categories: [String?] = [
    nil, "", "Jackets", " jackets", "Shoes", "none", "SOCK\u{C9}", "sock\u{65}\u{301}",
  ]
  static let types = [
    "page_viewed", "product_viewed", "product_viewed", "product_viewed", "product_viewed", "product_added_to_cart",
    "product_added_to_cart", "product_removed_from_cart", "checkout_started", "message_clicked", "message_clicked",
    "message_delivered", "message_unsubscribed", "my_own_type", "decision_shown", "messages",
  ]

  private var random: SplitMix64
  private let customers: [String]
  private let visitors: [String]
  private let products: [String]
  /// Whether every version of a record has an `updated_at` of its own, so that the order of arrival cannot matter.
  private let hasDistinctUpdates: Bool
  private var updates: Int64 = 0
  private var eventCount = 0
  /// Who an anonymous id is said to be at an instant: two answers at once would leave the attribution to chance.
  private var identities: [String: String] = [:]

  init(seed: UInt64, customers: Int, hasDistinctUpdates: Bool = true) {
    random = SplitMix64(seed: seed)
    self.hasDistinctUpdates = hasDistinctUpdates
    // Composed and decomposed spellings are two customers: ids are bytes.
    self.customers = (0..<customers).map { "c\($0)" } + ["C1", "caf\u{E9}", "cafe\u{301}", "\u{212B}", "\u{C5}"]
    visitors = (0..<customers / 2).map { "v\($0)" } + ["c1", "caf\u{E9}", "cafe\u{301}"]
    products = (0..<40).map { "p\($0)" } + ["\u{E9}", "e\u{301}"]
  }

  /// Facts in an order of acceptance, with repeated event ids among them.
  mutating func facts() -> [Fact] {
    var out: [Fact] = []
    for product in products where !random.oneIn(8) {
      for _ in 0...random.below(3) { out.append(.product(productVersion(product))) }
    }
    for customer in customers {
      if !random.oneIn(4) { for _ in 0...random.below(4) { out.append(.customer(customerVersion(customer))) } }
      if !random.oneIn(3) { out += visit(customer: customer, anonymous: random.oneIn(2) ? random.pick(visitors) : nil) }
    }
    for visitor in visitors {
      for _ in 0..<1 + random.below(2) { out += visit(customer: nil, anonymous: visitor) }
      for _ in 0..<random.below(4) {
        let (customer, at) = (anyCustomer(), time())
        if claim(visitor, customer, at) {
          out.append(.identify(Identify(anonymous: visitor, customer: customer, at: at)))
        }
      }
    }
    for i in 0..<customers.count {
      for _ in 0...random.below(3) { out.append(.order(orderVersion("o\(i)"))) }
    }
    // The first customers become loyal: enough orders to reach every bucket.
    for i in 0..<customers.count * 2 {
      let customer = random.oneIn(3) ? customers[random.below(7)] : nil
      out.append(.order(orderVersion("f\(i)", customer: customer)))
    }
    out += repeated(out)
    return random.shuffled(out)
  }

  /// Events sent again under the same id: some the same, some saying something else.
  private mutating func repeated(_ facts: [Fact]) -> [Fact] {
    var out: [Fact] = []
    for case .event(var event) in facts where random.oneIn(12) {
      if random.oneIn(2) {
        event.type = random.pick(FactGenerator.types)
        event.product = random.pick(products)
        if let customer = event.customer, let anonymous = event.anonymous {
          event.at = time()
          guard claim(anonymous, customer, event.at) else { continue }
        }
      }
      out.append(.event(event))
    }
    return out
  }

  /// A run of events of one identity, with gaps around the one that parts sessions.
  private mutating func visit(customer: String?, anonymous: String?) -> [Fact] {
    var out: [Fact] = []
    var at = time()
    let liked = [random.pick(products), random.pick(products), random.pick(products)]
    for _ in 0..<1 + random.below(14) {
      if random.oneIn(6) { at = time() }
      var event = Event(
        id: "e\(eventCount)", type: random.pick(FactGenerator.types), at: at, customer: customer, anonymous: anonymous)
      eventCount += 1
      if event.type.contains("product"), !random.oneIn(20) { event.product = random.pick(liked) }
      if random.oneIn(3) { event.product = random.pick(liked) }
      if random.oneIn(3) { event.quantity = random.below(4) }
      if event.type.hasPrefix("message") { event.channel = random.pick(["email", "sms", "push", "fax", nil]) }
      if let customer, let anonymous, random.oneIn(2) || !claim(anonymous, customer, at) { event.anonymous = nil }
      out.append(.event(event))
      let gap = [0, 1, 1_000, 30 * Instant.minute - 1, 30 * Instant.minute, 30 * Instant.minute + 1, 61_000]
      at = at.adding(random.pick(gap))
    }
    return out
  }

  private mutating func productVersion(_ id: String) -> ProductRecord {
    var record = ProductRecord(id: id)
    record.updatedAt = updated()
    record.brand = random.pick(FactGenerator.brands)
    record.category = random.pick(FactGenerator.categories)
    return record
  }

  private mutating func customerVersion(_ id: String) -> CustomerRecord {
    var record = CustomerRecord(id: id)
    record.updatedAt = updated()
    switch random.below(4) {
    case 0: record.createdAt = .cleared
    case 1, 2: record.createdAt = .set(time())
    default: break
    }
    for i in 0..<3 {
      switch random.below(5) {
      case 0: record.consents[i] = .cleared
      case 1: record.consents[i] = .set("unsubscribed")
      case 2, 3: record.consents[i] = .set("subscribed")
      default: break
      }
    }
    return record
  }

  private mutating func orderVersion(_ id: String, customer: String? = nil) -> OrderRecord {
    var order = OrderRecord(id: id, customer: customer ?? anyCustomer(), placedAt: time())
    order.updatedAt = updated()
    if random.oneIn(5) { order.cancelledAt = time() }
    if random.oneIn(4) { order.discountCodes = ["TEN"] }
    for _ in 0..<random.below(4) {
      let price = Money(units: Int128(random.below(20_000)) * (Money.scale / 100))
      var line = OrderRecord.Line(product: random.pick(products), quantity: random.below(4), price: price)
      if random.oneIn(4) { line.discount = Money(1) }
      if random.oneIn(4) { line.compareAtPrice = price + Money(random.below(3) - 1) }
      order.lines.append(line)
    }
    for _ in 0..<random.below(3) where random.oneIn(2) {
      var lines: [OrderRecord.RefundLine] = []
      for _ in 0..<random.below(3) {
        let product =
          random.oneIn(8) ? nil : order.lines.isEmpty ? random.pick(products) : random.pick(order.lines).product
        lines.append(.init(product: product, quantity: 1, amount: Money(random.below(150))))
      }
      order.refunds.append(.init(at: time(), lines: lines))
    }
    return order
  }

  /// On a cut to the millisecond, beside it, anywhere in two years, or in the future.
  private mutating func time() -> Instant {
    switch random.below(10) {
    case 0: return FactGenerator.anchor.adding(Int64(random.below(40 * 86_400)) * 1_000)
    case 1, 2: return FactGenerator.anchor.adding(-Int64(random.below(700 * 86_400)) * 1_000)
    case 3, 4: return FactGenerator.anchor.adding(-Int64(random.below(20 * 86_400)) * 1_000)
    default: return FactGenerator.anchor.adding(Int64(random.below(3) - 1) - random.pick(FactGenerator.cuts))
    }
  }

  private mutating func anyCustomer() -> String {
    random.oneIn(6) ? customers[random.below(7)] : random.pick(customers)
  }

  private mutating func updated() -> Instant? {
    guard hasDistinctUpdates else { return FactGenerator.anchor }
    updates += 1
    return FactGenerator.anchor.adding(updates)
  }

  private mutating func claim(_ anonymous: String, _ customer: String, _ at: Instant) -> Bool {
    let key = "\(Array(anonymous.utf8)) \(at.milliseconds)"
    if let held = identities[key] { return Array(held.utf8) == Array(customer.utf8) }
    identities[key] = customer
    return true
  }
}
