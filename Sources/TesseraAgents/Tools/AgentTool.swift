package import TesseraModel
package import TesseraStorage

/// A question that an agent may put to the store's data. Read-only, bounded, about aggregates. The segment is that of
/// the run and no argument: a run cannot read another one.
package protocol AgentTool: Sendable {
  var name: String { get }
  /// For the agent: what it answers and when to ask.
  var summary: String { get }
  /// JSON Schema of the arguments, in the subset that all providers take: every property is required, what may be left
  /// out is null.
  var parameters: JSONValue { get }
  /// Rows without ids. Bad arguments are answered in words, so that the agent can correct them.
  func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer
}

/// A tool's answer: rows as of an instant.
package struct ToolAnswer: Sendable, Equatable {
  package let rows: [JSONValue]
  package let isTruncated: Bool
  package let asOf: Instant
  package let failure: String?

  package init(rows: [JSONValue], isTruncated: Bool = false, asOf: Instant, failure: String? = nil) {
    (self.rows, self.isTruncated, self.asOf, self.failure) = (rows, isTruncated, asOf, failure)
  }

  static func failure(_ message: String, asOf: Instant) -> ToolAnswer {
    ToolAnswer(rows: [], asOf: asOf, failure: message)
  }
}

/// One call of a tool and its answer; rows have ids such as `t2r3`, the third row of the run's second call.
package struct ToolExchange: Sendable, Equatable {
  package let tool: String
  package let arguments: JSONValue
  package let answer: ToolAnswer
  /// From 1.
  package let number: Int

  package init(tool: String, arguments: JSONValue, answer: ToolAnswer, number: Int) {
    (self.tool, self.arguments, self.answer, self.number) = (tool, arguments, answer, number)
  }

  /// The rows with their ids, as the agent reads them.
  package var json: JSONValue {
    if let failure = answer.failure { return ["error": .string(failure)] }
    let rows = answer.rows.enumerated().map { i, row -> JSONValue in
      var object = JSONObject([("id", .string("t\(number)r\(i + 1)"))])
      for (name, value) in row.members ?? JSONObject() { object[name] = value }
      return .object(object)
    }
    return [
      "as_of": .instant(answer.asOf), "rows": .array(rows), "truncated": .bool(answer.isTruncated),
    ]
  }

  /// The row of an id; nil for another call's.
  package func row(_ id: String) -> JSONValue? {
    guard id.hasPrefix("t\(number)r"), let n = Int(id.dropFirst("t\(number)r".count)),
      answer.rows.indices.contains(n - 1)
    else { return nil }
    return answer.rows[n - 1]
  }
}

/// The tools in the box.
package enum ToolRegistry {
  package static let builtin: [any AgentTool] = [
    ArmResultsTool(), CatalogChangesTool(), ContentSlotsTool(), OfferRulesTool(), PastSupplementsTool(),
    ProductFactsTool(), ReturnRatesTool(), SegmentInterestsTool(), SegmentTrendTool(), SimilarSegmentsTool(),
  ]

  /// Calls a tool by name, bounded: an answer never has more rows or bytes than an agent can read.
  package static func call(
    _ name: String, _ arguments: JSONValue, number: Int, brief: SegmentBrief, data: any StoreData
  ) -> ToolExchange {
    let answer: ToolAnswer
    if let tool = builtin.first(where: { $0.name == name }) {
      answer = bounded(tool.run(arguments, brief: brief, data: data))
    } else {
      let names = builtin.map(\.name).joined(separator: ", ")
      answer = .failure("there is no tool of this name; there are \(names)", asOf: data.asOf)
    }
    return ToolExchange(tool: name, arguments: arguments, answer: answer, number: number)
  }

  /// About 700 tokens of JSON.
  package static let bytesMax = 2_000

  private static func bounded(_ answer: ToolAnswer) -> ToolAnswer {
    var rows = answer.rows
    var size = rows.reduce(0) { $0 + JSONWriter.bytes($1).count + 14 }
    while size > bytesMax, rows.count > 1 {
      size -= JSONWriter.bytes(rows.removeLast()).count + 14
    }
    guard rows.count < answer.rows.count else { return answer }
    return ToolAnswer(rows: rows, isTruncated: true, asOf: answer.asOf, failure: answer.failure)
  }
}
