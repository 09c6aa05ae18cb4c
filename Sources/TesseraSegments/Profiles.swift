package import TesseraModel

/// Everything that the facts say of customers, visitors and products, folded and ready to be read as of any instant. A
/// value, kept in chunks: a copy costs little, and only what changes afterwards is copied. The result depends on the
/// set of facts, not on their order (but for records without distinct `updated_at`, where the log's order decides).
package struct Profiles: Sendable {
  package internal(set) var catalog = Catalog()
  package internal(set) var types = EventTypes()
  package internal(set) var customers = SubjectTable()
  package internal(set) var visitors = SubjectTable()
  /// Customers by the ids of their orders.
  var orderIndex = IdIndex()
  /// The position of the last fact folded.
  package internal(set) var position: Int64 = 0
  /// How the columns of places were made; nil when nobody was placed yet.
  var placing: Placing?
  /// Numbers of segments beyond twice the people that are kept before all are given anew.
  var spareNumbers = 100_000
  private var packer = PackedWriter()

  package init() {}

  package func customer(_ id: String) -> Int32? { customers.number(of: id).map { Int32($0) } }
  package func visitor(_ id: String) -> Int32? { visitors.number(of: id).map { Int32($0) } }

  /// Someone who is listed on their own: a known customer or a visitor not identified.
  package enum Subject: Hashable, Sendable {
    case customer(Int32)
    case visitor(Int32)
  }

  /// The name under which a subject is listed.
  package func name(of subject: Subject) -> String {
    switch subject {
    case .customer(let i): customers.id(Int(i))
    case .visitor(let i): "~" + visitors.id(Int(i))
    }
  }

  /// Adds an event to a subject's; where it is the latest, without looking at the others.
  mutating func insert(_ event: StoredEvent, ofVisitor number: Int) {
    Profiles.insert(event, into: &visitors, number, &packer)
  }

  mutating func insert(_ event: StoredEvent, ofCustomer number: Int) {
    Profiles.insert(event, into: &customers, number, &packer)
  }

  private static func insert(
    _ event: StoredEvent, into table: inout SubjectTable, _ number: Int, _ packer: inout PackedWriter
  ) {
    let lastAt = table.slot(number).lastAt
    if event.at > lastAt {
      packer.removeAll()
      PackedEvent.write(event, after: lastAt == .min ? nil : lastAt, to: &packer)
      table.appendEvents(packer.bytes, to: number, lastAt: event.at)
      return
    }
    var all = table.withEvents(number) { PackedEvent.unpack(&$0) }
    var i = all.count
    while i > 0, StoredEvent.precedes(event, all[i - 1]) { i -= 1 }
    all.insert(event, at: i)
    table.replaceEvents(PackedEvent.pack(all), of: number, lastAt: lastAt)
  }

  /// Gives back the memory kept in reserve for growing; worth it after a large load.
  package mutating func trim() {
    customers.trim()
    visitors.trim()
  }

  /// A copy for one thread. Threads that count references to the same arrays wait for each other at every subject; with
  /// lists of their own they do not.
  /// - Parameter exceptCustomers: whether the thread does not look up customers.
  func unshared(exceptCustomers: Bool = false) -> Profiles {
    var own = self
    own.catalog.unshare()
    if !exceptCustomers { own.customers.unshare() }
    own.visitors.unshare()
    return own
  }

  /// Bytes that the profiles take, without the catalog.
  package var memory: Int { customers.memory + visitors.memory + orderIndex.memory }
}

extension Profiles {
  /// The key of a segment made elsewhere; names the catalog does not know yet are entered. Nil if an axis or a word is
  /// not known here.
  package mutating func key(of segment: Segment, in space: AxisSpace) -> SegmentKey? {
    space.key(of: segment, entering: &catalog)
  }

  /// Anonymous visitors who were identified as this customer and as nobody else, by id.
  package func visitorsKnownOnly(as customer: Int32) -> [String] {
    customerPart(customer).visitors.filter { v in
      !visitors.isErased(Int(v)) && identifications(ofVisitor: v).allSatisfy { $0.customer == customer }
    }.map { visitors.id(Int($0)) }
  }

  /// A customer's orders that exist at T.
  package func orders(ofCustomer c: Int32, at instant: Instant) -> [OrderFacts] {
    customerPart(c).orders.filter { $0.exists(at: instant) }
  }

  /// Hands every order that exists at T to `body`.
  package func forEachOrder(at instant: Instant, _ body: (OrderFacts) -> Void) {
    for c in 0..<customers.count {
      for order in customerPart(Int32(c)).orders where order.exists(at: instant) { body(order) }
    }
  }

  func customerPart(_ c: Int32) -> CustomerPart { customers.withRecord(Int(c)) { CustomerPart(&$0) } }

  func identifications(ofVisitor v: Int32) -> [Identification] {
    visitors.withRecord(Int(v)) { Identification.unpack(&$0) }
  }

  /// Who an anonymous visitor is known to be at T, if anyone: the customer of the last identify.
  package func identity(ofVisitor v: Int32, at instant: Instant) -> Int32? {
    identifications(ofVisitor: v).last { $0.at <= instant }?.customer
  }
}
