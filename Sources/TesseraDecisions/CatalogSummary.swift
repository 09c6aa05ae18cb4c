package import TesseraModel
package import TesseraSegments

/// What the planner needs to know of the catalog, by brand and by category: how many products, how many in stock, at
/// what margin. Recorded with the cycle.
package struct CatalogSummary: Sendable, Equatable {
  /// The products of one brand or category, counted.
  package struct Shelf: Sendable, Equatable {
    package var products = 0
    package var available = 0
    /// Sum of (price − cost) / price in units of 10⁻⁶, over the products whose cost is known.
    package var marginSum = 0
    package var marginCount = 0

    /// The mean margin, 0 to 1; nil when no cost is known.
    package var margin: Double? { marginCount == 0 ? nil : Double(marginSum) / Double(marginCount) / 1_000_000 }

    mutating func add(_ record: ProductRecord) {
      products += 1
      if record.isAvailable { available += 1 }
      guard let price = record.price, let cost = record.cost, price > .zero else { return }
      marginSum += Int(((price - cost).approximate / price.approximate * 1_000_000).rounded())
      marginCount += 1
    }
  }

  package private(set) var brands: [String: Shelf] = [:]
  package private(set) var categories: [String: Shelf] = [:]
  package private(set) var all = Shelf()

  package init() {}

  package init(_ catalog: Catalog) {
    for (i, entry) in catalog.entries.enumerated() {
      guard let record = entry.record else { continue }
      all.add(record)
      if let brand = catalog.brand(Int32(i)) { brands[catalog.brands.names[Int(brand)], default: Shelf()].add(record) }
      if let category = catalog.category(Int32(i)) {
        categories[catalog.categories.names[Int(category)], default: Shelf()].add(record)
      }
    }
  }

  package var json: JSONValue {
    func rows(_ shelves: [String: Shelf]) -> JSONValue {
      .array(
        shelves.sorted { NameNormalization.precedes($0.key, $1.key) }.map { name, shelf in
          .array([.string(name)] + CatalogSummary.numbers(shelf))
        })
    }
    return ["brands": rows(brands), "categories": rows(categories), "all": .array(CatalogSummary.numbers(all))]
  }

  private static func numbers(_ shelf: Shelf) -> [JSONValue] {
    [.integer(shelf.products), .integer(shelf.available), .integer(shelf.marginSum), .integer(shelf.marginCount)]
  }

  package init?(json: JSONValue) {
    func shelf(_ numbers: [JSONValue]) -> Shelf? {
      let n = numbers.compactMap(\.integer)
      return n.count == 4 ? Shelf(products: n[0], available: n[1], marginSum: n[2], marginCount: n[3]) : nil
    }
    guard let all = json["all"]?.elements.flatMap(shelf) else { return nil }
    self.all = all
    for row in json["brands"]?.elements ?? [] {
      guard let fields = row.elements, let name = fields.first?.text, let s = shelf(Array(fields.dropFirst())) else {
        return nil
      }
      brands[name] = s
    }
    for row in json["categories"]?.elements ?? [] {
      guard let fields = row.elements, let name = fields.first?.text, let s = shelf(Array(fields.dropFirst())) else {
        return nil
      }
      categories[name] = s
    }
  }
}
