package import TesseraModel

/// An event as the axes read it: 16 bytes.
package struct CompactEvent: Sendable {
  /// Milliseconds since 1970.
  package var at: Int64
  /// The catalog's number, or -1.
  package var product: Int32
  package var kind: EventKind
  /// 1 + the index of the message channel, or 0.
  package var channel: UInt8
}

/// A change of the basket; these keep their event's id, which orders changes of the same millisecond.
package struct BasketChange: Sendable {
  package var at: Int64
  package var id: String
  package var product: Int32
  /// Units added; negative when removed.
  package var units: Int32
}

/// What one identity did, in order of time.
package struct History: Sendable {
  package private(set) var events: [CompactEvent] = []
  package private(set) var basket: [BasketChange] = []

  /// Inserts an event at its place; facts mostly arrive in order, so the search starts at the end.
  mutating func insert(_ event: CompactEvent) {
    var i = events.count
    while i > 0, events[i - 1].at > event.at { i -= 1 }
    if i == events.count { events.append(event) } else { events.insert(event, at: i) }
  }

  mutating func insert(_ change: BasketChange) {
    var i = basket.count
    while i > 0, History.precedes(change, basket[i - 1]) { i -= 1 }
    if i == basket.count { basket.append(change) } else { basket.insert(change, at: i) }
  }

  static func precedes(_ a: BasketChange, _ b: BasketChange) -> Bool {
    if a.at != b.at { return a.at < b.at }
    return a.id.utf8.lexicographicallyPrecedes(b.id.utf8)
  }
}

/// An order as the axes read it.
package struct OrderFacts: Sendable {
  /// What the axes need of a line of an order.
  package struct Line: Sendable {
    package let product: Int32
    package let units: Int
    package let revenue: Money
    package let isDiscounted: Bool
  }

  /// What the axes need of a refund.
  package struct Refund: Sendable {
    package let at: Instant
    package let amount: Money
    /// The refunded lines' products, one element a line.
    package let products: [Int32]
  }

  package let id: String
  package let placedAt: Instant
  package let cancelledAt: Instant?
  package let updatedAt: Instant?
  package let discountCodes: [String]
  package let lines: [Line]
  package let refunds: [Refund]

  package var hasDiscountCode: Bool { !discountCodes.isEmpty }

  /// Whether the order exists at T: placed, and not cancelled.
  package func exists(at instant: Instant) -> Bool {
    placedAt <= instant && !(cancelledAt.map { $0 <= instant } ?? false)
  }
}
