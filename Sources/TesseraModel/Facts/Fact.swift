/// Anything the log holds: what happened, and what a client said of a customer, a product or an order. In a box, for
/// facts are handed on in arrays, and copying one in place would count references to each of its texts.
package indirect enum Fact: Sendable, Equatable {
  case event(Event)
  case identify(Identify)
  case customer(CustomerRecord)
  case product(ProductRecord)
  case order(OrderRecord)

  package var kind: FactKind {
    switch self {
    case .event: .event
    case .identify: .identify
    case .customer: .customer
    case .product: .product
    case .order: .order
    }
  }

  /// The id under which it was sent. Only events are unique by it.
  package var id: String {
    switch self {
    case .event(let event): event.id
    case .identify(let identify): identify.anonymous
    case .customer(let customer): customer.id
    case .product(let product): product.id
    case .order(let order): order.id
    }
  }

  /// The known customer it speaks of, if any.
  package var customer: String? {
    switch self {
    case .event(let event): event.customer
    case .identify(let identify): identify.customer
    case .customer(let customer): customer.id
    case .product: nil
    case .order(let order): order.customer
    }
  }

  /// Reads a fact in its wire shape.
  package init(kind: FactKind, json: JSONValue) throws(RecordError) {
    switch kind {
    case .event: self = .event(try Event(json: json))
    case .identify: self = .identify(try Identify(json: json))
    case .customer: self = .customer(try CustomerRecord(json: json))
    case .product: self = .product(try ProductRecord(json: json))
    case .order: self = .order(try OrderRecord(json: json))
    }
  }
}

/// The kinds of facts, as the log numbers them.
package enum FactKind: Int, Sendable, CaseIterable {
  case event = 1
  case identify, customer, product, order

  /// The word used in commands and paths.
  package var plural: String {
    switch self {
    case .event: "events"
    case .identify: "identifies"
    case .customer: "customers"
    case .product: "products"
    case .order: "orders"
    }
  }
}

/// The statement that an anonymous visitor is a known customer.
package struct Identify: Sendable, Equatable {
  package var anonymous: String
  package var customer: String
  package var at: Instant

  package init(anonymous: String, customer: String, at: Instant) {
    (self.anonymous, self.customer, self.at) = (anonymous, customer, at)
  }

  package init(json: JSONValue) throws(RecordError) {
    let reader = try JSONReader(json, what: "an identify")
    anonymous = try reader.requiredIdentifier("anonymous")
    customer = try reader.requiredIdentifier("customer")
    try CustomerRecord.check(id: customer, field: "customer")
    at = try reader.requiredInstant("at")
  }

  package var json: JSONValue {
    ["anonymous": .string(anonymous), "customer": .string(customer), "at": .instant(at)]
  }
}

/// A fact together with the exact bytes to keep: the client's own members, also those that Tessera does not read.
package struct FactEntry: Sendable {
  package let fact: Fact
  package let body: [UInt8]

  package init(fact: Fact, body: [UInt8]) { (self.fact, self.body) = (fact, body) }

  /// A fact made by Tessera itself, kept in its wire shape. Customer records are made from JSON, since only JSON can
  /// leave a field unsaid.
  package init(event: Event) { self.init(fact: .event(event), body: JSONWriter.bytes(event.json)) }
  package init(product: ProductRecord) { self.init(fact: .product(product), body: JSONWriter.bytes(product.json)) }
  package init(order: OrderRecord) { self.init(fact: .order(order), body: JSONWriter.bytes(order.json)) }
  package init(identify: Identify) { self.init(fact: .identify(identify), body: JSONWriter.bytes(identify.json)) }

  /// Reads and checks one item as a client sent it.
  /// - Parameter spelling: the item's bytes, where they are already what `JSONWriter` would make of it.
  package init(kind: FactKind, json: JSONValue, spelling: [UInt8]? = nil) throws(RecordError) {
    fact = try Fact(kind: kind, json: json)
    body = spelling ?? JSONWriter.bytes(json)
  }
}
