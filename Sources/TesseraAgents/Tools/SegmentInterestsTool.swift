package import TesseraModel
package import TesseraStorage

/// What the segment's people had to do with.
package struct SegmentInterestsTool: AgentTool {
  package let name = "segment_interests"
  package let summary =
    "Top brands, categories, searches or products of this segment in the window, as shares of its people. Cells under 20 people are withheld."
  package let parameters = ToolSchema.object([
    ("of", ToolSchema.word(InterestKind.allCases.map(\.rawValue))), ("window_days", ToolSchema.integer(1...90)),
    ("limit", ToolSchema.integer(1...15)),
  ])

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["of", "window_days", "limit"])
    let kind = reader.word("of", of: InterestKind.self)
    let days = reader.integer("window_days", in: 1...90)
    let limit = reader.integer("limit", in: 1...15)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    guard let kind else { return .failure("say of what", asOf: data.asOf) }
    let (interests, people) = data.interests(of: brief.segment, kind: kind, days: days)
    let told = interests.filter { $0.people >= SegmentDigest.peopleMin }
    let rows = told.prefix(limit).map { interest -> JSONValue in
      [
        "name": .string(QuotedText.clean(interest.name)),
        "share": .double(DigestNumber.significant(Double(interest.people) / Double(max(1, people)))),
      ]
    }
    return ToolAnswer(rows: rows, isTruncated: told.count > limit, asOf: data.asOf)
  }
}
