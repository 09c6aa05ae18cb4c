package import TesseraModel

/// The store's products as small numbers, with every version that was accepted: versions answer "new", "restocked" and
/// "reduced".
package struct Catalog: Sendable {
  /// A product, or an id that facts mention before (or without) a record of it.
  package struct Entry: Sendable {
    package let id: String
    package fileprivate(set) var record: ProductRecord?
    /// All accepted versions, in the order accepted.
    package fileprivate(set) var versions: [ProductVersion] = []
  }

  package private(set) var entries: [Entry] = []
  /// The numbers of each product's brand and category, `noName` where it has none: what the axes look up.
  package private(set) var brandCodes: [UInt16] = []
  package private(set) var categoryCodes: [UInt16] = []
  package private(set) var brands = Vocabulary()
  package private(set) var categories = Vocabulary()
  /// Worked out when first asked for; another one as soon as a price changes.
  private var tiers = TierMemo()
  private var index: [ByteKey: Int32] = [:]

  package init() {}

  /// The number of a product id, entered if it is new.
  package mutating func intern(_ id: String) -> Int32 {
    if let known = index[ByteKey(id)] { return known }
    let code = Int32(entries.count)
    entries.append(Entry(id: id))
    brandCodes.append(Catalog.noName)
    categoryCodes.append(Catalog.noName)
    index[ByteKey(id)] = code
    return code
  }

  /// The number of a product id that was entered.
  package func number(of id: String) -> Int32? { index[ByteKey(id)] }
  package func entry(of id: String) -> Entry? { index[ByteKey(id)].map { entries[Int($0)] } }
  package func record(_ product: Int32) -> ProductRecord? { product < 0 ? nil : entries[Int(product)].record }
  package func hasRecord(_ product: Int32) -> Bool {
    guard product >= 0 else { return false }
    // Looked at in place: a copy of the record would count references to its texts.
    return entries.withUnsafeBufferPointer { if case .some = $0[Int(product)].record { true } else { false } }
  }
  package func brand(_ product: Int32) -> UInt16? { name(product, brandCodes) }
  package func category(_ product: Int32) -> UInt16? { name(product, categoryCodes) }

  /// No brand, or no category.
  package static let noName = UInt16.max

  private func name(_ product: Int32, _ codes: [UInt16]) -> UInt16? {
    guard product >= 0, codes[Int(product)] != Catalog.noName else { return nil }
    return codes[Int(product)]
  }

  /// Takes a version: it comes into force unless a newer one (by `updated_at`) already is.
  /// - Parameter position: its place in the log.
  /// - Returns: whether facts mentioned the product before and its brand or category is another now, and whether
  ///   anybody's price tier may be.
  @discardableResult
  package mutating func fold(_ record: ProductRecord, position: Int64) -> (names: Bool, prices: Bool) {
    let known = entries.count
    let i = Int(intern(record.id))
    let inForce = Versioning.replaces(record.updatedAt, held: entries[i].record.map { $0.updatedAt })
    entries[i].versions.append(ProductVersion(record: record, position: position))
    guard inForce else { return (false, false) }
    let before = (brandCodes[i], categoryCodes[i])
    let priceBefore = entries[i].record?.price
    entries[i].record = record
    brandCodes[i] = record.brand.flatMap { brands.intern($0) } ?? Catalog.noName
    categoryCodes[i] = record.category.flatMap { categories.intern($0) } ?? Catalog.noName
    let prices = record.price != priceBefore || (record.price != nil && before.1 != categoryCodes[i])
    if prices { tiers = TierMemo() }
    return (i < known && before != (brandCodes[i], categoryCodes[i]), prices)
  }

  /// Where a product's price stands in its category; nil for one without a price.
  package func tier(_ product: Int32) -> PriceTier? {
    let codes = tiers.codes(self)
    guard product >= 0, Int(product) < codes.count, codes[Int(product)] != Catalog.noName else { return nil }
    return PriceTier.allCases[Int(codes[Int(product)])]
  }

  /// The numbers of the products' names, `noName` where there is none.
  func withCodes<R>(_ names: AxisTop.Names, _ body: (UnsafeBufferPointer<UInt16>) -> R) -> R {
    switch names {
    case .brand: brandCodes.withUnsafeBufferPointer(body)
    case .category: categoryCodes.withUnsafeBufferPointer(body)
    case .tier: tiers.codes(self).withUnsafeBufferPointer(body)
    }
  }

  /// Makes what axes look up one's own; see `Profiles.unshared`.
  mutating func unshare() {
    brandCodes = brandCodes.withUnsafeBufferPointer { Array($0) }
    categoryCodes = categoryCodes.withUnsafeBufferPointer { Array($0) }
  }

  /// Enters the names of a book made earlier, so that its segments can be looked up.
  package mutating func internName(brand: String) -> UInt16? { brands.intern(brand) }
  package mutating func internName(category: String) -> UInt16? { categories.intern(category) }
}

/// One accepted version of a product.
package struct ProductVersion: Sendable {
  package let record: ProductRecord
  package let position: Int64
  package init(record: ProductRecord, position: Int64) { (self.record, self.position) = (record, position) }
}

/// Which of two versions of a record is in force.
package enum Versioning {
  /// Whether a version accepted now replaces the one held: the higher `updated_at` wins; equal or absent, the last
  /// accepted.
  /// - Parameter held: nil when nothing is held yet; otherwise the held version's `updated_at`, which may be absent
  ///   itself.
  package static func replaces(_ updatedAt: Instant?, held: Instant??) -> Bool {
    guard let held else { return true }
    guard let updatedAt, let held else { return true }
    return updatedAt >= held
  }
}
