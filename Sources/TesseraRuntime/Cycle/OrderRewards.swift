import TesseraBandits
import TesseraModel
import TesseraSegments

/// The orders of a receipt's subject as rewards, as of T: what was paid, what was given back, what the goods cost.
struct OrderRewards {
  private let profiles: Profiles
  private let instant: Instant
  /// What share of a price is left after the cost, over the products of which the cost is known.
  private let meanMargin: Double

  /// Where no cost is known a margin is taken to be this share of the revenue.
  static let marginUnknown = 0.5

  init(_ profiles: Profiles, at instant: Instant) {
    (self.profiles, self.instant) = (profiles, instant)
    meanMargin = CatalogMargin.mean(profiles.catalog) ?? OrderRewards.marginUnknown
  }

  /// An anonymous subject's orders are those of the customer they turned out to be.
  func orders(ofSubject subject: String) -> [RewardJoin.Order] {
    guard let customer = customer(ofSubject: subject) else { return [] }
    return profiles.orders(ofCustomer: customer, at: instant).map(reward)
  }

  /// Who a receipt's subject is: the customer's id where there is one, else the subject itself.
  func person(ofSubject subject: String) -> String {
    guard subject.utf8.first == UInt8(ascii: "~"), let customer = customer(ofSubject: subject) else { return subject }
    return profiles.customers.id(Int(customer))
  }

  private func customer(ofSubject subject: String) -> Int32? {
    guard subject.utf8.first == UInt8(ascii: "~") else { return profiles.customer(subject) }
    return profiles.visitor(String(subject.dropFirst())).flatMap { profiles.identity(ofVisitor: $0, at: instant) }
  }

  private func reward(_ order: OrderFacts) -> RewardJoin.Order {
    var (paid, kept) = (Money.zero, Money.zero)
    for line in order.lines { paid = paid + line.revenue }
    kept = paid
    for refund in order.refunds where refund.at <= instant { kept = kept - refund.amount }
    let share = paid > .zero ? max(0, kept.approximate / paid.approximate) : 0
    var margin = 0.0
    for line in order.lines { margin += self.margin(line) }
    return RewardJoin.Order(
      placedAt: order.placedAt, revenue: max(.zero, kept), margin: Money(approximating: margin * share),
      isKept: kept > .zero || paid <= .zero)
  }

  private func margin(_ line: OrderFacts.Line) -> Double {
    guard line.product >= 0, let record = profiles.catalog.entries[Int(line.product)].record, let cost = record.cost
    else { return line.revenue.approximate * meanMargin }
    return line.revenue.approximate - cost.approximate * Double(line.units)
  }
}

/// The catalog's margin as a whole.
private enum CatalogMargin {
  static func mean(_ catalog: Catalog) -> Double? {
    // By the sum of prices: a gift at a price of nearly nothing would else outweigh a thousand products.
    var (margin, prices) = (0.0, 0.0)
    for entry in catalog.entries {
      guard let record = entry.record, let price = record.price, let cost = record.cost, price > .zero else { continue }
      margin += (price - cost).approximate
      prices += price.approximate
    }
    return prices > 0 ? min(1, max(-1, margin / prices)) : nil
  }
}
