package import TesseraModel

/// What some people did lately, as sums: what may be said of a segment. Worked out from their profiles when it is
/// asked for, so that deleting a fact changes the answer.
package struct SegmentBehaviour: Sendable {
  /// The numbers a trend can be asked for, by the names of the agents' contract.
  package enum Metric: String, Sendable, CaseIterable {
    case active, views, baskets, orders, conversion, aov, returns
    case discountShare = "discount_share"
  }

  /// What happened in a stretch of time.
  package struct Sums: Sendable, Equatable {
    /// People who were on site.
    package var active = 0
    package var views = 0
    /// People who put something into their basket.
    package var baskets = 0
    package var orders = 0
    package var discounted = 0
    package var revenue = Money.zero
    /// Lines sold and lines given back, by the time of their orders.
    package var lines = 0
    package var returned = 0
    /// People who ordered.
    package var buyers = 0

    /// Rates are shares from 0 to 1, `aov` is in major units; nil where nothing can be said.
    package func value(_ metric: Metric) -> Double? {
      switch metric {
      case .active: Double(active)
      case .views: Double(views)
      case .baskets: Double(baskets)
      case .orders: Double(orders)
      case .conversion: active == 0 ? nil : Double(buyers) / Double(active)
      case .aov: orders == 0 ? nil : revenue.approximate / Double(orders)
      case .discountShare: orders == 0 ? nil : Double(discounted) / Double(orders)
      case .returns: lines == 0 ? nil : Double(returned) / Double(lines)
      }
    }
  }

  /// How many people had to do with a brand, a category or a product.
  package struct Touches: Sendable {
    package fileprivate(set) var brands: [UInt16: Int] = [:]
    package fileprivate(set) var categories: [UInt16: Int] = [:]
    package fileprivate(set) var viewed: [Int32: Int] = [:]
    package fileprivate(set) var inBasket: [Int32: Int] = [:]

    /// People who looked at a product or have it in their basket, whichever are more.
    package func people(_ product: Int32) -> Int { max(viewed[product] ?? 0, inBasket[product] ?? 0) }
  }

  package private(set) var people = 0
  /// On site within the last 24 hours.
  package private(set) var activeLately = 0
  /// Who may be sent a message on some channel.
  package private(set) var messageable = 0
  package private(set) var sums = Sums()
  package private(set) var touches = Touches()

  /// - Parameter window: how far back, milliseconds.
  package init(_ profiles: Profiles, _ members: [Profiles.Subject], at instant: Instant, window: Int64) {
    var view = ProfileView(profiles, at: instant, spendCuts: .none)
    let start = instant.milliseconds - window
    for subject in members where view.fill(profiles, subject) {
      people += 1
      if view.isOnSiteLately { activeLately += 1 }
      if view.consents != 0 { messageable += 1 }
      sums.add(view, from: start, to: instant.milliseconds)
      touch(view, from: start)
    }
  }

  private mutating func touch(_ view: ProfileView, from start: Int64) {
    var (viewed, brands, categories) = (Set<Int32>(), Set<UInt16>(), Set<UInt16>())
    for event in view.events.reversed() {
      guard event.at > start else { break }
      guard event.product >= 0 else { continue }
      if let brand = view.catalog.brand(event.product) { brands.insert(brand) }
      if let category = view.catalog.category(event.product) { categories.insert(category) }
      if event.kind == .productViewed { viewed.insert(event.product) }
    }
    for product in viewed { touches.viewed[product, default: 0] += 1 }
    for brand in brands { touches.brands[brand, default: 0] += 1 }
    for category in categories { touches.categories[category, default: 0] += 1 }
    for product in Set(BasketAxis.contents(of: view).products) { touches.inBasket[product, default: 0] += 1 }
  }

  /// The same sums hour by hour or day by day, the oldest first.
  package static func trend(
    _ profiles: Profiles, _ members: [Profiles.Subject], at instant: Instant, grain: Int64, points: Int
  ) -> [Sums] {
    var out = [Sums](repeating: Sums(), count: points)
    var view = ProfileView(profiles, at: instant, spendCuts: .none)
    for subject in members where view.fill(profiles, subject) {
      for i in 0..<points {
        let end = instant.milliseconds - Int64(points - 1 - i) * grain
        out[i].add(view, from: end - grain, to: end)
      }
    }
    return out
  }
}

extension SegmentBehaviour.Sums {
  /// Adds what someone did after one instant and up to another.
  fileprivate mutating func add(_ view: ProfileView, from start: Int64, to end: Int64) {
    var (wasActive, putIn) = (false, false)
    for event in view.events.reversed() {
      guard event.at > start else { break }
      guard event.at <= end else { continue }
      if event.kind.isVisit { wasActive = true }
      if event.kind == .productViewed { views += 1 }
      if event.kind == .addedToCart { putIn = true }
    }
    if wasActive { active += 1 }
    if putIn { baskets += 1 }
    var bought = false
    for order in view.orders
    where order.placedAt.milliseconds > start && order.placedAt.milliseconds <= end {
      bought = true
      orders += 1
      if order.hasDiscountCode { discounted += 1 }
      for line in view.lines[order.lines] { revenue += line.revenue }
      lines += order.lines.count
      for refund in view.refunds[order.refunds] { returned += refund.products.count }
    }
    if bought { buyers += 1 }
  }
}
