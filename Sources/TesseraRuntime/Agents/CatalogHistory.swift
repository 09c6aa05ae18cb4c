import TesseraModel
import TesseraSegments
import TesseraStorage

/// What changed in the catalog lately, found by comparing each product's versions one by one in the order of their
/// times.
struct CatalogHistory: Sendable {
  /// The newest first.
  let changes: [CatalogChange]

  /// Changes are worked out once, this far back: the tools ask for no more.
  static let days = 7
  /// Stock is low below this.
  private static let lowStock = 10

  init(_ catalog: Catalog, at instant: Instant) {
    var out: [CatalogChange] = []
    for entry in catalog.entries {
      var before: ProductRecord?
      for version in entry.versions.map(\.record).filter({ $0.updatedAt.map { $0 <= instant } ?? true })
        .sorted(by: { ($0.updatedAt?.milliseconds ?? .min) < ($1.updatedAt?.milliseconds ?? .min) })
      {
        out += CatalogHistory.changes(from: before, to: version, at: instant)
        before = version
      }
    }
    changes = out.sorted { a, b in
      if a.at != b.at { return a.at > b.at }
      return a.product != b.product ? a.product < b.product : a.kind.rawValue < b.kind.rawValue
    }
  }

  private static func changes(from old: ProductRecord?, to new: ProductRecord, at instant: Instant) -> [CatalogChange] {
    func change(_ kind: CatalogChange.Kind, _ at: Instant?, was: Money? = nil) -> [CatalogChange] {
      guard let at, at <= instant, at.age(at: instant) < Int64(days) * Instant.day else { return [] }
      return [
        CatalogChange(
          kind: kind, product: new.id, title: new.title, brand: new.brand.flatMap(NameNormalization.normalized),
          category: new.category.flatMap(NameNormalization.normalized), price: new.price, was: was,
          inventory: new.inventory.map { Int($0) }, at: at)
      ]
    }
    guard let old else { return new.isAvailable ? change(.new, new.createdAt) : [] }
    var out: [CatalogChange] = []
    if !old.isAvailable, new.isAvailable { out += change(.restock, new.updatedAt) }
    if old.isAvailable, !new.isAvailable { out += change(.removed, new.updatedAt) }
    let isCheaper = old.price.flatMap { before in new.price.map { $0 < before } } ?? false
    let isDearer = old.price.flatMap { before in new.price.map { $0 > before } } ?? false
    if isCheaper || (!old.isReduced && new.isReduced) {
      out += change(.markdown, new.updatedAt, was: isCheaper ? old.price : new.compareAtPrice)
    }
    if isDearer { out += change(.priceUp, new.updatedAt, was: old.price) }
    if let before = old.inventory, let now = new.inventory, before >= lowStock, now > 0, now < lowStock {
      out += change(.lowStock, new.updatedAt)
    }
    return out
  }

  func matching(_ query: CatalogQuery, limit: Int, at instant: Instant) -> [CatalogChange] {
    let found = changes.lazy.filter { change in
      query.kinds.contains(change.kind) && (query.brand == nil || change.brand == query.brand)
        && (query.category == nil || change.category == query.category)
        && change.at.age(at: instant) < Int64(query.hours) * Instant.hour
    }
    return Array(found.prefix(limit))
  }
}
