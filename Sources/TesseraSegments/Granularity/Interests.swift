package import TesseraModel

/// What counts as an outcome of a stretch of time: four numbers of how much someone did, and whether they had to do
/// with each of the store's largest brands and categories.
package struct Interests: Sendable {
  private let brands: [UInt16: Int]
  private let categories: [UInt16: Int]

  static let each = 6
  package static let names = [
    "came", "products viewed", "put into the basket", "ordered", "the six largest brands", "the six largest categories",
  ]

  /// Finds the names that most people of a sample have to do with.
  package init(_ profiles: Profiles, _ sample: [Profiles.Subject], at instant: Instant) {
    let catalog = profiles.catalog
    var view = ProfileView(profiles, at: instant, spendCuts: .none)
    var (brands, categories) = ([UInt16: Int](), [UInt16: Int]())
    for subject in sample where view.fill(profiles, subject) {
      for product in Interests.products(view, from: Instant(milliseconds: .min), to: instant) {
        if let brand = catalog.brand(product) { brands[brand, default: 0] += 1 }
        if let category = catalog.category(product) { categories[category, default: 0] += 1 }
      }
    }
    func largest(_ counts: [UInt16: Int], _ names: [String]) -> [UInt16: Int] {
      let sorted = counts.sorted { a, b in
        a.value != b.value
          ? a.value > b.value : NameNormalization.precedes(names[Int(a.key)], names[Int(b.key)])
      }
      return Dictionary(uniqueKeysWithValues: sorted.prefix(Interests.each).enumerated().map { ($1.key, $0) })
    }
    self.brands = largest(brands, catalog.brands.names)
    self.categories = largest(categories, catalog.categories.names)
  }

  private static func products(_ view: ProfileView, from start: Instant, to end: Instant) -> [Int32] {
    var out: [Int32] = []
    for event in view.events.reversed() {
      guard event.at > start.milliseconds else { break }
      if event.at <= end.milliseconds, event.product >= 0 { out.append(event.product) }
    }
    for order in view.orders where order.placedAt > start && order.placedAt <= end {
      out += view.lines[order.lines].map(\.product)
    }
    return out
  }

  /// What someone did after one instant and up to another: whole numbers, so that their sums are exact.
  package func outcomes(_ view: ProfileView, from start: Instant, to end: Instant) -> SIMD16<Float> {
    var out = SIMD16<Float>.zero
    for event in view.events.reversed() {
      guard event.at > start.milliseconds else { break }
      guard event.at <= end.milliseconds else { continue }
      if event.kind.isVisit { out[0] = 1 }
      if event.kind == .productViewed { out[1] += 1 }
      if event.kind == .addedToCart { out[2] = 1 }
    }
    out[1] = min(out[1], Interests.viewsMax)
    if view.orders.contains(where: { $0.placedAt > start && $0.placedAt <= end }) { out[3] = 1 }
    for product in Interests.products(view, from: start, to: end) {
      if let i = view.catalog.brand(product).flatMap({ brands[$0] }) { out[4 + i] = 1 }
      if let i = view.catalog.category(product).flatMap({ categories[$0] }) { out[4 + Interests.each + i] = 1 }
    }
    return out
  }

  /// Looks beyond the first few say less and less.
  private static let viewsMax: Float = 8
}
