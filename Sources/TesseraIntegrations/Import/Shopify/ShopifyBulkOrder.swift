import TesseraModel

/// Reads an `Order` of a bulk operation's result with its `LineItem`s.
///
/// Bulk operations cannot give the lines of a refund, only each refund's sum and how many units of a line are left. A
/// refund's sum is therefore divided by revenue among the lines of which units came back, or among all if none did;
/// the units go to the first refund.
enum ShopifyBulkOrder {
  /// The order, or nil for a test order, which no customer placed.
  /// - Throws: `RecordError` for an order without customer or time, or a field that cannot be read.
  static func entry(
    of node: ShopifyNode, lines: [ShopifyNode], joins: ShopifyJoins
  ) throws(RecordError) -> FactEntry? {
    if node.json["test"]?.flag == true { return nil }
    guard let id = node.id else { throw RecordError("id must be like gid://shopify/Order/42") }
    guard let customer = node.text("customer", "id") ?? node.text("email").map(joins.customer(email:)) else {
      throw RecordError("no customer: the order has neither a customer nor an e-mail address")
    }
    // Orders brought over from another shop were created on the day of the move, but processed when they were placed.
    let createdAt = try node.instant("createdAt")
    guard let placedAt = try node.instant("processedAt") ?? createdAt else {
      throw RecordError("createdAt is missing: select it in the bulk query")
    }
    var order = ShopifyOrder(
      id: String(id.number), customer: try Identifier.canonical(customer, field: "customer"), placedAt: placedAt)
    order.record.cancelledAt = try node.instant("cancelledAt")
    order.record.updatedAt = try node.instant("updatedAt")
    order.record.currency = node.text("currencyCode")
    order.record.discountCodes = node.texts("discountCodes") + node.texts("discountCode")
    for line in lines { order.lines.append(try ShopifyBulkOrder.line(line, joins: joins)) }
    try addRefunds(of: node, to: &order)
    return try order.entry()
  }

  private static func line(_ node: ShopifyNode, joins: ShopifyJoins) throws(RecordError) -> ShopifyOrder.Line {
    guard let quantity = node.json["quantity"]?.integer,
      (-Event.quantityMax...Event.quantityMax).contains(quantity)
    else {
      throw RecordError("quantity of a LineItem must be a whole number up to \(Event.quantityMax)")
    }
    let title = node.text("title") ?? node.text("name") ?? ""
    let product: String
    if let gid = node.text("product", "id") {
      product = try Identifier.canonical(gid, field: "product.id")
    } else {
      let name = node.text("variantTitle").map { "\(title) - \($0)" } ?? title
      product = joins.product(sku: node.text("sku"), name: name)
    }
    let total = try node.money("originalTotalSet")
    guard let price = try node.money("originalUnitPriceSet") ?? ShopifyBulkOrder.price(of: total, quantity: quantity)
    else {
      throw RecordError(
        "originalUnitPriceSet or originalTotalSet of a LineItem is missing: select one in the bulk query")
    }
    var line = OrderRecord.Line(product: product, quantity: quantity, price: price)
    line.discount = try discount(of: node, total: total ?? price * quantity)
    let left = node.json["currentQuantity"]?.integer ?? quantity
    let isPlausible = quantity > 0 && (0...quantity).contains(left)
    return ShopifyOrder.Line(line: line, returned: isPlausible ? quantity - left : 0)
  }

  /// The unit price where only the line's sum is given, to 10⁻¹⁸ where it does not divide.
  private static func price(of total: Money?, quantity: Int) -> Money? {
    guard let total else { return nil }
    return quantity == 0 ? total : Money(units: total.units / Int128(quantity))
  }

  /// What was taken off a line: all allocations, which include the order's codes; else what lies between its two sums.
  private static func discount(of node: ShopifyNode, total: Money) throws(RecordError) -> Money {
    if let allocations = node.json["discountAllocations"]?.elements {
      var sum = Money.zero
      for allocation in allocations.prefix(OrderRecord.linesMax) {
        guard let amount = allocation["allocatedAmountSet"] ?? allocation["allocatedAmount"] else { continue }
        sum += try ShopifyNode.money(amount, "allocatedAmountSet") ?? .zero
      }
      return sum
    }
    guard let reduced = try node.money("discountedTotalSet") else { return .zero }
    return max(.zero, total - reduced)
  }

  private static func addRefunds(of node: ShopifyNode, to order: inout ShopifyOrder) throws(RecordError) {
    let refunds = try node.inner("refunds")
    for refund in refunds.prefix(OrderRecord.linesMax) {
      guard let amount = try refund.money("totalRefundedSet"), amount > .zero else { continue }
      let instant = try refund.instant("createdAt") ?? order.record.updatedAt ?? order.record.placedAt
      order.refund(amount, at: instant)
    }
    guard refunds.isEmpty, let amount = try node.money("totalRefundedSet") else { return }
    order.refund(amount, at: order.record.cancelledAt ?? order.record.updatedAt ?? order.record.placedAt)
  }
}
