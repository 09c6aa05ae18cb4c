package import TesseraModel
package import TesseraStorage

/// What is new, back in stock, reduced, dearer, low or gone, from the products' own history.
package struct CatalogChangesTool: AgentTool {
  package let name = "catalog_changes"
  package let summary =
    "Products that are new, back in stock, marked down, dearer, low in stock or no longer to be had. Newest first."
  package let parameters = ToolSchema.object([
    ("kinds", ToolSchema.words(CatalogChange.Kind.allCases.map(\.rawValue))),
    ("brand", ToolSchema.optionalText), ("category", ToolSchema.optionalText),
    ("since_hours", ToolSchema.integer(1...168)), ("limit", ToolSchema.integer(1...20)),
  ])

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["kinds", "brand", "category", "since_hours", "limit"])
    let words = reader.texts("kinds", atMost: CatalogChange.Kind.allCases.count)
    let query = CatalogQuery(
      kinds: words.compactMap(CatalogChange.Kind.init),
      brand: reader.text("brand").flatMap(NameNormalization.normalized),
      category: reader.text("category").flatMap(NameNormalization.normalized),
      hours: reader.integer("since_hours", in: 1...168))
    let limit = reader.integer("limit", in: 1...20)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    guard query.kinds.count == words.count else {
      let all = CatalogChange.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      return .failure("kinds must be some of \(all)", asOf: data.asOf)
    }
    let changes = data.catalogChanges(query, limit: limit + 1)
    return ToolAnswer(
      rows: changes.prefix(limit).map(CatalogChangesTool.row), isTruncated: changes.count > limit, asOf: data.asOf)
  }

  static func row(_ change: CatalogChange) -> JSONValue {
    var row = JSONObject([
      ("kind", .string(change.kind.rawValue)), ("sku", .string(QuotedText.clean(change.product))),
      ("title", .string(QuotedText.clean(change.title))), ("at", .instant(change.at)),
    ])
    if let price = change.price { row["price"] = .money(price) }
    if let was = change.was { row["was"] = .money(was) }
    if let stock = DigestNumber.stockBand(change.inventory) { row["stock"] = .string(stock) }
    return .object(row)
  }
}
