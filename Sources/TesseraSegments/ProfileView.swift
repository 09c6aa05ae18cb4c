package import TesseraModel

/// An event as the axes read it: 16 bytes.
package struct CompactEvent: Sendable {
  /// Milliseconds since 1970.
  package var at: Int64
  /// The catalog's number, or -1.
  package var product: Int32
  /// The number of the event's type where its kind does not tell it.
  package var type: UInt16
  package var kind: EventKind
  /// 1 + the index of the message channel, or 0.
  package var channel: UInt8
}

/// A change of the basket.
package struct BasketChange: Sendable {
  package var at: Int64
  package var product: Int32
  /// Units added; negative when removed.
  package var units: Int32
  /// Where the event's id is among `ProfileView.basketIDs`.
  var idStart: Int32
  var idCount: Int32
}

/// One subject's profile as of an instant: everything the axes may read, and nothing later than T. Made to be filled
/// again and again, for a sweep reads millions.
package struct ProfileView {
  /// An order that exists at T; its lines and refunds are parts of the view's lists.
  package struct Order {
    package var placedAt: Instant
    package var hasDiscountCode: Bool
    package var lines: Range<Int>
    package var refunds: Range<Int>
    package var id: Range<Int>
  }

  /// Money given back at or before T, for the products between two places of the view's list.
  package struct Refund {
    package var at: Instant
    package var amount: Money
    package var products: Range<Int>
  }

  /// T.
  package private(set) var at: Instant
  /// Events at or before T in order of time, the identified visitors' among them.
  package private(set) var events: [CompactEvent] = []
  /// Those of them that came with a value, in no order.
  private(set) var values: [(event: CompactEvent, value: Money)] = []
  /// Basket changes at or before T by (`at`, id).
  package private(set) var basket: [BasketChange] = []
  private var basketIDs: [UInt8] = []
  package private(set) var orders: [Order] = []
  package private(set) var lines: [OrderFacts.Line] = []
  package private(set) var refunds: [Refund] = []
  package private(set) var refundedProducts: [Int32] = []
  private var orderIDs: [UInt8] = []
  /// Whether there is a record; visitors and customers that only events mention have none.
  package private(set) var hasRecord = false
  package private(set) var consents: UInt8 = 0
  package private(set) var createdAt: Instant?
  package private(set) var recordUpdatedAt: Instant?
  private var stateBytes: [UInt8] = []
  package let catalog: Catalog
  package let types: EventTypes
  /// The spend percentiles to cut at.
  package var spendCuts: SpendCuts
  /// The first time after T at which something known already will count: a fact dated later.
  package private(set) var nextFactAt = Int64.max
  /// The newest order's time, the border before which the basket does not count.
  package private(set) var newestOrderAt: Instant?
  /// The last event that was on site.
  package private(set) var lastOnSiteAt: Instant?
  /// Lines of orders of the last 365 days minus refunds of the last 365 days.
  package private(set) var netRevenue = Money.zero

  package init(_ profiles: Profiles, at instant: Instant, spendCuts: SpendCuts) {
    (at, catalog, types, self.spendCuts) = (instant, profiles.catalog, profiles.types, spendCuts)
  }

  /// The merged record with everything in it.
  package var state: CustomerState? {
    guard hasRecord else { return nil }
    return stateBytes.withUnsafeBufferPointer { bytes in
      var reader = PackedReader(bytes, from: 0, count: bytes.count)
      return CustomerState(packed: &reader)
    }
  }

  /// What merge tags may ask of the record, in UTF-8: the names, and the traits as JSON.
  package var mergeTexts: (firstName: ArraySlice<UInt8>?, lastName: ArraySlice<UInt8>?, traits: ArraySlice<UInt8>?) {
    guard hasRecord else { return (nil, nil, nil) }
    let texts = stateBytes.withUnsafeBufferPointer { bytes in
      var reader = PackedReader(bytes, from: 0, count: bytes.count)
      return CustomerState.MergeTexts(packed: &reader)
    }
    func slice(_ range: Range<Int>?) -> ArraySlice<UInt8>? { range.map { stateBytes[$0] } }
    return (slice(texts.firstName), slice(texts.lastName), slice(texts.traits))
  }

  package func orderID(_ order: Order) -> String { String(decoding: orderIDs[order.id], as: UTF8.self) }

  package func isSubscribed(_ channel: MessageChannel) -> Bool {
    consents & 1 << UInt8(MessageChannel.allCases.firstIndex(of: channel) ?? 0) != 0
  }

  /// Whether the person was on site within the last 24 hours.
  package var isOnSiteLately: Bool { lastOnSiteAt.map { $0.age(at: at) < Instant.day } ?? false }

  private mutating func clear() {
    // Most people have no orders and no basket: emptying what is empty would cost more than reading them.
    if !events.isEmpty { events.removeAll(keepingCapacity: true) }
    if !values.isEmpty { values.removeAll(keepingCapacity: true) }
    if !basket.isEmpty { basket.removeAll(keepingCapacity: true) }
    if !basketIDs.isEmpty { basketIDs.removeAll(keepingCapacity: true) }
    if !orderIDs.isEmpty { orderIDs.removeAll(keepingCapacity: true) }
    if !orders.isEmpty { orders.removeAll(keepingCapacity: true) }
    if !lines.isEmpty { lines.removeAll(keepingCapacity: true) }
    if !refunds.isEmpty { refunds.removeAll(keepingCapacity: true) }
    if !refundedProducts.isEmpty { refundedProducts.removeAll(keepingCapacity: true) }
    (hasRecord, consents, createdAt, recordUpdatedAt) = (false, 0, nil, nil)
    (nextFactAt, newestOrderAt, lastOnSiteAt, netRevenue) = (.max, nil, nil, .zero)
  }

  /// Reads a subject.
  /// - Returns: whether it is listed at T: there is a record, or a fact at or before T.
  package mutating func fill(_ profiles: Profiles, _ subject: Profiles.Subject) -> Bool {
    switch subject {
    case .customer(let c): profiles.customers.withRow(Int(c)) { fill(profiles, subject, from: $0) }
    case .visitor(let v): profiles.visitors.withRow(Int(v)) { fill(profiles, subject, from: $0) }
    }
  }

  /// - Parameter row: the subject's own.
  mutating func fill(_ profiles: Profiles, _ subject: Profiles.Subject, from row: SubjectRow) -> Bool {
    clear()
    if row.isErased { return false }
    let isListed =
      switch subject {
      case .customer(let c): fill(profiles, customer: c, row)
      case .visitor(let v): fill(profiles, visitor: v, row)
      }
    if isListed { summarize() }
    return isListed
  }

  private mutating func fill(_ profiles: Profiles, customer c: Int32, _ row: SubjectRow) -> Bool {
    var visitors: [Int32] = []
    var isIdentified = false
    var reader = row.record
    if !reader.isAtEnd {
      readState(&reader)
      for _ in 0..<reader.int() { readOrder(&reader) }
      for _ in 0..<reader.int() { visitors.append(Int32(reader.int())) }
      for _ in 0..<reader.int() {
        let at = reader.instant()
        if at <= self.at { isIdentified = true } else { nextFactAt = min(nextFactAt, at.milliseconds) }
      }
    }
    var events = row.events
    readEvents(&events) { _ in true }
    if !visitors.isEmpty { read(profiles, visitors, of: c) }
    return hasRecord || isIdentified || !self.events.isEmpty || !orders.isEmpty
  }

  /// Adds what identified visitors did as this customer.
  private mutating func read(_ profiles: Profiles, _ visitors: [Int32], of c: Int32) {
    let (ownEvents, ownBasket, at) = (events.count, basket.count, at)
    for v in visitors where !profiles.visitors.isErased(Int(v)) {
      let identifications = profiles.identifications(ofVisitor: v)
      if let next = identifications.first(where: { $0.at > at }) {
        nextFactAt = min(nextFactAt, next.at.milliseconds)
      }
      profiles.visitors.withEvents(Int(v)) { reader in
        readEvents(&reader) { ProfileView.owner(identifications, $0, asOf: at) == c }
      }
    }
    if events.count > ownEvents { events.sort { $0.at < $1.at } }
    if basket.count > ownBasket { basket.sort(by: precedes) }
  }

  /// Whose an anonymous event is: the customer of the first identify (≤ T) at or after it, else of the last one before
  /// it.
  private static func owner(_ identifications: [Identification], _ at: Int64, asOf instant: Instant) -> Int32? {
    var before: Int32?
    for identification in identifications {
      if identification.at > instant { break }
      if identification.at.milliseconds >= at { return identification.customer }
      before = identification.customer
    }
    return before
  }

  private mutating func fill(_ profiles: Profiles, visitor v: Int32, _ row: SubjectRow) -> Bool {
    if let first = profiles.identifications(ofVisitor: v).first {
      if first.at <= at { return false }
      nextFactAt = first.at.milliseconds
    }
    var events = row.events
    readEvents(&events) { _ in true }
    return !self.events.isEmpty
  }

  private mutating func readState(_ reader: inout PackedReader) {
    hasRecord = reader.byte() != 0
    guard hasRecord else { return }
    let head = StateHead(&reader)
    (consents, createdAt, recordUpdatedAt) = (head.consents, head.createdAt, head.updatedAt)
    if let createdAt, createdAt > at { nextFactAt = min(nextFactAt, createdAt.milliseconds) }
    let detail = reader.text()
    stateBytes.removeAll(keepingCapacity: true)
    stateBytes.append(contentsOf: reader.bytes[detail])
  }

  private mutating func readOrder(_ reader: inout PackedReader) {
    let id = reader.text()
    let placedAt = reader.instant()
    let cancelledAt = reader.optionalInstant()
    _ = reader.optionalInstant()
    let codes = reader.int()
    for _ in 0..<codes { _ = reader.text() }
    let (lineStart, refundStart) = (lines.count, refunds.count)
    for _ in 0..<reader.int() {
      let product = Int32(reader.int())
      let units = Int(reader.signed())
      let revenue = reader.money()
      lines.append(
        OrderFacts.Line(product: product, units: units, revenue: revenue, isDiscounted: reader.byte() != 0))
    }
    for _ in 0..<reader.int() {
      let refundAt = reader.instant()
      let amount = reader.money()
      let start = refundedProducts.count
      for _ in 0..<reader.int() { refundedProducts.append(Int32(reader.int())) }
      if refundAt <= at {
        refunds.append(Refund(at: refundAt, amount: amount, products: start..<refundedProducts.count))
      } else {
        nextFactAt = min(nextFactAt, refundAt.milliseconds)
      }
    }
    if placedAt > at { nextFactAt = min(nextFactAt, placedAt.milliseconds) }
    if let cancelledAt, cancelledAt > at { nextFactAt = min(nextFactAt, cancelledAt.milliseconds) }
    guard placedAt <= at, !(cancelledAt.map { $0 <= at } ?? false) else {
      lines.removeSubrange(lineStart...)
      refunds.removeSubrange(refundStart...)
      return
    }
    let idStart = orderIDs.count
    orderIDs.append(contentsOf: reader.bytes[id])
    orders.append(
      Order(
        placedAt: placedAt, hasDiscountCode: codes > 0, lines: lineStart..<lines.count,
        refunds: refundStart..<refunds.count, id: idStart..<orderIDs.count))
  }

  @inline(__always)
  private mutating func readEvents(_ reader: inout PackedReader, where isOwn: (Int64) -> Bool) {
    // An event takes two bytes at least. It is put where there is room for all: a list that grows checks at each.
    withUnsafeTemporaryAllocation(of: CompactEvent.self, capacity: (reader.end - reader.position) / 2 + 1) { memory in
      var (count, last) = (0, Int64?.none)
      while !reader.isAtEnd {
        let head = PackedEvent.read(&reader, after: last)
        last = head.at
        guard head.at <= at.milliseconds else {
          nextFactAt = min(nextFactAt, head.at)
          break
        }
        guard isOwn(head.at) else { continue }
        let event = CompactEvent(
          at: head.at, product: head.product, type: head.type, kind: head.kind, channel: head.channel)
        memory.initializeElement(at: count, to: event)
        count += 1
        if let value = head.value { values.append((event, value)) }
        if head.kind.isBasket { add(head, reader.bytes) }
      }
      events.append(contentsOf: UnsafeBufferPointer(rebasing: memory[..<count]))
    }
  }

  private mutating func add(_ change: PackedEvent.Head, _ bytes: UnsafeBufferPointer<UInt8>) {
    basket.append(
      BasketChange(
        at: change.at, product: change.product, units: change.units, idStart: Int32(basketIDs.count),
        idCount: Int32(change.id.count)))
    basketIDs.append(contentsOf: bytes[change.id])
  }

  private func precedes(_ a: BasketChange, _ b: BasketChange) -> Bool {
    if a.at != b.at { return a.at < b.at }
    let x = basketIDs[Int(a.idStart)..<Int(a.idStart + a.idCount)]
    return x.lexicographicallyPrecedes(basketIDs[Int(b.idStart)..<Int(b.idStart + b.idCount)])
  }

  private mutating func summarize() {
    for order in orders {
      if newestOrderAt.map({ order.placedAt > $0 }) ?? true { newestOrderAt = order.placedAt }
      if order.placedAt.age(at: at) < ProfileView.spendWindow {
        for line in lines[order.lines] { netRevenue += line.revenue }
      }
      for refund in refunds[order.refunds] where refund.at.age(at: at) < ProfileView.spendWindow {
        netRevenue -= refund.amount
      }
    }
    lastOnSiteAt = events.last { $0.kind.isVisit }.map { Instant(milliseconds: $0.at) }
  }

  /// How far back spend and price sensitivity look.
  package static let spendWindow = 365 * Instant.day
}

extension Profiles {
  /// The profile of a subject as of T, or nil if the subject is not listed at T: no record, and no fact at or before T.
  package func view(of subject: Subject, at instant: Instant, spendCuts: SpendCuts) -> ProfileView? {
    var view = ProfileView(self, at: instant, spendCuts: spendCuts)
    return view.fill(self, subject) ? view : nil
  }
}
