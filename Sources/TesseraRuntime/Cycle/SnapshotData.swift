import TesseraBandits
import TesseraModel
import TesseraSegments
import TesseraStorage

/// The agents' view of a snapshot: aggregates computed from the same profiles that the cycle plans from. Answers are
/// remembered for the cycle, since many segments ask about the same brand.
final class SnapshotData: StoreData {
  let asOf: Instant
  private let changes: [CatalogChange]
  private let lines: [SoldLine]
  private let posterior: PosteriorTable
  private let policy: Policy
  private let axes: [String]

  private struct SoldLine: Sendable {
    let brand: String?
    let category: String?
    let at: Instant
    let isReturn: Bool
  }

  /// The catalog's changes are worked out once, this far back: the tools ask for no more.
  static let changesDays = 7

  init(_ profiles: Profiles, posterior: PosteriorTable, policy: Policy, axes: [String], at instant: Instant) {
    asOf = instant
    changes = SnapshotData.changes(profiles.catalog, at: instant)
    self.posterior = posterior
    self.policy = policy
    self.axes = axes
    var lines: [SoldLine] = []
    let catalog = profiles.catalog
    func line(_ product: Int32, _ at: Instant, isReturn: Bool) -> SoldLine {
      SoldLine(
        brand: catalog.brand(product).map { catalog.brands.names[Int($0)] },
        category: catalog.category(product).map { catalog.categories.names[Int($0)] }, at: at, isReturn: isReturn)
    }
    profiles.forEachOrder(at: instant) { order in
      for sold in order.lines { lines.append(line(sold.product, order.placedAt, isReturn: false)) }
      for refund in order.refunds where refund.at <= instant {
        for product in refund.products { lines.append(line(product, order.placedAt, isReturn: true)) }
      }
    }
    self.lines = lines
  }

  /// Compares each product's versions one by one, in the order of their times.
  private static func changes(_ catalog: Catalog, at instant: Instant) -> [CatalogChange] {
    var out: [CatalogChange] = []
    for entry in catalog.entries {
      var before: ProductRecord?
      for version in entry.versions.map(\.record).filter({ $0.updatedAt.map { $0 <= instant } ?? true })
        .sorted(by: { ($0.updatedAt?.milliseconds ?? .min) < ($1.updatedAt?.milliseconds ?? .min) })
      {
        out += changes(from: before, to: version, at: instant)
        before = version
      }
    }
    return out.sorted { ($0.at, $1.product) > ($1.at, $0.product) }
  }

  private static func changes(from old: ProductRecord?, to new: ProductRecord, at instant: Instant) -> [CatalogChange] {
    func change(_ kind: CatalogChange.Kind, _ at: Instant?) -> [CatalogChange] {
      guard let at, at <= instant, at.age(at: instant) < Int64(changesDays) * Instant.day else { return [] }
      return [
        CatalogChange(
          kind: kind, product: new.id, title: new.title, brand: new.brand.flatMap(NameNormalization.normalized),
          category: new.category.flatMap(NameNormalization.normalized), price: new.price, at: at)
      ]
    }
    guard let old else { return new.isAvailable ? change(.new, new.createdAt) : [] }
    var out: [CatalogChange] = []
    if !old.isAvailable, new.isAvailable { out += change(.restocked, new.updatedAt) }
    if old.isAvailable, !new.isAvailable { out += change(.soldOut, new.updatedAt) }
    let isCheaper = old.price.flatMap { before in new.price.map { $0 < before } } ?? false
    if isCheaper || (!old.isReduced && new.isReduced) { out += change(.reduced, new.updatedAt) }
    return out
  }

  func catalogChanges(brand: String?, category: String?, hours: Int, limit: Int) -> [CatalogChange] {
    let matching = changes.lazy.filter { change in
      (brand == nil || change.brand == brand) && (category == nil || change.category == category)
        && change.at.age(at: self.asOf) < Int64(hours) * Instant.hour
    }
    return Array(matching.prefix(limit))
  }

  func returns(brand: String?, category: String?, days: Int) -> ReturnCount {
    var (sold, returned) = (0, 0)
    for line in lines
    where (brand == nil || line.brand == brand) && (category == nil || line.category == category)
      && line.at.age(at: asOf) < Int64(days) * Instant.day
    {
      if line.isReturn { returned += 1 } else { sold += 1 }
    }
    return ReturnCount(linesSold: sold, linesReturned: returned)
  }

  func armResults(placement id: String, segment: Segment?) -> [ArmResult] {
    guard let placement = policy.placement(id) else { return [] }
    let scope = segment.map { ContextCode($0) } ?? ContextCode(codes: [UInt16](repeating: 0, count: axes.count))
    let actions = policy.actions(for: placement)
    var sums: [UInt64: PosteriorTable.Cell] = [:]
    for (key, cell) in posterior.cells where key.placement == placement.code && key.context.isWithin(scope) {
      sums[key.action, default: PosteriorTable.Cell()] += cell
    }
    return actions.compactMap { action in
      sums[action.code].map { ArmResult(action: action, exposures: $0.exposures, rewards: $0.rewards) }
    }
  }
}
