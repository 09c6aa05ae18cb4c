package import TesseraModel
package import TesseraStorage

/// How often things come back.
package struct ReturnRatesTool: AgentTool {
  package let name = "return_rates"
  package let summary =
    "Share of ordered lines that came back with a 95 % interval, grouped; the shop's own first. Groups under 50 are withheld."
  package let parameters = ToolSchema.object([
    ("group_by", ToolSchema.word(ReturnGrouping.allCases.map(\.rawValue))), ("brand", ToolSchema.optionalText),
    ("category", ToolSchema.optionalText), ("window_days", ToolSchema.integer(7...365)),
    ("limit", ToolSchema.integer(1...20)),
  ])

  /// Below this many lines a rate is withheld: it would be noise, and could speak of single people.
  package static let linesMin = 50

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["group_by", "brand", "category", "window_days", "limit"])
    let grouping = reader.word("group_by", of: ReturnGrouping.self)
    let brand = reader.text("brand").flatMap(NameNormalization.normalized)
    let category = reader.text("category").flatMap(NameNormalization.normalized)
    let days = reader.integer("window_days", in: 7...365)
    let limit = reader.integer("limit", in: 1...20)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    guard let grouping else { return .failure("name a group", asOf: data.asOf) }
    let counts = data.returns(by: grouping, brand: brand, category: category, days: days)
      .filter { $0.linesSold >= ReturnRatesTool.linesMin }
    return ToolAnswer(
      rows: counts.prefix(limit + 1).map(ReturnRatesTool.row), isTruncated: counts.count > limit + 1, asOf: data.asOf)
  }

  static func row(_ count: ReturnCount) -> JSONValue {
    let (n, share) = (Double(count.linesSold), Double(count.linesReturned) / Double(max(1, count.linesSold)))
    // Wilson's interval: it stays within 0 and 1.
    let z = 1.96
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return [
      "group": .string(QuotedText.clean(count.name)), "lines": .integer(count.linesSold),
      "rate": .double(thousandths(share)),
      "ci": [.double(thousandths(centre - half)), .double(thousandths(centre + half))],
    ]
  }

  /// Nil where it is withheld.
  static func rate(_ count: ReturnCount) -> Double? {
    guard count.linesSold >= linesMin else { return nil }
    return thousandths(Double(count.linesReturned) / Double(count.linesSold))
  }

  private static func thousandths(_ x: Double) -> Double { max(0, (x * 1_000).rounded() / 1_000) }
}
