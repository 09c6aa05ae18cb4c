package import TesseraModel
package import TesseraStorage

/// What is new, restocked, reduced or sold out of a brand or category, from the products' own history.
package struct CatalogChangesTool: AgentTool {
  package let name = "catalog_changes"
  package let summary = "New, restocked, reduced and sold-out products of a brand or category in the last hours."
  package let parameters: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["since_hours"],
    "properties": [
      "brand": ["type": "string"], "category": ["type": "string"],
      "since_hours": ["type": "integer", "description": "1 to 168"],
    ],
  ]

  /// More rows tell an analyst nothing that these do not.
  static let rowsMax = 20

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    guard let hours = arguments["since_hours"]?.integer, (1...168).contains(hours) else {
      return .failure("since_hours must be a whole number from 1 to 168", asOf: data.asOf)
    }
    let brand = arguments["brand"]?.text
    let category = arguments["category"]?.text
    guard brand != nil || category != nil else { return .failure("name a brand or a category", asOf: data.asOf) }
    let changes = data.catalogChanges(
      brand: brand, category: category, hours: hours, limit: CatalogChangesTool.rowsMax + 1)
    let rows = changes.prefix(CatalogChangesTool.rowsMax).enumerated().map { i, change -> JSONValue in
      [
        "id": .string("r\(i + 1)"), "kind": .string(change.kind.rawValue), "product": .string(change.product),
        "title": .string(String(change.title.prefix(80))), "price": change.price.map { .money($0) } ?? .null,
        "at": .instant(change.at),
      ]
    }
    return ToolAnswer(rows: Array(rows), isTruncated: changes.count > CatalogChangesTool.rowsMax, asOf: data.asOf)
  }
}
