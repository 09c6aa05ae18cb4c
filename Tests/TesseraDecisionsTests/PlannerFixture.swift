import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments

/// A shop small enough to read its book: three axes, four micro-segments, two placements, a handful of actions.
enum PlannerFixture {
  static let axes = ["visits", "brand", "researching"].map { name -> AxisDefinition in
    guard let found = AxisRegistry.box.definitions.first(where: { $0.name == name }) else {
      preconditionFailure("\(name) is in the box")
    }
    return found
  }

  static let policyJSON: JSONValue = [
    "segments": ["min_members": 10],
    "guardrails": ["quiet_hours": ["from": "21:00", "to": "08:00"]],
    "placements": [
      ["id": "home", "channel": "onsite", "reward": "click", "reward_window_hours": 1],
      ["id": "email", "channel": "email", "reward": "order", "reward_window_hours": 48, "send_at": "10:00"],
    ],
    "creatives": [
      ["id": "bestsellers", "placements": ["home", "email"], "content": ["title": "Hi"]],
      ["id": "brand-news", "placements": ["home", "email"], "brand": "segment", "content": ["title": "Hi"]],
      ["id": "guide", "placements": ["home"], "category": "segment", "content": ["title": "Hi"]],
      ["id": "acme-week", "placements": ["home"], "brand": " ACME", "content": ["title": "Hi"]],
      ["id": "welcome", "placements": ["home"], "only_for": ["visits": ["new", "never"]], "content": ["title": "Hi"]],
    ],
    "offers": [
      [
        "id": "ten", "kind": "percentage", "value": 10, "code": "TEN", "margin_floor": .number("0.2"),
        "budget_orders": 5,
        "ends_at": "2026-06-01T00:00:00Z", "placements": ["home"],
      ]
    ],
  ]

  static func policy(_ change: (inout JSONObject) -> Void = { _ in }) throws -> Policy {
    guard case .object(var object) = policyJSON else { throw ConfigurationError(path: "", message: "") }
    change(&object)
    return try Policy(json: .object(object), box: AxisBox(axes))
  }

  static func catalog(_ change: (inout [ProductRecord]) -> Void = { _ in }) -> CatalogSummary {
    var products: [ProductRecord] = []
    for (id, brand, category) in [("p1", "Nike", "Shoes"), ("p2", "nike ", "Jackets"), ("p3", "Acme", "Shoes")] {
      var product = ProductRecord(id: id, title: id)
      (product.brand, product.category) = (brand, category)
      (product.price, product.cost, product.inventory) = (Money(100), Money(50), 3)
      products.append(product)
    }
    change(&products)
    var catalog = Catalog()
    for (i, product) in products.enumerated() { catalog.fold(product, position: Int64(i)) }
    return CatalogSummary(catalog)
  }

  static let values: [[AxisValue]] = [
    [.word("new"), .word("returning")], [.word("none"), .name("nike")], [.word("none"), .name("shoes")],
  ]

  static func census(
    _ rows: [([UInt16], Int)] = [([1, 1, 1], 12), ([2, 1, 2], 3), ([2, 2, 1], 10), ([2, 2, 2], 25)]
  ) -> Census {
    let entries = rows.map { codes, active in
      var key = SegmentKey()
      for (i, code) in codes.enumerated() { key[i] = code }
      return Census.Entry(key: key, members: active + 4, active: active)
    }
    return Census(axes: axes.map(\.name), values: values, entries: entries)
  }

  static func posterior(_ policy: Policy) -> PosteriorTable {
    var random = SplitMix64(seed: 99)
    var table = PosteriorTable()
    for placement in policy.placements {
      for action in policy.actions(for: placement) {
        for codes in [[0, 0, 0], [1, 0, 1], [1, 1, 1]] {
          let values = codes.enumerated().map { PlannerFixture.values[$0][$1] }
          let context = ContextCode(Segment(axes: axes.map(\.name), values: values))
          let exposures = random.below(30)
          let cell = PosteriorTable.Cell(exposures: exposures, rewards: exposures / (9 + random.below(6)))
          table.add(cell, to: .init(placement: placement.code, action: action.code, context: context))
        }
      }
    }
    return table
  }

  static func overlay(_ census: Census) -> Overlay {
    let segment = census.segment(of: census.entries[3].key)
    let evidence = Claim.Evidence(
      tool: "catalog_changes", query: ["brand": "nike"], rows: [["product": "p2"]],
      asOf: Instant(milliseconds: 1_777_629_600_000))
    return Overlay(
      segment: segment.id, placement: "home", author: "rules",
      claims: [
        Claim(
          code: "new-in-brand", statement: "A new jacket.", evidence: [evidence], prediction: "More clicks.",
          horizonHours: 24)
      ],
      effects: [
        .init(
          part: ActionPart(creative: "brand-news", offer: nil), direction: .boost, strength: .large,
          claim: "new-in-brand"),
        .init(
          part: ActionPart(creative: "bestsellers", offer: "ten"), direction: .suppress, strength: .small,
          claim: "new-in-brand"),
      ], note: "One of two new things.")
  }

  static func input(_ change: (inout PlannerInput) -> Void = { _ in }) throws -> PlannerInput {
    let policy = try policy()
    let census = census()
    var input = PlannerInput(
      cycle: 7, at: Instant(milliseconds: 1_777_629_600_000), position: 4_711,
      previous: String(repeating: "ab", count: 32),
      policy: policy, utcOffsetSeconds: 7_200, census: census,
      spendCuts: SpendCuts(p50: Money(10), p90: Money(99), p99: Money(units: Money.scale * 1_234 / 10)),
      catalog: catalog(),
      posterior: posterior(policy), offerOrders: ["ten": 4], spellings: ["nike": "Nike", "shoes": "Shoes"],
      overlays: [overlay(census)])
    change(&input)
    return input
  }

  static func decisions(_ book: DecisionBook) throws -> [Decision] {
    try book.records.sorted { $0.key < $1.key }.map { _, bytes in
      guard let decision = Decision(json: try JSONParser.parse(bytes)) else {
        throw ConfigurationError(path: "", message: "a record cannot be read back")
      }
      return decision
    }
  }
}
