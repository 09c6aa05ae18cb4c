package import TesseraModel

extension Profiles {
  /// Takes one accepted fact.
  /// - Parameters:
  ///   - position: its place in the log; positions only rise.
  ///   - changed: gets the subjects whose profile it changed, to be placed anew.
  package mutating func fold(_ fact: Fact, position: Int64, changed: inout Set<Subject>) {
    self.position = position
    switch fact {
    case .event(let event): fold(event, &changed)
    case .identify(let identify): fold(identify, &changed)
    case .customer(let record):
      let c = customers.intern(record.id)
      var part = customerPart(Int32(c))
      var state = part.state ?? CustomerState()
      state.apply(record)
      part.state = state
      customers.replaceRecord(part.packed, of: c)
      changed.insert(unplaced(.customer(Int32(c))))
    case .product(let record):
      // Whoever has to do with the product may be elsewhere now.
      let change = catalog.fold(record, position: position)
      if change.names || (change.prices && placing?.readsTiers == true) { placing = nil }
    case .order(let record): fold(record, &changed)
    }
  }

  /// The same for an event, which need not be a fact first.
  package mutating func fold(_ event: Event, position: Int64, changed: inout Set<Subject>) {
    self.position = position
    fold(event, &changed)
  }

  /// Takes one accepted fact where nobody is placed.
  package mutating func fold(_ fact: Fact, position: Int64) {
    var changed: Set<Subject> = []
    fold(fact, position: position, changed: &changed)
  }

  /// The event as it is kept, with numbers for names.
  mutating func stored(_ event: Event) -> StoredEvent {
    let kind = event.kind
    let channel = event.channel.flatMap { MessageChannel(rawValue: $0) }.flatMap {
      MessageChannel.allCases.firstIndex(of: $0)
    }
    var stored = StoredEvent(at: event.at.milliseconds, kind: kind)
    stored.product = event.product.map { catalog.intern($0) } ?? -1
    stored.channel = channel.map { UInt8($0 + 1) } ?? 0
    stored.value = event.value
    if kind.isNamed { stored.type = types.intern(event.type) }
    if kind.isBasket {
      let units = Int32(event.quantity ?? 1)
      stored.units = kind == .addedToCart ? units : -units
      stored.id = Array(event.id.utf8)
    }
    return stored
  }

  private mutating func fold(_ event: Event, _ changed: inout Set<Subject>) {
    let stored = stored(event)
    guard let id = event.customer else {
      let v = visitors.intern(event.anonymous ?? "")
      insert(stored, ofVisitor: v)
      return unplace(ofVisitor: v, &changed)
    }
    let c = customers.intern(id)
    insert(stored, ofCustomer: c)
    guard let anonymous = event.anonymous else {
      changed.insert(unplaced(.customer(Int32(c))))
      return
    }
    fold(Identify(anonymous: anonymous, customer: id, at: event.at), &changed)
  }

  mutating func fold(_ identify: Identify, _ changed: inout Set<Subject>) {
    let c = customers.intern(identify.customer)
    let v = visitors.intern(identify.anonymous)
    var known = identifications(ofVisitor: Int32(v))
    guard !known.contains(where: { $0.at == identify.at && Int($0.customer) == c }) else {
      changed.insert(unplaced(.customer(Int32(c))))
      return
    }
    let new = Identification(at: identify.at, customer: Int32(c))
    var i = known.count
    while i > 0, precedes(new, known[i - 1]) { i -= 1 }
    known.insert(new, at: i)
    visitors.replaceRecord(Identification.pack(known), of: v)
    var part = customerPart(Int32(c))
    var at = part.identifiedAt.count
    while at > 0, part.identifiedAt[at - 1] > identify.at { at -= 1 }
    part.identifiedAt.insert(identify.at, at: at)
    if !part.visitors.contains(Int32(v)) { part.visitors.append(Int32(v)) }
    customers.replaceRecord(part.packed, of: c)
    unplace(ofVisitor: v, &changed)
  }

  private func precedes(_ a: Identification, _ b: Identification) -> Bool {
    if a.at != b.at { return a.at < b.at }
    return NameNormalization.precedes(customers.id(Int(a.customer)), customers.id(Int(b.customer)))
  }

  private mutating func fold(_ record: OrderRecord, _ changed: inout Set<Subject>) {
    let facts = orderFacts(record)
    let c = customers.intern(record.customer)
    guard let holder = holder(ofOrder: record.id) else {
      var id = record.id
      id.withUTF8 { orderIndex.insert(IdIndex.hash($0), c) }
      add(facts, to: c)
      changed.insert(unplaced(.customer(Int32(c))))
      return
    }
    var part = customerPart(Int32(holder))
    guard let i = part.orders.firstIndex(where: { $0.id.utf8.elementsEqual(record.id.utf8) }),
      Versioning.replaces(record.updatedAt, held: .some(part.orders[i].updatedAt))
    else { return }
    if holder == c {
      part.orders.remove(at: i)
      customers.replaceRecord(part.packed, of: c)
      add(facts, to: c)
      changed.insert(unplaced(.customer(Int32(c))))
      return
    }
    part.orders.remove(at: i)
    customers.replaceRecord(part.packed, of: holder)
    var id = record.id
    id.withUTF8 { bytes in
      orderIndex.remove(IdIndex.hash(bytes), holder)
      orderIndex.insert(IdIndex.hash(bytes), c)
    }
    add(facts, to: c)
    changed.insert(unplaced(.customer(Int32(c))))
    changed.insert(unplaced(.customer(Int32(holder))))
  }

  /// In order of time, so that the order of arrival leaves no trace.
  private func precedes(_ a: OrderFacts, _ b: OrderFacts) -> Bool {
    a.placedAt != b.placedAt ? a.placedAt < b.placedAt : NameNormalization.precedes(a.id, b.id)
  }

  private mutating func add(_ order: OrderFacts, to c: Int) {
    var part = customerPart(Int32(c))
    var i = part.orders.count
    while i > 0, precedes(order, part.orders[i - 1]) { i -= 1 }
    part.orders.insert(order, at: i)
    customers.replaceRecord(part.packed, of: c)
  }

  /// The customer who has an order.
  private func holder(ofOrder id: String) -> Int? {
    var id = id
    return id.withUTF8 { bytes in
      orderIndex.find(IdIndex.hash(bytes)) { c in
        customerPart(Int32(c)).orders.contains { $0.id.utf8.elementsEqual(bytes) }
      }
    }
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
  private mutating func unplace(ofVisitor v: Int, _ changed: inout Set<Subject>) {
    changed.insert(unplaced(.visitor(Int32(v))))
    for identification in identifications(ofVisitor: Int32(v)) {
      changed.insert(unplaced(.customer(identification.customer)))
    }
  }

  /// Forgets a customer and the visitors known only as this customer, as after an erasure.
  /// - Returns: the ids of the anonymous visitors forgotten with them.
  @discardableResult
  package mutating func erase(customer id: String) -> [String] {
    guard let c = customer(id) else { return [] }
    let part = customerPart(c)
    var gone: [String] = []
    for v in part.visitors where !visitors.isErased(Int(v)) {
      let left = identifications(ofVisitor: v).filter { $0.customer != c }
      visitors.replaceRecord(Identification.pack(left), of: Int(v))
      guard left.isEmpty else { continue }
      gone.append(visitors.id(Int(v)))
      _ = unplaced(.visitor(v))
      visitors.erase(Int(v))
    }
    for order in part.orders {
      var orderID = order.id
      orderID.withUTF8 { orderIndex.remove(IdIndex.hash($0), Int(c)) }
    }
    _ = unplaced(.customer(c))
    customers.erase(Int(c))
    return gone
  }
}
