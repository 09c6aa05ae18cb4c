package import TesseraModel
package import TesseraStorage

/// What may be offered now.
package struct OfferRulesTool: AgentTool {
  package let name = "offer_rules"
  package let summary =
    "What may be offered now: kinds and values, ends, margin floors, how much of each budget is used."
  package let parameters = ToolSchema.object([])

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    let reader = ToolArguments(arguments, allowed: [])
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    let rows = data.offers().filter { $0.offer.kind != .none }.prefix(OfferRulesTool.rowsMax).map { $0.json }
    return ToolAnswer(rows: Array(rows), asOf: data.asOf)
  }

  static let rowsMax = 10
}

extension OfferFacts {
  /// As an agent reads it.
  package var json: JSONValue {
    var row = JSONObject([("offer", .string(offer.id)), ("kind", .string(offer.kind.rawValue))])
    if offer.value != .zero { row["value"] = .money(offer.value) }
    if let end = offer.endsAt { row["ends"] = .instant(end) }
    if offer.marginFloor > 0 { row["margin_floor"] = .double(offer.marginFloor) }
    if let budget = offer.budgetOrders {
      row["budget_used"] = .double(DigestNumber.significant(Double(used) / Double(max(1, budget))))
    }
    return .object(row)
  }
}
