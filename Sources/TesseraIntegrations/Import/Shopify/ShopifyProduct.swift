import TesseraModel

/// One way in which a product is sold.
struct ShopifyVariant {
  /// Units counted of one variant, the most that a record may have; so no sum of variants overflows.
  static let stockMax = 1_000_000_000

  /// Its options, like `M / Black`; nil for a product that has only one variant.
  var title: String?
  var sku: String?
  var price: Money?
  var compareAtPrice: Money?
  var cost: Money?
  /// Whether Shopify counts its units.
  var isTracked = false
  var quantity: Int?
  /// Whether it goes on being sold when none is left.
  var isOversold = false

  /// Units that can be sold; nil where there is no limit. A variant sold below zero takes nothing from the others.
  var stock: Int? {
    guard isTracked, let quantity, !(isOversold && quantity <= 0) else { return nil }
    return min(max(0, quantity), ShopifyVariant.stockMax)
  }
}

/// A product of a Shopify store, from whichever export, before it becomes a record.
struct ShopifyProduct {
  /// Variants written into the record, as many as a record may have.
  static let variantsMax = 2_048

  var id: String
  var handle: String?
  var title: String
  var vendor: String?
  var category: String?
  var tags: [String] = []
  var image: String?
  /// Whether it is on sale in the online store: active and published.
  var isAdvertised = true
  var createdAt: String?
  var updatedAt: String?
  var variants: [ShopifyVariant] = []
  /// Used where an export gives no variants.
  var total = ShopifyVariant()

  init(id: String, title: String) { (self.id, self.title) = (id, title) }

  /// The cheapest variant, of equal ones the first: its price, usual price and cost stand for the product.
  private var cheapest: ShopifyVariant {
    let priced = variants.filter { $0.price != nil }
    return priced.min { ($0.price ?? .zero) < ($1.price ?? .zero) } ?? total
  }

  /// Units in stock over all variants. Nil, which means available, as soon as one variant has no limit. A product
  /// that is a draft, archived or not published is kept, since orders name it, but with nothing in stock, so that it
  /// is not advertised.
  private var inventory: Int? {
    guard isAdvertised else { return 0 }
    guard !variants.isEmpty else { return total.stock }
    let stocks = variants.map(\.stock)
    return stocks.contains(nil) ? nil : stocks.reduce(0) { $0 + ($1 ?? 0) }
  }

  /// The record in its wire shape, checked.
  /// - Throws: `RecordError` that names the field.
  func entry() throws(RecordError) -> FactEntry {
    let (cheapest, inventory) = (cheapest, inventory)
    var object = JSONObject([("id", .string(id)), ("title", .string(title))])
    if let vendor { object["brand"] = .string(vendor) }
    if let category { object["category"] = .string(category) }
    if let price = cheapest.price { object["price"] = .money(price) }
    if let compareAtPrice = cheapest.compareAtPrice { object["compare_at_price"] = .money(compareAtPrice) }
    if let cost = cheapest.cost { object["cost"] = .money(cost) }
    if let inventory { object["inventory"] = .integer(inventory) }
    if let createdAt { object["created_at"] = .string(createdAt) }
    if let handle { object["url"] = .string("/products/\(handle)") }
    if let image { object["image"] = .string(image) }
    if !tags.isEmpty { object["tags"] = .strings(tags) }
    if variants.count > 1 {
      // Variants' stock is left out where the product's is unknown: their sum would be taken for it.
      let shown = variants.prefix(ShopifyProduct.variantsMax)
      object["variants"] = .array(shown.map { $0.json(showingStock: inventory != nil && isAdvertised) })
    }
    if let updatedAt { object["updated_at"] = .string(updatedAt) }
    return try FactEntry(kind: .product, json: .object(object))
  }
}

extension ShopifyVariant {
  fileprivate func json(showingStock: Bool) -> JSONValue {
    var object = JSONObject()
    if let sku { object["id"] = .string(sku) }
    if let title { object["title"] = .string(title) }
    if let price { object["price"] = .money(price) }
    if showingStock, let stock { object["inventory"] = .integer(stock) }
    return .object(object)
  }
}
