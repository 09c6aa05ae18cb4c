package import TesseraModel

/// Something that happened, as far as it concerns a segment: a row of evidence with an id.
package struct DigestChange: Sendable, Equatable {
  /// What happened; also what evidence it is for a reason.
  package enum Kind: String, Sendable, CaseIterable {
    case restock, new, markdown, removed, returns, budget
    case priceUp = "price_up"
    case lowStock = "low_stock"
    case armShift = "arm_shift"

    /// How much it matters to someone whom it concerns.
    package var materiality: Double {
      switch self {
      case .removed: 5
      case .restock: 4
      case .new, .markdown, .returns, .armShift, .budget: 2
      case .lowStock, .priceUp: 1
      }
    }
  }

  package let kind: Kind
  /// What the gate tells it by: quantised, so that noise does not wake an agent.
  package let key: String
  /// The share of the segment that it concerns, 0 to 1.
  package let reach: Double
  /// What the agent reads of it.
  package let facts: JSONObject

  package init(kind: Kind, key: String, reach: Double, facts: JSONObject) {
    self.kind = kind
    self.key = "\(kind.rawValue):\(key)"
    (self.reach, self.facts) = (min(1, max(0, reach)), facts)
  }

  package var materiality: Double { kind.materiality * reach }

  func json(id: String) -> JSONValue {
    var object = JSONObject([("id", .string(id)), ("kind", .string(kind.rawValue))])
    for (name, value) in facts { object[name] = value }
    return .object(object)
  }

  /// Reads a row back; what only the gate needs is not in it.
  init?(json: JSONValue) {
    guard let kind = json["kind"]?.text.flatMap(Kind.init), let members = json.members else { return nil }
    self.init(
      kind: kind, key: "", reach: 0,
      facts: JSONObject(members.filter { $0.name != "id" && $0.name != "kind" }.map { ($0.name, $0.value) }))
  }
}
