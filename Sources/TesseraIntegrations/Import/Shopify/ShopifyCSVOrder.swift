import TesseraModel

/// Reads the rows of one order in Shopify's order export: a row for each line, what concerns the whole order in the
/// first.
///
/// The export tells only how much of an order was refunded, not when nor for what. The sum becomes one refund at the
/// time of cancellation, else of payment, else of the order, divided among all lines by revenue. Only of an order
/// refunded in full are the units known to have come back; else the refund's lines have quantity 0.
enum ShopifyCSVOrder {
  /// What ties an order's rows together.
  @Sendable static func key(of row: CSVRow) -> String? { row.text("name") }

  /// The order.
  /// - Throws: `RecordError` for an order without customer or time, or a cell that cannot be read.
  static func entry(of group: CSVRowGroup, joins: ShopifyJoins) throws(RecordError) -> FactEntry {
    guard let id = ShopifyCell.identifier(group.first("id")) ?? group.first("name") else {
      throw RecordError("Name is missing")
    }
    guard let email = group.first("email") else { throw RecordError("no customer: the order has no e-mail address") }
    guard let placedAt = try ShopifyCell.instant(group.first("created at"), "Created at") else {
      throw RecordError("Created at is missing")
    }
    var order = ShopifyOrder(id: id, customer: joins.customer(email: email), placedAt: placedAt)
    order.record.cancelledAt = try ShopifyCell.instant(group.first("cancelled at"), "Cancelled at")
    order.record.currency = group.first("currency")
    order.record.discountCodes = ShopifyCell.list(group.first("discount code"))
    for row in group.rows {
      if let line = try line(of: row, joins: joins) { order.lines.append(ShopifyOrder.Line(line: line)) }
    }
    try spreadDiscount(of: group, in: &order)
    try addRefund(of: group, to: &order)
    return try order.entry()
  }

  /// The line of a row; nil for a row without one.
  private static func line(of row: CSVRow, joins: ShopifyJoins) throws(RecordError) -> OrderRecord.Line? {
    let name = row.text("lineitem name")
    let sku = ShopifyCell.identifier(row.text("lineitem sku"))
    guard let title = name ?? sku else { return nil }
    guard let quantity = try ShopifyCell.integer(row, "lineitem quantity") else {
      throw RecordError("Lineitem quantity is missing in line \(row.line)")
    }
    guard let price = try ShopifyCell.money(row, "lineitem price") else {
      throw RecordError("Lineitem price is missing in line \(row.line)")
    }
    guard (-Event.quantityMax...Event.quantityMax).contains(quantity) else {
      throw RecordError("Lineitem quantity \(quantity) in line \(row.line) is beyond \(Event.quantityMax)")
    }
    return OrderRecord.Line(
      product: joins.product(sku: sku, name: title), quantity: quantity, price: price,
      compareAtPrice: try ShopifyCell.money(row, "lineitem compare at price"),
      discount: try ShopifyCell.money(row, "lineitem discount") ?? .zero)
  }

  /// A code for the whole order is in `Discount Amount` and not in the lines. As much of it as the subtotal lies
  /// below the lines is divided among them; the rest was taken off the shipping.
  private static func spreadDiscount(of group: CSVRowGroup, in order: inout ShopifyOrder) throws(RecordError) {
    guard let row = group.rows.first(where: { $0.text("subtotal") != nil }),
      let subtotal = try ShopifyCell.money(row, "subtotal"),
      let discount = try ShopifyCell.money(row, "discount amount")
    else { return }
    let revenue = order.lines.reduce(Money.zero) { $0 + $1.line.revenue }
    let missing = min(discount, revenue - subtotal)
    if missing > .zero { order.spread(discount: missing) }
  }

  private static func addRefund(of group: CSVRowGroup, to order: inout ShopifyOrder) throws(RecordError) {
    guard let row = group.rows.first(where: { $0.text("refunded amount") != nil }),
      let amount = try ShopifyCell.money(row, "refunded amount"), amount > .zero
    else { return }
    let total = try ShopifyCell.money(row, "total")
    if total == amount || group.first("financial status")?.lowercased() == "refunded" {
      for i in order.lines.indices { order.lines[i].returned = order.lines[i].line.quantity }
    }
    let paidAt = try ShopifyCell.instant(group.first("paid at"), "Paid at")
    order.refund(amount, at: order.record.cancelledAt ?? paidAt ?? order.record.placedAt)
  }
}
