/// What the marketer has decided: placements, action bank, guardrails, measurement. Recorded with every cycle, so that
/// its book can be rebuilt.
package struct Policy: Sendable, Equatable {
  package var shop: Shop
  /// How customers are told apart.
  package var axes: [AxisDefinition]
  package var segments: SegmentRules
  package var groups: GroupShares
  package var bandit: BanditRules
  package var agent: AgentRules
  package var guardrails: GuardrailRules
  package var placements: [PlacementPolicy]
  package var creatives: [Creative]
  package var offers: [Offer]

  /// The top-level settings that make up the policy; the rest of a configuration file belongs to the server.
  package static let keys = [
    "shop", "axes", "segments", "groups", "bandit", "agent", "guardrails", "placements", "creatives", "offers",
  ]

  /// - Parameter box: the axes that can be used by name; its defaults are in use where the policy names none.
  package init(json: JSONValue, box: AxisBox) throws(ConfigurationError) {
    let reader = try ConfigurationReader(json, path: "", keys: Policy.keys)
    shop = try Shop(json: reader.object["shop"])
    axes =
      try reader.value("axes").map { value throws(ConfigurationError) in
        try AxisReader.definitions(value, box: box.definitions)
      } ?? box.defaults
    segments = try SegmentRules(json: reader.object["segments"])
    groups = try GroupShares(json: reader.object["groups"])
    bandit = try BanditRules(json: reader.object["bandit"])
    agent = try AgentRules(json: reader.object["agent"])
    guardrails = try GuardrailRules(json: reader.object["guardrails"])
    placements = []
    for item in try reader.list("placements") ?? [] { placements.append(try .init(json: item.value, path: item.path)) }
    creatives = []
    for item in try reader.list("creatives") ?? [] { creatives.append(try .init(json: item.value, path: item.path)) }
    offers = []
    for item in try reader.list("offers") ?? [] { offers.append(try .init(json: item.value, path: item.path)) }
    if !offers.contains(where: { $0.id == "none" }) { offers.insert(.none, at: 0) }
    try checkReferences()
  }

  package func placement(_ id: String) -> PlacementPolicy? { placements.first { $0.id == id } }
  package func creative(_ id: String) -> Creative? { creatives.first { $0.id == id } }
  package func offer(_ id: String) -> Offer? { offers.first { $0.id == id } }

  /// Every action that a placement could ever use, in canonical order.
  package func actions(for placement: PlacementPolicy) -> [Action] {
    var out: [Action] = []
    for creative in creatives where creative.placements.contains(placement.id) {
      for offer in offers where offer.placements.isEmpty || offer.placements.contains(placement.id) {
        out.append(Action(creative: creative.id, offer: offer.id, channel: placement.channel))
      }
    }
    if placement.mayDoNothing { out.append(.nothing(channel: placement.channel)) }
    return out.sorted()
  }

  package var json: JSONValue {
    [
      "shop": shop.json, "axes": .array(axes.map(\.json)), "segments": segments.json, "groups": groups.json,
      "bandit": bandit.json, "agent": agent.json,
      "guardrails": guardrails.json, "placements": .array(placements.map(\.json)),
      "creatives": .array(creatives.map(\.json)), "offers": .array(offers.map(\.json)),
    ]
  }

  private func checkReferences() throws(ConfigurationError) {
    guard !placements.isEmpty else {
      throw ConfigurationError(path: "placements", message: "name at least one placement")
    }
    try checkUnique(placements.map(\.id), "placements")
    try checkUnique(creatives.map(\.id), "creatives")
    try checkUnique(offers.map(\.id), "offers")
    if let i = creatives.firstIndex(where: { $0.id == Action.nothingCreative }) {
      throw ConfigurationError(
        path: "creatives[\(i)].id", message: "\"nothing\" is the action of showing nothing; use another id")
    }
    let ids = placements.map(\.id)
    for (i, creative) in creatives.enumerated() {
      try checkKnown(creative.placements, among: ids, path: "creatives[\(i)].placements", what: "placement")
      if let parent = creative.parent {
        let others = creatives.filter { $0.id != creative.id && $0.parent == nil }.map(\.id)
        try checkKnown([parent], among: others, path: "creatives[\(i)].variant_of", what: "creative of its own")
      }
      for (axis, values) in creative.onlyFor {
        try checkKnown([axis], among: axes.map(\.name), path: "creatives[\(i)].only_for", what: "axis")
        let words = axes.first { $0.name == axis }?.words ?? []
        if words.count > 1 {
          try checkKnown(values, among: words, path: "creatives[\(i)].only_for.\(axis)", what: "value")
        }
      }
    }
    for (i, offer) in offers.enumerated() {
      try checkKnown(offer.placements, among: ids, path: "offers[\(i)].placements", what: "placement")
    }
    for (i, placement) in placements.enumerated() {
      guard let usual = placement.businessAsUsual else { continue }
      let known = creatives.filter { $0.placements.contains(placement.id) }.map(\.id)
      try checkKnown(
        [usual], among: known, path: "placements[\(i)].business_as_usual", what: "creative of this placement")
    }
  }

  private func checkUnique(_ ids: [String], _ path: String) throws(ConfigurationError) {
    var seen: Set<String> = []
    for id in ids where !seen.insert(id).inserted {
      throw ConfigurationError(path: path, message: "the id \"\(id)\" is used twice")
    }
  }

  private func checkKnown(
    _ names: [String], among known: [String], path: String, what: String
  ) throws(ConfigurationError) {
    for name in names where !known.contains(name) {
      let hint = NearestName.suggestion(for: name, among: known)
      throw ConfigurationError(path: path, message: "there is no \(what) \"\(name)\"\(hint)")
    }
  }
}
