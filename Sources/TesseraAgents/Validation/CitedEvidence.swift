package import TesseraModel

/// A row that an answer cites: a change of the digest, or a row of a tool of this run.
package struct CitedEvidence: Sendable {
  /// The kind of change, or the tool.
  package let kind: String
  package let row: JSONValue
  package let evidence: Claim.Evidence

  /// - Returns: nil for an id that the run does not have.
  init?(_ id: String, brief: SegmentBrief, exchanges: [ToolExchange]) {
    if let change = brief.digest.change(id) {
      kind = change.kind.rawValue
      row = change.json(id: id)
      evidence = Claim.Evidence(tool: "digest", query: ["id": .string(id)], rows: [row], asOf: brief.at)
      return
    }
    for exchange in exchanges {
      guard let found = exchange.row(id) else { continue }
      kind = exchange.tool
      row = found
      evidence = Claim.Evidence(
        tool: exchange.tool, query: exchange.arguments, rows: [found], asOf: exchange.answer.asOf)
      return
    }
    return nil
  }

  /// Whether it says that something is not to be had: what a boost must not rest on, and a veto may.
  var isOutOfStock: Bool {
    kind == "removed" || row["kind"]?.text == "removed" || row["stock"]?.text == "0"
  }

  var name: String { row["title"]?.text ?? row["sku"]?.text ?? row["name"]?.text ?? "what it cites" }

  /// Every text and number in it, for what copy may repeat.
  var texts: [String] { CitedEvidence.texts(row) }

  private static func texts(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .number(let text): [text]
    case .array(let elements): elements.flatMap(texts)
    case .object(let object): object.flatMap { texts($0.value) }
    default: []
    }
  }
}
