package import TesseraModel
package import TesseraStorage

/// A question that an analyst may put to the store's data. Read-only, bounded, about aggregates.
package protocol AgentTool: Sendable {
  var name: String { get }
  /// For the analyst: what it answers and when to ask.
  var summary: String { get }
  /// JSON Schema of the arguments.
  var parameters: JSONValue { get }
  /// Answers; bad arguments are answered in words, so that the analyst can correct them.
  func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer
}

/// A tool's answer: rows with ids, as of an instant.
package struct ToolAnswer: Sendable, Equatable {
  package let rows: [JSONValue]
  package let isTruncated: Bool
  package let asOf: Instant
  package let failure: String?

  package init(rows: [JSONValue], isTruncated: Bool, asOf: Instant, failure: String? = nil) {
    (self.rows, self.isTruncated, self.asOf, self.failure) = (rows, isTruncated, asOf, failure)
  }

  static func failure(_ message: String, asOf: Instant) -> ToolAnswer {
    ToolAnswer(rows: [], isTruncated: false, asOf: asOf, failure: message)
  }
}

/// The tools in the box.
package enum ToolRegistry {
  package static let builtin: [any AgentTool] = [CatalogChangesTool(), ReturnRatesTool(), ArmResultsTool()]
}
