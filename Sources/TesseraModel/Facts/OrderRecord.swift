/// An order with its lines, codes and refunds, replaced whole by its next version.
package struct OrderRecord: Sendable, Equatable {
  /// One product of an order, at the price paid.
  package struct Line: Sendable, Equatable {
    package var product: String
    package var quantity: Int
    package var price: Money
    package var compareAtPrice: Money?
    /// Of the whole line.
    package var discount: Money

    package init(product: String, quantity: Int, price: Money, compareAtPrice: Money? = nil, discount: Money = .zero) {
      (self.product, self.quantity, self.price) = (product, quantity, price)
      (self.compareAtPrice, self.discount) = (compareAtPrice, discount)
    }

    /// quantity × price − discount.
    package var revenue: Money { price * quantity - discount }
    /// Bought below the usual price.
    package var isDiscounted: Bool { discount > .zero || compareAtPrice.map { $0 > price } ?? false }
  }

  /// What was given back of one product, or of none in particular.
  package struct RefundLine: Sendable, Equatable {
    package var product: String?
    package var quantity: Int
    package var amount: Money
    package init(product: String?, quantity: Int, amount: Money) {
      (self.product, self.quantity, self.amount) = (product, quantity, amount)
    }
  }

  /// Money given back at one time.
  package struct Refund: Sendable, Equatable {
    package var at: Instant
    package var lines: [RefundLine]
    package init(at: Instant, lines: [RefundLine]) { (self.at, self.lines) = (at, lines) }
  }

  package var id: String
  package var customer: String
  package var placedAt: Instant
  package var cancelledAt: Instant?
  package var updatedAt: Instant?
  package var currency: String?
  package var discountCodes: [String] = []
  package var lines: [Line] = []
  package var refunds: [Refund] = []

  package init(id: String, customer: String, placedAt: Instant, lines: [Line] = []) {
    (self.id, self.customer, self.placedAt, self.lines) = (id, customer, placedAt, lines)
  }

  /// Whether the order exists at T: placed, and not cancelled.
  package func exists(at instant: Instant) -> Bool {
    placedAt <= instant && !(cancelledAt.map { $0 <= instant } ?? false)
  }

  /// More lines than any real order has.
  package static let linesMax = 1_000

  package init(json: JSONValue) throws(RecordError) {
    let reader = try JSONReader(json, what: "an order")
    id = try reader.requiredIdentifier("id")
    customer = try reader.requiredIdentifier("customer")
    try CustomerRecord.check(id: customer, field: "customer")
    placedAt = try reader.requiredInstant("placed_at")
    cancelledAt = try reader.instant("cancelled_at")
    updatedAt = try reader.instant("updated_at")
    currency = try reader.string("currency")
    discountCodes = try reader.strings("discount_codes", countMax: 100)
    guard reader.value("lines") != nil else { throw RecordError("lines is missing") }
    for (i, element) in try reader.elements("lines", countMax: OrderRecord.linesMax).enumerated() {
      lines.append(try Line(json: element, path: "lines[\(i)]"))
    }
    for (i, element) in try reader.elements("refunds", countMax: OrderRecord.linesMax).enumerated() {
      refunds.append(try Refund(json: element, path: "refunds[\(i)]"))
    }
  }

  package var json: JSONValue {
    var object = JSONObject([
      ("id", .string(id)), ("customer", .string(customer)), ("placed_at", .instant(placedAt)),
    ])
    if let cancelledAt { object["cancelled_at"] = .instant(cancelledAt) }
    if let currency { object["currency"] = .string(currency) }
    object["discount_codes"] = .strings(discountCodes)
    object["lines"] = .array(lines.map(\.json))
    object["refunds"] = .array(refunds.map(\.json))
    if let updatedAt { object["updated_at"] = .instant(updatedAt) }
    return .object(object)
  }
}

extension OrderRecord.Line {
  init(json: JSONValue, path: String) throws(RecordError) {
    let reader = try JSONReader(json, path: path, what: "a line")
    product = try reader.requiredIdentifier("product")
    guard let quantity = try reader.integer("quantity", in: -Event.quantityMax...Event.quantityMax) else {
      throw RecordError("\(path).quantity is missing")
    }
    guard let price = try reader.money("price") else { throw RecordError("\(path).price is missing") }
    (self.quantity, self.price) = (quantity, price)
    compareAtPrice = try reader.money("compare_at_price")
    discount = try reader.money("discount") ?? .zero
  }

  var json: JSONValue {
    var object = JSONObject([
      ("product", .string(product)), ("quantity", .integer(quantity)), ("price", .money(price)),
    ])
    if let compareAtPrice { object["compare_at_price"] = .money(compareAtPrice) }
    if discount != .zero { object["discount"] = .money(discount) }
    return .object(object)
  }
}

extension OrderRecord.Refund {
  init(json: JSONValue, path: String) throws(RecordError) {
    let reader = try JSONReader(json, path: path, what: "a refund")
    at = try reader.requiredInstant("at")
    lines = []
    for (i, element) in try reader.elements("lines", countMax: OrderRecord.linesMax).enumerated() {
      let line = try JSONReader(element, path: "\(path).lines[\(i)]", what: "a refund line")
      lines.append(
        OrderRecord.RefundLine(
          product: try line.identifier("product"),
          quantity: try line.integer("quantity", in: -Event.quantityMax...Event.quantityMax) ?? 1,
          amount: try line.money("amount") ?? .zero))
    }
  }

  var json: JSONValue {
    let lines = lines.map { line -> JSONValue in
      ["product": .optional(line.product), "quantity": .integer(line.quantity), "amount": .money(line.amount)]
    }
    return ["at": .instant(at), "lines": .array(lines)]
  }
}
