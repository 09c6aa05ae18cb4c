package import TesseraModel

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
