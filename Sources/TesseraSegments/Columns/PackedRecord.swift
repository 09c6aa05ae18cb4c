import TesseraModel

/// What is kept of a customer beside the events: the merged record, orders, and the visitors they turned out to be.
struct CustomerPart {
  var state: CustomerState?
  var orders: [OrderFacts] = []
  /// Anonymous visitors ever identified as this customer, in the order heard of.
  var visitors: [Int32] = []
  /// Times of the identifies that name this customer, in order.
  var identifiedAt: [Instant] = []

  init() {}

  init(_ reader: inout PackedReader) {
    guard !reader.isAtEnd else { return }
    if reader.byte() != 0 {
      StateHead.skip(&reader)
      let detail = reader.text()
      var inner = PackedReader(reader.bytes, from: detail.lowerBound, count: detail.count)
      state = CustomerState(packed: &inner)
    }
    for _ in 0..<reader.int() { orders.append(OrderFacts(packed: &reader)) }
    for _ in 0..<reader.int() { visitors.append(Int32(reader.int())) }
    for _ in 0..<reader.int() { identifiedAt.append(reader.instant()) }
  }

  var packed: [UInt8] {
    var out = PackedWriter()
    out.add(byte: state == nil ? 0 : 1)
    if let state {
      StateHead(state).write(to: &out)
      var detail = PackedWriter()
      state.pack(to: &detail)
      out.add(text: detail.bytes)
    }
    out.add(orders.count)
    for order in orders { order.pack(to: &out) }
    out.add(visitors.count)
    for visitor in visitors { out.add(Int(visitor)) }
    out.add(identifiedAt.count)
    for at in identifiedAt { out.add(at) }
    return out.bytes
  }
}

/// What the axes need of a customer's record, before its details.
struct StateHead {
  /// Bit by channel: whether marketing may go out on it.
  var consents: UInt8 = 0
  var createdAt: Instant?
  var updatedAt: Instant?

  init(_ state: CustomerState) {
    for (i, channel) in MessageChannel.allCases.enumerated() where state.isSubscribed(channel) {
      consents |= 1 << UInt8(i)
    }
    (createdAt, updatedAt) = (state.createdAt.value, state.updatedAt)
  }

  init(_ reader: inout PackedReader) {
    consents = reader.byte()
    createdAt = reader.optionalInstant()
    updatedAt = reader.optionalInstant()
  }

  static func skip(_ reader: inout PackedReader) { _ = StateHead(&reader) }

  func write(to out: inout PackedWriter) {
    out.add(byte: consents)
    out.add(createdAt)
    out.add(updatedAt)
  }
}

/// That a visitor turned out to be a customer, and since when.
struct Identification {
  let at: Instant
  let customer: Int32

  static func unpack(_ reader: inout PackedReader) -> [Identification] {
    guard !reader.isAtEnd else { return [] }
    return (0..<reader.int()).map { _ in
      let at = reader.instant()
      return Identification(at: at, customer: Int32(reader.int()))
    }
  }

  static func pack(_ list: [Identification]) -> [UInt8] {
    var out = PackedWriter()
    out.add(list.count)
    for identification in list {
      out.add(identification.at)
      out.add(Int(identification.customer))
    }
    return out.bytes
  }
}

extension OrderFacts {
  func pack(to out: inout PackedWriter) {
    out.add(text: id.utf8)
    out.add(placedAt)
    out.add(cancelledAt)
    out.add(updatedAt)
    out.add(discountCodes.count)
    for code in discountCodes { out.add(text: code.utf8) }
    out.add(lines.count)
    for line in lines {
      out.add(Int(line.product))
      out.add(signed: Int64(line.units))
      out.add(line.revenue)
      out.add(byte: line.isDiscounted ? 1 : 0)
    }
    out.add(refunds.count)
    for refund in refunds {
      out.add(refund.at)
      out.add(refund.amount)
      out.add(refund.products.count)
      for product in refund.products { out.add(Int(product)) }
    }
  }

  init(packed reader: inout PackedReader) {
    let id = reader.string()
    let placedAt = reader.instant()
    let cancelledAt = reader.optionalInstant()
    let updatedAt = reader.optionalInstant()
    let codes = (0..<reader.int()).map { _ in reader.string() }
    let lines = (0..<reader.int()).map { _ -> Line in
      let product = Int32(reader.int())
      let units = Int(reader.signed())
      let revenue = reader.money()
      return Line(product: product, units: units, revenue: revenue, isDiscounted: reader.byte() != 0)
    }
    let refunds = (0..<reader.int()).map { _ -> Refund in
      let at = reader.instant()
      let amount = reader.money()
      return Refund(at: at, amount: amount, products: (0..<reader.int()).map { _ in Int32(reader.int()) })
    }
    self.init(
      id: id, placedAt: placedAt, cancelledAt: cancelledAt, updatedAt: updatedAt, discountCodes: codes, lines: lines,
      refunds: refunds)
  }
}
