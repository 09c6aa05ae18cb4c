package import TesseraModel
package import TesseraStorage

/// How often things of a brand or category come back.
package struct ReturnRatesTool: AgentTool {
  package let name = "return_rates"
  package let summary =
    "Share of ordered lines of a brand or category that were returned, with the shop's share beside it."
  package let parameters: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["window_days"],
    "properties": [
      "brand": ["type": "string"], "category": ["type": "string"],
      "window_days": ["type": "integer", "description": "7 to 365"],
    ],
  ]

  /// Below this many lines a rate is withheld: it would be noise, and could speak of single people.
  static let linesMin = 50

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    guard let days = arguments["window_days"]?.integer, (7...365).contains(days) else {
      return .failure("window_days must be a whole number from 7 to 365", asOf: data.asOf)
    }
    let brand = arguments["brand"]?.text
    let category = arguments["category"]?.text
    let own = data.returns(brand: brand, category: category, days: days)
    let shop = data.returns(brand: nil, category: nil, days: days)
    var rows: [JSONValue] = []
    for (id, scope, count) in [("r1", brand ?? category ?? "shop", own), ("r2", "shop", shop)] {
      guard count.linesSold >= ReturnRatesTool.linesMin else { continue }
      rows.append([
        "id": .string(id), "scope": .string(scope), "lines": .integer(count.linesSold),
        "returned": .integer(count.linesReturned),
        "rate": .double((Double(count.linesReturned) / Double(count.linesSold) * 1_000).rounded() / 1_000),
      ])
    }
    return ToolAnswer(rows: rows, isTruncated: false, asOf: data.asOf)
  }
}
