package import TesseraModel

extension Profiles {
  /// Takes one accepted fact.
  /// - Parameter position: its place in the log; positions only rise.
  /// - Returns: the subjects whose profile it changed, to be placed anew.
  @discardableResult
  package mutating func fold(_ fact: Fact, position: Int64) -> [Subject] {
    self.position = position
    switch fact {
    case .event(let event): return fold(event)
    case .identify(let identify): return fold(identify)
    case .customer(let record):
      let i = internCustomer(record.id)
      var state = customers[i].state ?? CustomerState()
      state.apply(record)
      customers[i].state = state
      return [.customer(Int32(i))]
    case .product(let record):
      catalog.fold(record, position: position)
      return []
    case .order(let record): return fold(record)
    }
  }

  private mutating func fold(_ event: Event) -> [Subject] {
    let kind = event.kind
    let product = event.product.map { catalog.intern($0) } ?? -1
    let channel = event.channel.flatMap { MessageChannel(rawValue: $0) }.flatMap {
      MessageChannel.allCases.firstIndex(of: $0)
    }
    let compact = CompactEvent(
      at: event.at.milliseconds, product: product, kind: kind, channel: channel.map { UInt8($0 + 1) } ?? 0)
    var change: BasketChange?
    if kind.isBasketChange {
      let units = Int32(event.quantity ?? 1)
      change = BasketChange(
        at: event.at.milliseconds, id: event.id, product: product, units: kind == .addedToCart ? units : -units)
    }
    guard let id = event.customer else {
      let v = internVisitor(event.anonymous ?? "")
      visitors[v].history.insert(compact)
      if let change { visitors[v].history.insert(change) }
      return subjects(ofVisitor: v)
    }
    let c = internCustomer(id)
    customers[c].history.insert(compact)
    if let change { customers[c].history.insert(change) }
    guard let anonymous = event.anonymous else { return [.customer(Int32(c))] }
    return fold(Identify(anonymous: anonymous, customer: id, at: event.at))
  }

  private mutating func fold(_ identify: Identify) -> [Subject] {
    let c = internCustomer(identify.customer)
    let v = internVisitor(identify.anonymous)
    let known = visitors[v].identifications.contains { $0.at == identify.at && Int($0.customer) == c }
    guard !known else { return [.customer(Int32(c))] }
    let new = Visitor.Identification(at: identify.at, customer: Int32(c))
    var i = visitors[v].identifications.count
    while i > 0, precedes(new, visitors[v].identifications[i - 1]) { i -= 1 }
    visitors[v].identifications.insert(new, at: i)
    var at = customers[c].identifiedAt.count
    while at > 0, customers[c].identifiedAt[at - 1] > identify.at { at -= 1 }
    customers[c].identifiedAt.insert(identify.at, at: at)
    if !customers[c].visitors.contains(Int32(v)) { customers[c].visitors.append(Int32(v)) }
    return subjects(ofVisitor: v)
  }

  private func precedes(_ a: Visitor.Identification, _ b: Visitor.Identification) -> Bool {
    if a.at != b.at { return a.at < b.at }
    return NameNormalization.precedes(customers[Int(a.customer)].id, customers[Int(b.customer)].id)
  }

  private mutating func fold(_ record: OrderRecord) -> [Subject] {
    let facts = orderFacts(record)
    let c = Int32(internCustomer(record.customer))
    guard let slot = orderIndex[ByteKey(record.id)] else {
      orderIndex[ByteKey(record.id)] = Int32(orders.count)
      customers[Int(c)].orders.append(Int32(orders.count))
      orders.append((facts, c))
      return [.customer(c)]
    }
    let held = orders[Int(slot)]
    guard Versioning.replaces(record.updatedAt, held: .some(held.facts.updatedAt)) else { return [] }
    orders[Int(slot)] = (facts, c)
    guard held.customer != c else { return [.customer(c)] }
    customers[Int(held.customer)].orders.removeAll { $0 == slot }
    customers[Int(c)].orders.append(slot)
    return [.customer(c), .customer(held.customer)]
  }

  private mutating func orderFacts(_ record: OrderRecord) -> OrderFacts {
    let lines = record.lines.map { line in
      OrderFacts.Line(
        product: catalog.intern(line.product), units: line.quantity, revenue: line.revenue,
        isDiscounted: line.isDiscounted)
    }
    let refunds = record.refunds.map { refund in
      OrderFacts.Refund(
        at: refund.at, amount: refund.lines.reduce(into: Money.zero) { $0 += $1.amount },
        products: refund.lines.compactMap { line in line.product.map { catalog.intern($0) } })
    }
    return OrderFacts(
      id: record.id, placedAt: record.placedAt, cancelledAt: record.cancelledAt, updatedAt: record.updatedAt,
      discountCodes: record.discountCodes, lines: lines, refunds: refunds)
  }

  /// Everyone whose profile an anonymous visitor's events may be part of.
  private func subjects(ofVisitor v: Int) -> [Subject] {
    var out: [Subject] = [.visitor(Int32(v))]
    for identification in visitors[v].identifications where !out.contains(.customer(identification.customer)) {
      out.append(.customer(identification.customer))
    }
    return out
  }

  private mutating func internCustomer(_ id: String) -> Int {
    if let known = customerIndex[ByteKey(id)] { return Int(known) }
    customerIndex[ByteKey(id)] = Int32(customers.count)
    customers.append(Customer(id: id))
    return customers.count - 1
  }

  private mutating func internVisitor(_ id: String) -> Int {
    if let known = visitorIndex[ByteKey(id)] { return Int(known) }
    visitorIndex[ByteKey(id)] = Int32(visitors.count)
    visitors.append(Visitor(id: id))
    return visitors.count - 1
  }

  /// Forgets a customer and the visitors known only as this customer, as after an erasure.
  /// - Returns: the ids of the anonymous visitors forgotten with them.
  @discardableResult
  package mutating func erase(customer id: String) -> [String] {
    guard let c = customerIndex.removeValue(forKey: ByteKey(id)) else { return [] }
    var gone: [String] = []
    for v in customers[Int(c)].visitors {
      visitors[Int(v)].identifications.removeAll { $0.customer == c }
      guard visitors[Int(v)].identifications.isEmpty else { continue }
      let name = visitors[Int(v)].id
      gone.append(name)
      visitorIndex[ByteKey(name)] = nil
      visitors[Int(v)] = Visitor(id: "")
      visitors[Int(v)].isErased = true
    }
    for slot in customers[Int(c)].orders { orderIndex[ByteKey(orders[Int(slot)].facts.id)] = nil }
    customers[Int(c)] = Customer(id: "")
    customers[Int(c)].isErased = true
    return gone
  }
}
