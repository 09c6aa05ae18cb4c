package import TesseraModel

/// One subject's profile as of an instant: everything the axes may read, and nothing later than T.
package struct ProfileView: Sendable {
  /// T.
  package let at: Instant
  /// Events at or before T in order of time, the identified visitors' among them.
  package let events: ArraySlice<CompactEvent>
  /// Basket changes at or before T by (`at`, id).
  package let basket: ArraySlice<BasketChange>
  /// Orders that exist at T.
  package let orders: [OrderFacts]
  /// The merged record; nil for visitors and for customers that only events mention.
  package let state: CustomerState?
  package let catalog: Catalog
  /// The spend percentiles to cut at.
  package let spendCuts: SpendCuts

  /// The newest order's time, the border before which the basket does not count.
  package var newestOrderAt: Instant? { orders.map(\.placedAt).max() }

  /// The last event that was on site.
  package var lastOnSiteAt: Instant? {
    events.last { $0.kind.isOnSite }.map { Instant(milliseconds: $0.at) }
  }

  /// Whether anyone was on site within the last 24 hours.
  package var isOnSiteLately: Bool { lastOnSiteAt.map { $0.age(at: at) < Instant.day } ?? false }

  /// Lines of orders of the last 365 days minus refunds of the last 365 days.
  package var netRevenue: Money {
    var total = Money.zero
    for order in orders {
      if order.placedAt.age(at: at) < 365 * Instant.day {
        for line in order.lines { total += line.revenue }
      }
      for refund in order.refunds where refund.at <= at && refund.at.age(at: at) < 365 * Instant.day {
        total -= refund.amount
      }
    }
    return total
  }
}

extension Profiles {
  /// The profile of a subject as of T, or nil if the subject is not listed at T: no record, and no fact at or before T.
  package func view(of subject: Subject, at instant: Instant, spendCuts: SpendCuts) -> ProfileView? {
    switch subject {
    case .customer(let c): view(ofCustomer: customers[Int(c)], number: c, at: instant, spendCuts: spendCuts)
    case .visitor(let v): view(ofVisitor: visitors[Int(v)], at: instant, spendCuts: spendCuts)
    }
  }

  private func view(ofCustomer customer: Customer, number: Int32, at instant: Instant, spendCuts: SpendCuts)
    -> ProfileView?
  {
    if customer.isErased { return nil }
    var events = Profiles.until(instant, customer.history.events)
    var basket = Profiles.until(instant, customer.history.basket)
    for v in customer.visitors {
      let visitor = visitors[Int(v)]
      let own = Profiles.until(instant, visitor.history.events).filter {
        owner(of: visitor, $0.at, asOf: instant) == number
      }
      if !own.isEmpty { events = Profiles.merged(events, own) { $0.at < $1.at } }
      let changes = Profiles.until(instant, visitor.history.basket).filter {
        owner(of: visitor, $0.at, asOf: instant) == number
      }
      if !changes.isEmpty { basket = Profiles.merged(basket, changes, by: History.precedes) }
    }
    let existing = customer.orders.map { orders[Int($0)].facts }.filter { $0.exists(at: instant) }
    let isIdentified = customer.identifiedAt.first.map { $0 <= instant } ?? false
    guard customer.state != nil || !events.isEmpty || !existing.isEmpty || isIdentified else { return nil }
    return ProfileView(
      at: instant, events: events, basket: basket, orders: existing, state: customer.state, catalog: catalog,
      spendCuts: spendCuts)
  }

  private func view(ofVisitor visitor: Visitor, at instant: Instant, spendCuts: SpendCuts) -> ProfileView? {
    if visitor.isErased || visitor.identifications.first.map({ $0.at <= instant }) ?? false { return nil }
    let events = Profiles.until(instant, visitor.history.events)
    if events.isEmpty { return nil }
    return ProfileView(
      at: instant, events: events, basket: Profiles.until(instant, visitor.history.basket), orders: [], state: nil,
      catalog: catalog, spendCuts: spendCuts)
  }

  /// Whose an anonymous event is: the customer of the first identify (≤ T) at or after it, else of the last one before
  /// it.
  private func owner(of visitor: Visitor, _ at: Int64, asOf instant: Instant) -> Int32? {
    var before: Int32?
    for identification in visitor.identifications {
      if identification.at > instant { break }
      if identification.at.milliseconds >= at { return identification.customer }
      before = identification.customer
    }
    return before
  }

  /// Who an anonymous visitor is known to be at T, if anyone: the customer of the last identify.
  package func identity(ofVisitor v: Int32, at instant: Instant) -> Int32? {
    visitors[Int(v)].identifications.last { $0.at <= instant }?.customer
  }

  private static func until(_ instant: Instant, _ events: [CompactEvent]) -> ArraySlice<CompactEvent> {
    var end = events.count
    while end > 0, events[end - 1].at > instant.milliseconds { end -= 1 }
    return events[..<end]
  }

  private static func until(_ instant: Instant, _ changes: [BasketChange]) -> ArraySlice<BasketChange> {
    var end = changes.count
    while end > 0, changes[end - 1].at > instant.milliseconds { end -= 1 }
    return changes[..<end]
  }

  /// Two sorted runs as one; the result has its own storage.
  private static func merged<E>(_ a: ArraySlice<E>, _ b: [E], by precedes: (E, E) -> Bool) -> ArraySlice<E> {
    var out: [E] = []
    out.reserveCapacity(a.count + b.count)
    var (i, j) = (a.startIndex, 0)
    while i < a.endIndex || j < b.count {
      if j == b.count || (i < a.endIndex && !precedes(b[j], a[i])) {
        out.append(a[i])
        i += 1
      } else {
        out.append(b[j])
        j += 1
      }
    }
    return out[...]
  }
}
