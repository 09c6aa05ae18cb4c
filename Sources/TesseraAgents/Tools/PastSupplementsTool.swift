package import TesseraModel
package import TesseraStorage

/// What agents added here before.
package struct PastSupplementsTool: AgentTool {
  package let name = "past_supplements"
  package let summary =
    "The agent's last supplements for this segment: how much was accepted and whether its predictions came true."
  package let parameters = ToolSchema.object([("limit", ToolSchema.integer(1...5))])

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["limit"])
    let limit = reader.integer("limit", in: 1...5)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    let rows = data.pastSupplements(of: brief.segment, limit: limit).map { past -> JSONValue in
      [
        "at": .instant(past.at), "summary": .string(QuotedText.clean(past.summary, lengthMax: 240)),
        "accepted": .integer(past.accepted), "refused": .integer(past.refused), "came_true": .integer(past.right),
        "did_not": .integer(past.wrong),
      ]
    }
    return ToolAnswer(rows: rows, asOf: data.asOf)
  }
}
