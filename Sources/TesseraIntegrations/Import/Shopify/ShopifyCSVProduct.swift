import TesseraModel

/// Reads the rows of one product in Shopify's product export: a row for each variant or picture, in the dialect with
/// `Handle` and `Variant Price` as in the one with `URL handle` and `Price`.
enum ShopifyCSVProduct {
  /// What ties a product's rows together. A row with neither handle nor title belongs to the product before it.
  @Sendable static func key(of row: CSVRow) -> String? {
    row.text("handle", "url handle") ?? row.text("title").map(ShopifyCell.handle(ofTitle:))
  }

  /// The product. Its id is the handle, since the export has no ids, unless a bulk export read before gives one.
  /// - Throws: `RecordError` for a missing title or a cell that cannot be read.
  static func entry(of group: CSVRowGroup, joins: inout ShopifyJoins) throws(RecordError) -> FactEntry {
    guard let handle = group.rows.first.flatMap(key(of:)) else {
      throw RecordError("Handle and Title are empty, and no product comes before")
    }
    guard let title = group.first("title") else {
      throw RecordError("Title is missing; the rows of one product must follow each other, its title in the first")
    }
    var product = ShopifyProduct(id: joins.product(handle: handle) ?? handle, title: title)
    product.handle = handle
    product.vendor = group.first("vendor")
    product.category = ShopifyCell.leaf(ofCategory: group.first("product category")) ?? group.first("type")
    product.tags = ShopifyCell.list(group.first("tags"))
    product.image = group.first("image src", "product image url") ?? group.first("variant image", "variant image url")
    let status = group.first("status")?.lowercased() ?? "active"
    let isPublished = ShopifyCell.flag(group.first("published", "published on online store")) ?? true
    product.isAdvertised = status == "active" && isPublished
    for row in group.rows {
      if let variant = try variant(of: row) { product.variants.append(variant) }
    }
    let entry = try product.entry()
    joins.add(product)
    return entry
  }

  /// The variant of a row; nil for a row that only adds a picture.
  private static func variant(of row: CSVRow) throws(RecordError) -> ShopifyVariant? {
    let price = try ShopifyCell.money(row, "variant price", "price")
    let sku = ShopifyCell.identifier(row.text("variant sku", "sku"))
    guard price != nil || sku != nil else { return nil }
    var variant = ShopifyVariant(sku: sku, price: price)
    let options = [row.text("option1 value"), row.text("option2 value"), row.text("option3 value")].compactMap { $0 }
    if !options.isEmpty, options != ["Default Title"] { variant.title = options.joined(separator: " / ") }
    variant.compareAtPrice = try ShopifyCell.money(row, "variant compare at price", "compare-at price")
    variant.cost = try ShopifyCell.money(row, "cost per item")
    variant.quantity = try ShopifyCell.integer(row, "variant inventory qty", "inventory quantity")
    let header = row.header
    let countsUnits = header["variant inventory qty"] != nil || header["inventory quantity"] != nil
    if header["variant inventory tracker"] != nil || header["inventory tracker"] != nil {
      variant.isTracked = row.text("variant inventory tracker", "inventory tracker") != nil
      // Shops with several stocks export no quantities at all; an empty cell in the column is a zero.
      if variant.isTracked, countsUnits, variant.quantity == nil { variant.quantity = 0 }
    } else {
      variant.isTracked = variant.quantity != nil
    }
    let policy = row.text("variant inventory policy", "continue selling when out of stock")
    variant.isOversold = policy?.lowercased() == "continue" || ShopifyCell.flag(policy) ?? false
    return variant
  }
}
