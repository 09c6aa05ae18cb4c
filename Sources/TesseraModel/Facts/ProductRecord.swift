/// A product as one version describes it. Each version is also a catalog-change fact.
package struct ProductRecord: Sendable, Equatable {
  package var id: String
  package var updatedAt: Instant?
  package var title: String
  package var brand: String?
  package var category: String?
  package var price: Money?
  package var compareAtPrice: Money?
  package var cost: Money?
  /// Units in stock; nil where the shop does not count them, which means available.
  package var inventory: Int?
  package var createdAt: Instant?
  package var url: String?
  package var image: String?
  package var tags: [String] = []

  package init(id: String, title: String = "") { (self.id, self.title) = (id, title) }

  /// Whether it can be sold now.
  package var isAvailable: Bool { inventory.map { $0 > 0 } ?? true }
  /// Whether it is sold below its usual price.
  package var isReduced: Bool {
    guard let price, let compareAtPrice else { return false }
    return compareAtPrice > price
  }

  package init(json: JSONValue) throws(RecordError) {
    let reader = try JSONReader(json, what: "a product")
    id = try reader.requiredIdentifier("id")
    updatedAt = try reader.instant("updated_at")
    title = try reader.string("title") ?? ""
    brand = try reader.string("brand")
    category = try reader.string("category")
    price = try reader.money("price")
    compareAtPrice = try reader.money("compare_at_price")
    cost = try reader.money("cost")
    inventory = try reader.integer("inventory", in: -1_000_000_000...1_000_000_000)
    createdAt = try reader.instant("created_at")
    url = try reader.string("url")
    image = try reader.string("image")
    tags = try reader.strings("tags", countMax: 250)
    var total = 0
    let variants = try reader.elements("variants", countMax: 2_048)
    for (i, variant) in variants.enumerated() {
      let variant = try JSONReader(variant, path: "variants[\(i)]", what: "a variant")
      total += try variant.integer("inventory", in: -1_000_000_000...1_000_000_000) ?? 0
      let own = try variant.money("price")
      if price == nil { price = own }
    }
    if inventory == nil, variants.contains(where: { $0["inventory"].map { !$0.isNull } ?? false }) { inventory = total }
  }

  package var json: JSONValue {
    var object = JSONObject([("id", .string(id)), ("title", .string(title))])
    if let brand { object["brand"] = .string(brand) }
    if let category { object["category"] = .string(category) }
    if let price { object["price"] = .money(price) }
    if let compareAtPrice { object["compare_at_price"] = .money(compareAtPrice) }
    if let cost { object["cost"] = .money(cost) }
    if let inventory { object["inventory"] = .integer(inventory) }
    if let createdAt { object["created_at"] = .instant(createdAt) }
    if let url { object["url"] = .string(url) }
    if let image { object["image"] = .string(image) }
    if !tags.isEmpty { object["tags"] = .strings(tags) }
    if let updatedAt { object["updated_at"] = .instant(updatedAt) }
    return .object(object)
  }
}
