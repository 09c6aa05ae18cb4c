import TesseraModel

/// Reads a `Product` of a bulk operation's result with its `ProductVariant`s.
enum ShopifyBulkProduct {
  /// The product. Its id is Shopify's number.
  /// - Throws: `RecordError` that names the field.
  static func entry(
    of node: ShopifyNode, variants: [ShopifyNode], joins: inout ShopifyJoins
  ) throws(RecordError) -> FactEntry {
    guard let id = node.id else { throw RecordError("id must be like gid://shopify/Product/42") }
    guard let title = node.text("title") else { throw RecordError("title is missing: select it in the bulk query") }
    var product = ShopifyProduct(id: String(id.number), title: title)
    product.handle = node.text("handle")
    product.vendor = node.text("vendor")
    let category = node.text("category", "fullName") ?? node.text("productCategory", "productTaxonomyNode", "fullName")
    product.category = ShopifyCell.leaf(ofCategory: category) ?? node.text("productType")
    product.tags = node.texts("tags")
    product.image = node.text("featuredMedia", "preview", "image", "url") ?? node.text("featuredImage", "url")
    let status = node.text("status") ?? "ACTIVE"
    // `publishedAt: null` says that the online store does not show it; an export without the field says nothing.
    product.isAdvertised = status.uppercased() == "ACTIVE" && node.json["publishedAt"] != .some(.null)
    product.createdAt = node.text("createdAt")
    product.updatedAt = node.text("updatedAt")
    let tracksUnits = node.json["tracksInventory"]?.flag
    for variant in variants {
      product.variants.append(try ShopifyBulkProduct.variant(variant, tracksUnits: tracksUnits))
    }
    product.total.price = try node.money("priceRangeV2", "minVariantPrice")
    product.total.compareAtPrice = try node.money("compareAtPriceRange", "maxVariantCompareAtPrice")
    product.total.quantity = node.json["totalInventory"]?.integer
    product.total.isTracked = tracksUnits ?? true
    let entry = try product.entry()
    joins.add(product)
    return entry
  }

  private static func variant(_ node: ShopifyNode, tracksUnits: Bool?) throws(RecordError) -> ShopifyVariant {
    var variant = ShopifyVariant(sku: node.text("sku"), price: try node.money("price"))
    if let title = node.text("title"), title != "Default Title" { variant.title = title }
    variant.compareAtPrice = try node.money("compareAtPrice")
    variant.quantity = node.json["inventoryQuantity"]?.integer
    variant.isTracked = node.json["inventoryItem"]?["tracked"]?.flag ?? tracksUnits ?? true
    variant.isOversold = node.text("inventoryPolicy")?.uppercased() == "CONTINUE"
    if let cost = node.json["inventoryItem"]?["unitCost"], !cost.isNull {
      variant.cost = try ShopifyNode.money(cost, "unitCost")
    }
    return variant
  }
}
