import TesseraModel

/// An order of a Shopify store, from whichever export, before it becomes a record.
struct ShopifyOrder {
  /// A line, and how many of its units came back.
  struct Line {
    var line: OrderRecord.Line
    var returned = 0
  }

  var record: OrderRecord
  var lines: [Line] = []

  init(id: String, customer: String, placedAt: Instant) {
    record = OrderRecord(id: id, customer: customer, placedAt: placedAt)
  }

  /// Divides a discount of the whole order among its lines by their revenue.
  mutating func spread(discount: Money) {
    let parts = ProportionalSplit.split(discount, over: lines.map(\.line.revenue))
    for (i, part) in parts.enumerated() { lines[i].line.discount += part }
  }

  /// Books a refund of which only the sum is known. It is divided by revenue among the lines of which units came
  /// back, or among all if none is known to have. The parts add up to the sum exactly, also where it contains
  /// shipping or tax.
  mutating func refund(_ amount: Money, at instant: Instant) {
    guard amount > .zero, !lines.isEmpty else { return }
    let isKnown = lines.contains { $0.returned > 0 }
    let weights = lines.map { line -> Money in
      guard isKnown else { return line.line.revenue }
      guard line.line.quantity > 0 else { return .zero }
      return Money(units: line.line.revenue.units / Int128(line.line.quantity)) * line.returned
    }
    var refund = OrderRecord.Refund(at: instant, lines: [])
    for (line, part) in zip(lines, ProportionalSplit.split(amount, over: weights))
    where part > .zero || line.returned > 0 {
      refund.lines.append(OrderRecord.RefundLine(product: line.line.product, quantity: line.returned, amount: part))
    }
    record.refunds.append(refund)
    // Units come back once: the next refund of the order is divided like this one, without units.
    for i in lines.indices { lines[i].returned = 0 }
  }

  /// The record in its wire shape, checked.
  /// - Throws: `RecordError` that names the field.
  func entry() throws(RecordError) -> FactEntry {
    var record = record
    record.lines = lines.map(\.line)
    return try FactEntry(kind: .order, json: record.json)
  }
}
