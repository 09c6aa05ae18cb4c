package import TesseraModel
package import TesseraStorage

/// The nearest segments, and what works there.
package struct SimilarSegmentsTool: AgentTool {
  package let name = "similar_segments"
  package let summary =
    "Nearest segments by axes, with the arm that leads in each placement and what the agent added there last."
  package let parameters = ToolSchema.object([("limit", ToolSchema.integer(1...5))])

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["limit"])
    let limit = reader.integer("limit", in: 1...5)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    let near = data.similar(to: brief.segment, limit: limit).filter { $0.members >= SegmentDigest.peopleMin }
    let rows = near.map { segment -> JSONValue in
      let best = segment.best.map { placement, action in
        (placement, JSONValue.string(action.offer == "none" ? action.creative : action.creative + " + " + action.offer))
      }
      return [
        "label": .string(QuotedText.clean(segment.description, lengthMax: 200)),
        "axes_differ": .integer(segment.distance), "size": .integer(segment.members),
        "leads": .object(JSONObject(best)),
        "supplement": .optional(segment.supplement.map { QuotedText.clean($0, lengthMax: 240) }),
      ]
    }
    return ToolAnswer(rows: rows, asOf: data.asOf)
  }
}
