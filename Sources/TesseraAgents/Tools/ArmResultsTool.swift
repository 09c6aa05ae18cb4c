package import TesseraModel
package import TesseraStorage

/// What the placement's actions have earned, here or in the whole store.
package struct ArmResultsTool: AgentTool {
  package let name = "arm_results"
  package let summary =
    "Matured exposures and rewards of each action of this placement, in this segment or in the store."
  package let parameters: JSONValue = [
    "type": "object", "additionalProperties": false, "required": ["scope"],
    "properties": ["scope": ["type": "string", "enum": ["segment", "store"]]],
  ]

  /// The most actions listed.
  static let rowsMax = 30

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    guard let scope = arguments["scope"]?.text, ["segment", "store"].contains(scope) else {
      return .failure("scope must be segment or store", asOf: data.asOf)
    }
    let results = data.armResults(placement: brief.placement, segment: scope == "segment" ? brief.segment : nil)
    let rows = results.prefix(ArmResultsTool.rowsMax).enumerated().map { i, result -> JSONValue in
      let mean = result.exposures == 0 ? 0 : Double(result.rewards) / Double(result.exposures)
      return [
        "id": .string("r\(i + 1)"), "creative": .string(result.action.creative), "offer": .string(result.action.offer),
        "exposures": .integer(result.exposures), "rewards": .integer(result.rewards),
        "mean": .double((mean * 10_000).rounded() / 10_000),
      ]
    }
    return ToolAnswer(rows: Array(rows), isTruncated: results.count > ArmResultsTool.rowsMax, asOf: data.asOf)
  }
}
