package import TesseraBandits
package import TesseraModel
package import TesseraSegments

/// Everything a book is made from. A value that is recorded with the cycle: the same input gives the same book, byte
/// for byte.
package struct PlannerInput: Sendable {
  package var cycle: Int
  /// T.
  package var at: Instant
  /// S: the log's position up to which facts count.
  package var position: Int64
  /// The hash of the book before, empty for the first.
  package var previous: String
  package var policy: Policy
  /// The shop's offset from UTC at T, seconds east.
  package var utcOffsetSeconds: Int
  package var census: Census
  package var spendCuts: SpendCuts
  package var catalog: CatalogSummary
  package var posterior: PosteriorTable
  /// Orders that used each offer's code.
  package var offerOrders: [String: Int]
  /// How the store writes a name, by normalised name.
  package var spellings: [String: String]
  package var overlays: [Overlay]
  /// What members have of what merge tags ask of a person; nil in inputs recorded before that was looked at.
  package var tags: TagCensus?
  /// The order of relaxing axes, chosen by what people did; by their numbers alone, if nil.
  package var relaxation: RelaxationOrder?
  /// The axes in the order of the cycle before, which a good enough reason is needed to leave; nil for the first.
  package var previousRelaxation: [String]?
  /// The way of deciding that it was made for, `Planner.rules` then; 0 in inputs recorded before there was a number.
  package private(set) var rules = Planner.rules

  package init(
    cycle: Int, at: Instant, position: Int64, previous: String, policy: Policy, utcOffsetSeconds: Int, census: Census,
    spendCuts: SpendCuts, catalog: CatalogSummary, posterior: PosteriorTable, offerOrders: [String: Int],
    spellings: [String: String], overlays: [Overlay], relaxation: RelaxationOrder? = nil,
    previousRelaxation: [String]? = nil, tags: TagCensus? = nil
  ) {
    (self.cycle, self.at, self.position, self.previous) = (cycle, at, position, previous)
    (self.policy, self.utcOffsetSeconds, self.census) = (policy, utcOffsetSeconds, census)
    (self.spendCuts, self.catalog, self.posterior) = (spendCuts, catalog, posterior)
    (self.offerOrders, self.spellings, self.overlays) = (offerOrders, spellings, overlays)
    (self.relaxation, self.previousRelaxation, self.tags) = (relaxation, previousRelaxation, tags)
  }

  /// The parts computed from facts; replay computes them again and compares.
  package var factsJSON: JSONValue {
    let order: JSONValue =
      relaxation.map { order in
        ["axes": .strings(order.axes.map { census.axes[$0] }), "reasons": .strings(order.reasons)]
      } ?? .null
    let orders = offerOrders.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer($0.value)) }
    let spelt = spellings.sorted { NameNormalization.precedes($0.key, $1.key) }.map {
      ($0.key, JSONValue.string($0.value))
    }
    var object = JSONObject([
      ("census", census.json), ("spend_cuts", spendCuts.json), ("catalog", catalog.json),
      ("posterior", posterior.json), ("offer_orders", .object(JSONObject(orders))),
      ("spellings", .object(JSONObject(spelt))), ("relaxation", order),
    ])
    if let tags { object["tags"] = tags.json }
    return .object(object)
  }

  package var json: JSONValue {
    [
      "format": 1, "cycle": .integer(cycle), "at": .instant(at), "position": .integer(position),
      "previous": .string(previous), "policy": policy.json, "utc_offset_seconds": .integer(utcOffsetSeconds),
      "facts": factsJSON, "overlays": .array(overlays.map(\.json)),
      "previous_relaxation": previousRelaxation.map { .strings($0) } ?? .null, "rules": .integer(rules),
    ]
  }

  /// Reads a recorded input.
  /// - Throws: `ConfigurationError` when the record is of another format or damaged.
  package init(json: JSONValue, box: AxisBox) throws(ConfigurationError) {
    guard json["format"]?.integer == 1, let cycle = json["cycle"]?.integer,
      let at = json["at"]?.text.flatMap({ try? Instant(parsing: $0) }), let position = json["position"]?.integer,
      let facts = json["facts"], let census = facts["census"].flatMap({ Census(json: $0) }),
      let cuts = facts["spend_cuts"].flatMap({ SpendCuts(json: $0) }),
      let catalog = facts["catalog"].flatMap({ CatalogSummary(json: $0) }),
      let posterior = facts["posterior"].flatMap({ PosteriorTable(json: $0) })
    else {
      throw ConfigurationError(path: "", message: "the cycle's record is damaged or of a later version of Tessera")
    }
    func texts(_ value: JSONValue?) -> [String: String] {
      Dictionary((value?.members?.members ?? []).map { ($0.name, $0.value.text ?? "") }) { first, _ in first }
    }
    let orders = Dictionary((facts["offer_orders"]?.members?.members ?? []).map { ($0.name, $0.value.integer ?? 0) }) {
      a, _ in a
    }
    self.init(
      cycle: cycle, at: at, position: Int64(position), previous: json["previous"]?.text ?? "",
      policy: try Policy(json: json["policy"] ?? .null, box: box),
      utcOffsetSeconds: json["utc_offset_seconds"]?.integer ?? 0, census: census, spendCuts: cuts, catalog: catalog,
      posterior: posterior, offerOrders: orders, spellings: texts(facts["spellings"]),
      overlays: (json["overlays"]?.elements ?? []).compactMap { Overlay(json: $0) },
      relaxation: PlannerInput.order(facts["relaxation"], census),
      previousRelaxation: json["previous_relaxation"]?.elements?.compactMap(\.text),
      tags: facts["tags"].flatMap { TagCensus(json: $0) })
    rules = json["rules"]?.integer ?? 0
  }

  /// A recorded order; nil where there is none, as in records of the time before.
  private static func order(_ json: JSONValue?, _ census: Census) -> RelaxationOrder? {
    guard let names = json?["axes"]?.elements?.compactMap(\.text),
      let reasons = json?["reasons"]?.elements?.compactMap(\.text), reasons.count == names.count
    else { return nil }
    let axes = names.compactMap { name in census.axes.firstIndex(of: name) }
    guard axes.sorted() == Array(census.axes.indices) else { return nil }
    return RelaxationOrder(axes: axes, reasons: reasons)
  }
}
