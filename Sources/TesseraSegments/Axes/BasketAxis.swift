package import TesseraModel

/// What lies in the basket: the additions and removals of the last 14 days since the newest order, clamped at nothing
/// after each.
package struct BasketAxis: Axis {
  package let name = "basket"
  package let words = ["empty", "researched", "other", "checkout", "abandoned"]

  /// How long a change of the basket counts.
  private static let window = 14 * Instant.day
  private static let abandonedAfter = 24 * Instant.hour

  package func reading(of profile: ProfileView) -> AxisReading {
    if profile.basket.isEmpty { return AxisReading(code("empty")) }
    let basket = BasketAxis.contents(of: profile)
    // An empty basket stays empty: without its oldest changes it would hold no more.
    guard let last = basket.lastChangeAt, let first = basket.firstChangeAt, !basket.products.isEmpty else {
      return AxisReading(code("empty"))
    }
    var until = first.milliseconds + BasketAxis.window
    if last.age(at: profile.at) > BasketAxis.abandonedAfter { return AxisReading(code("abandoned"), until: until) }
    until = min(until, last.milliseconds + BasketAxis.abandonedAfter + 1)
    let checkout = profile.events.last { $0.kind == .checkoutStarted }
    if let checkout, checkout.at > last.milliseconds { return AxisReading(code("checkout"), until: until) }
    guard let researched = ResearchingAxis.category(of: profile) else {
      return AxisReading(code("other"), until: until)
    }
    until = min(until, researched.until)
    let isResearched = basket.products.contains { profile.catalog.category($0) == researched.category }
    return AxisReading(isResearched ? code("researched") : code("other"), until: until)
  }

  /// The products left, in the order in which they were put in, and the times of the first and last change that count.
  package static func contents(
    of profile: ProfileView
  ) -> (products: [Int32], firstChangeAt: Instant?, lastChangeAt: Instant?) {
    var units: [(product: Int32, count: Int)] = []
    var (first, last) = (Instant?.none, Instant?.none)
    let newestOrder = profile.newestOrderAt
    for change in profile.basket {
      let at = Instant(milliseconds: change.at)
      guard at.age(at: profile.at) < window, newestOrder.map({ at > $0 }) ?? true else { continue }
      if first == nil { first = at }
      last = at
      guard change.product >= 0 else { continue }
      if let i = units.firstIndex(where: { $0.product == change.product }) {
        units[i].count = max(0, units[i].count + Int(change.units))
      } else if change.units > 0 {
        units.append((change.product, Int(change.units)))
      }
    }
    return (units.filter { $0.count > 0 }.map(\.product), first, last)
  }
}
