package import TesseraModel

/// What lies in the basket: the additions and removals of the last 14 days since the newest order, clamped at nothing
/// after each.
package final class BasketAxis: Axis {
  package let name = BasketAxis.definition.name
  package let words = BasketAxis.definition.words

  package init() {}

  static let definition = AxisDefinition.builtin(
    "basket", words: ["empty", "researched", "other", "checkout", "abandoned"],
    says: [
      "researched": "has one in the basket", "other": "has something in the basket",
      "checkout": "has started the checkout", "abandoned": "left a basket behind over a day ago",
    ])

  /// How long a change of the basket counts.
  private static let window = 14 * Instant.day
  private static let abandonedAfter = 24 * Instant.hour

  package func reading(of profile: ProfileView) -> AxisReading {
    if profile.basket.isEmpty { return AxisReading(Code.empty) }
    let basket = BasketAxis.contents(of: profile)
    // An empty basket stays empty: without its oldest changes it would hold no more.
    guard let last = basket.lastChangeAt, let first = basket.firstChangeAt, !basket.products.isEmpty else {
      return AxisReading(Code.empty)
    }
    var until = first.milliseconds + BasketAxis.window
    if last.age(at: profile.at) > BasketAxis.abandonedAfter { return AxisReading(Code.abandoned, until: until) }
    until = min(until, last.milliseconds + BasketAxis.abandonedAfter + 1)
    let checkout = profile.events.last { event in
      if case .checkoutStarted = event.kind { true } else { false }
    }
    if let checkout, checkout.at > last.milliseconds { return AxisReading(Code.checkout, until: until) }
    let researched = ResearchingAxis.score.winner(of: profile)
    guard let category = researched.name else { return AxisReading(Code.other, until: until) }
    until = min(until, researched.until)
    let isResearched = basket.products.contains { profile.catalog.category($0) == category }
    return AxisReading(isResearched ? Code.researched : Code.other, until: until)
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

  /// The words' codes: 1 + their places.
  private enum Code {
    static let empty: UInt16 = 1
    static let researched: UInt16 = 2
    static let other: UInt16 = 3
    static let checkout: UInt16 = 4
    static let abandoned: UInt16 = 5
  }
}
