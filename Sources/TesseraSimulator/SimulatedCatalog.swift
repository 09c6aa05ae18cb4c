package import TesseraModel

/// What the simulated store sells.
package struct SimulatedCatalog: Sendable {
  /// A product as the simulated shoppers know it.
  package struct Item: Sendable {
    package let id: String
    package let brand: Int
    package let category: Int
    package let price: Money
  }

  package static let brands = [
    "Northbound", "Alder & Pine", "Kestrel", "Fjordline", "Cairn Works", "Tundra Co", "Bergfrau", "Lumen", "Wayfarer",
    "Stonecrop", "Halden", "Trailkind", "Ursa", "Greywater", "Pinnacle Nine", "Sorrel", "Moss & Main", "Vantage",
    "Coldspring", "Emberly", "Rook", "Saltmarsh", "Hinterland", "Drift", "Ovis", "Bramble", "Quarry", "Nimbus", "Tern",
    "Oakum",
  ]
  package static let categories = [
    "Jackets", "Fleece", "Trousers", "Base layers", "Boots", "Trail shoes", "Sandals", "Socks", "Gloves", "Hats",
    "Backpacks", "Daypacks", "Tents", "Sleeping bags", "Mats", "Stoves", "Bottles", "Headlamps", "Poles", "Climbing",
    "Cycling", "Swim", "Kids", "Travel bags", "Care",
  ]
  private static let nouns = [
    "Ridge", "Valley", "Summit", "Creek", "Meadow", "Harbour", "Storm", "Dawn", "Loch", "Fell",
  ]

  package private(set) var items: [Item] = []
  /// Item numbers of each brand.
  private(set) var byBrand: [[Int]]
  private(set) var byCategory: [[Int]]
  /// First versions and later ones, in order of time.
  private(set) var versions: [ProductRecord] = []

  static let itemCount = 1_500

  init(_ generator: inout SeededGenerator, endingAt end: Instant) {
    byBrand = Array(repeating: [], count: SimulatedCatalog.brands.count)
    byCategory = Array(repeating: [], count: SimulatedCatalog.categories.count)
    for i in 0..<SimulatedCatalog.itemCount {
      // Popular brands have more products: Zipf with exponent 0.7.
      let brand = generator.weighted(SimulatedCatalog.popularity)
      let category = generator.below(SimulatedCatalog.categories.count)
      let noun = SimulatedCatalog.nouns[generator.below(SimulatedCatalog.nouns.count)]
      let price = Money(10 + generator.below(290)) - Money(approximating: 0.05)
      items.append(Item(id: "p\(i + 1)", brand: brand, category: category, price: price))
      byBrand[brand].append(i)
      byCategory[category].append(i)
      addVersions(i, noun: noun, &generator, end)
    }
    versions.sort { ($0.updatedAt?.milliseconds ?? 0, $0.id) < ($1.updatedAt?.milliseconds ?? 0, $1.id) }
  }

  static let popularity = brands.indices.map { 1 / Double($0 + 1) }

  private mutating func addVersions(_ i: Int, noun: String, _ generator: inout SeededGenerator, _ end: Instant) {
    let item = items[i]
    let isNew = generator.happens(0.03)
    let ageDays = isNew ? generator.unit() * 6 : 10 + generator.unit() * 700
    let created = end.adding(-Int64(ageDays * Double(Instant.day)))
    let category = SimulatedCatalog.categories[item.category]
    var record = ProductRecord(id: item.id, title: "\(SimulatedCatalog.brands[item.brand]) \(noun) \(category)")
    record.brand = SimulatedCatalog.brands[item.brand]
    record.category = category
    record.price = item.price
    record.cost = Money(approximating: item.price.approximate * (0.4 + 0.2 * generator.unit()))
    record.inventory = generator.happens(0.08) ? 0 : 5 + generator.below(200)
    record.createdAt = created
    record.updatedAt = created
    record.url = "/products/\(item.id)"
    if generator.happens(0.15) { record.compareAtPrice = Money(approximating: item.price.approximate * 1.25) }
    versions.append(record)
    guard !isNew, generator.happens(0.05) else { return }
    record.updatedAt = end.adding(-Int64(generator.unit() * 6 * Double(Instant.day)))
    if record.inventory == 0 {
      record.inventory = 40
    } else {
      record.compareAtPrice = record.price
      record.price = Money(approximating: item.price.approximate * 0.8)
    }
    versions.append(record)
  }
}
