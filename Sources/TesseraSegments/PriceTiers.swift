import Synchronization
import TesseraModel

/// The price tiers of a catalog's products, worked out once for as long as no price changes.
final class TierMemo: Sendable {
  private let held = Mutex<[UInt16]?>(nil)

  init() {}

  /// A number a product: the tier's place among all, or `Catalog.noName`.
  func codes(_ catalog: Catalog) -> [UInt16] {
    held.withLock { held in
      if let held { return held }
      let made = PriceTiers.codes(catalog)
      held = made
      return made
    }
  }
}

/// Thirds of a category by price.
enum PriceTiers {
  /// Products without a category are one. With fewer than three priced products, or all at one price, all are in the
  /// middle.
  static func codes(_ catalog: Catalog) -> [UInt16] {
    var prices: [UInt16: [Money]] = [:]
    for (i, entry) in catalog.entries.enumerated() {
      if let price = entry.record?.price { prices[catalog.categoryCodes[i], default: []].append(price) }
    }
    let cuts = prices.mapValues { prices -> (low: Money, high: Money)? in
      guard prices.count >= 3 else { return nil }
      let sorted = prices.sorted()
      return (sorted[(sorted.count + 2) / 3 - 1], sorted[(2 * sorted.count + 2) / 3 - 1])
    }
    return catalog.entries.enumerated().map { i, entry in
      guard let price = entry.record?.price else { return Catalog.noName }
      guard let cuts = cuts[catalog.categoryCodes[i]] ?? nil else { return number(.mid) }
      if cuts.low == cuts.high { return number(price < cuts.low ? .budget : price > cuts.high ? .premium : .mid) }
      return number(price <= cuts.low ? .budget : price > cuts.high ? .premium : .mid)
    }
  }

  private static func number(_ tier: PriceTier) -> UInt16 { UInt16(PriceTier.allCases.firstIndex(of: tier) ?? 0) }
}
