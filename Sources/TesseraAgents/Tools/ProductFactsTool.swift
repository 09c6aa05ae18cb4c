package import TesseraModel
package import TesseraStorage

/// What is known of a few products.
package struct ProductFactsTool: AgentTool {
  package let name = "product_facts"
  package let summary = "Price, discount, stock band, margin band, return rate and age for up to 10 SKUs."
  package let parameters = ToolSchema.object([("skus", ["type": "array", "items": ["type": "string"]])])

  static let productsMax = 10

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["skus"])
    let ids = reader.texts("skus", atMost: ProductFactsTool.productsMax)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    return ToolAnswer(rows: data.products(ids).map(row), asOf: data.asOf)
  }

  private func row(_ product: ProductFacts) -> JSONValue {
    var row = JSONObject([
      ("sku", .string(QuotedText.clean(product.product))), ("title", .string(QuotedText.clean(product.title))),
    ])
    if let price = product.price { row["price"] = .money(price) }
    if let was = product.was { row["was"] = .money(was) }
    if let stock = DigestNumber.stockBand(product.inventory) { row["stock"] = .string(stock) }
    if let margin = product.margin { row["margin"] = .string(margin < 0.2 ? "low" : margin < 0.5 ? "mid" : "high") }
    if let age = product.ageDays { row["age_days"] = .integer(age) }
    if let rate = ReturnRatesTool.rate(product.returns) { row["return_rate"] = .double(rate) }
    return .object(row)
  }
}
