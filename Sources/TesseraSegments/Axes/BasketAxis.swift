package import TesseraModel

/// What lies in the basket: the additions and removals of the last 14 days since the newest order, clamped at nothing
/// after each.
package struct BasketAxis: Axis {
  package let name = "basket"
  package let words = ["empty", "researched", "other", "checkout", "abandoned"]

  package func code(of profile: ProfileView) -> UInt16 {
    let basket = BasketAxis.contents(of: profile)
    guard let last = basket.lastChangeAt, !basket.products.isEmpty else { return code("empty") }
    if last.age(at: profile.at) > 24 * Instant.hour { return code("abandoned") }
    let checkout = profile.events.last { $0.kind == .checkoutStarted }
    if let checkout, checkout.at > last.milliseconds { return code("checkout") }
    if let category = ResearchingAxis.category(of: profile),
      basket.products.contains(where: { profile.catalog.category($0) == category })
    {
      return code("researched")
    }
    return code("other")
  }

  /// The products left, in the order in which they were put in, and the time of the last change.
  package static func contents(of profile: ProfileView) -> (products: [Int32], lastChangeAt: Instant?) {
    var units: [(product: Int32, count: Int)] = []
    var last: Instant?
    let newestOrder = profile.newestOrderAt
    for change in profile.basket {
      let at = Instant(milliseconds: change.at)
      guard at.age(at: profile.at) < 14 * Instant.day, newestOrder.map({ at > $0 }) ?? true else { continue }
      last = at
      guard change.product >= 0 else { continue }
      if let i = units.firstIndex(where: { $0.product == change.product }) {
        units[i].count = max(0, units[i].count + Int(change.units))
      } else if change.units > 0 {
        units.append((change.product, Int(change.units)))
      }
    }
    return (units.filter { $0.count > 0 }.map(\.product), last)
  }
}
