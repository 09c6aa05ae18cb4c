package import TesseraModel
package import TesseraStorage

/// A number of the segment's people over time.
package struct SegmentTrendTool: AgentTool {
  package let name = "segment_trend"
  package let summary =
    "Hourly or daily numbers of this segment's people, the oldest first: people active, views, baskets, orders, conversion, order value, discount share, returns."
  package let parameters = ToolSchema.object([
    ("metric", ToolSchema.word(SegmentTrendTool.metrics)), ("grain", ToolSchema.word(["hour", "day"])),
    ("points", ToolSchema.integer(1...48)),
  ])

  /// In the contract's words.
  static let metrics = ["active", "views", "baskets", "orders", "conversion", "aov", "discount_share", "returns"]

  private enum Grain: String, CaseIterable { case hour, day }

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["metric", "grain", "points"])
    let metric = reader.text("metric") ?? ""
    let grain = reader.word("grain", of: Grain.self)
    let points = reader.integer("points", in: 1...48)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    let trend = data.trend(
      of: brief.segment, metric: metric, grainHours: grain == .day ? 24 : 1, points: points)
    guard let trend else {
      return .failure(
        "metric must be one of \(SegmentTrendTool.metrics.joined(separator: ", "))", asOf: data.asOf)
    }
    guard trend.people >= SegmentDigest.peopleMin else {
      return .failure("the segment has fewer than \(SegmentDigest.peopleMin) people", asOf: data.asOf)
    }
    let values = trend.values.map { $0.map { JSONValue.double(DigestNumber.significant($0, digits: 3)) } ?? .null }
    return ToolAnswer(rows: [["metric": .string(metric), "values": .array(values)]], asOf: data.asOf)
  }
}
