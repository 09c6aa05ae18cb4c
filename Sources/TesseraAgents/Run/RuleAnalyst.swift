package import TesseraModel

/// The built-in analyst: fixed rules over the same digest, the same tools and the same contract as a language model. It
/// claims no insight; its name says what it is.
package struct RuleAnalyst: Sendable {
  package static let name = "rules"

  /// News older than a week is none.
  static let sinceHours = 168
  static let returnWindowDays = 180

  package init() {}

  /// Looks at a segment: asks what it needs and answers.
  /// - Parameter call: carries a tool call out; a replay reads it from the record.
  package func look(
    _ brief: SegmentBrief, call: (_ name: String, _ arguments: JSONValue, _ number: Int) -> ToolExchange
  ) -> (answer: AgentAnswer, exchanges: [ToolExchange]) {
    var exchanges: [ToolExchange] = []
    for asked in calls(for: brief) { exchanges.append(call(asked.tool, asked.arguments, exchanges.count + 1)) }
    var effects: [ArmEffect] = []
    var said: [String] = []
    for (i, change) in brief.digest.changes.enumerated() {
      let id = "e\(i + 1)"
      for effect in answer(to: change, id: id, brief, exchanges)
      where !effects.contains(where: { $0.arm == effect.arm }) && effects.count < Overlay.effectsMax {
        effects.append(effect)
        if !said.contains(effect.reason) { said.append(effect.reason) }
      }
    }
    guard !effects.isEmpty else { return (.noChange(brief.segment.id, "Nothing new for this segment."), exchanges) }
    let answer = AgentAnswer(
      segment: brief.segment.id, verdict: .supplement, summary: said.joined(separator: " "), effects: effects)
    return (answer, exchanges)
  }

  private func calls(for brief: SegmentBrief) -> [(tool: String, arguments: JSONValue)] {
    let kinds = Set(brief.digest.changes.map(\.kind))
    var plan: [(tool: String, arguments: JSONValue)] = []
    func news(_ brand: String?, _ category: String?) -> JSONValue {
      [
        "kinds": ["new", "restock", "markdown"], "brand": .optional(brand), "category": .optional(category),
        "since_hours": .integer(RuleAnalyst.sinceHours), "limit": 10,
      ]
    }
    let isNews = !kinds.isDisjoint(with: [.new, .restock, .markdown])
    if isNews, let brand = brief.brand { plan.append(("catalog_changes", news(brand, nil))) }
    if isNews, let category = brief.category { plan.append(("catalog_changes", news(nil, category))) }
    if kinds.contains(.returns), let category = brief.category {
      plan.append(
        (
          "return_rates",
          [
            "group_by": "brand", "brand": .null, "category": .string(category),
            "window_days": .integer(RuleAnalyst.returnWindowDays), "limit": 5,
          ]
        ))
    }
    return plan
  }

  private func answer(
    to change: DigestChange, id: String, _ brief: SegmentBrief, _ exchanges: [ToolExchange]
  ) -> [ArmEffect] {
    let arms = brief.arms.map(\.arm)
    let isOfBrand = change.facts["brand"] != nil
    let about = arms.filter { isOfBrand ? $0.speaksOfBrand : $0.speaksOfCategory }
    let rows = exchanges.filter {
      $0.tool == "catalog_changes" && $0.arguments[isOfBrand ? "brand" : "category"]?.text != nil
    }
    .flatMap { exchange in exchange.answer.rows.indices.prefix(3).map { "t\(exchange.number)r\($0 + 1)" } }
    let said = change.facts["said"]?.text ?? ""
    func effect(
      _ arm: ArmTable.Arm, _ kind: ArmEffect.Kind, _ strength: Overlay.Strength, _ code: ReasonCode, hours: Int,
      evidence: [String]
    ) -> ArmEffect {
      ArmEffect(
        arm: arm.id, kind: kind, strength: strength, confidence: "medium", reasonCode: code, reason: said,
        evidence: evidence, expiresHours: hours)
    }
    let strength: Overlay.Strength = (change.facts["count"]?.integer ?? 1) >= 3 ? .medium : .small
    switch change.kind {
    case .new: return about.map { effect($0, .boost, strength, .newProduct, hours: 72, evidence: [id] + rows) }
    case .restock: return about.map { effect($0, .boost, strength, .restock, hours: 24, evidence: [id] + rows) }
    case .markdown: return about.map { effect($0, .boost, strength, .markdown, hours: 48, evidence: [id] + rows) }
    case .returns:
      return about.map { effect($0, .suppress, .small, .highReturns, hours: 168, evidence: [id]) }
    case .budget:
      let offer = change.facts["offer"]?.text
      return arms.filter { $0.hasOffer && $0.part.offer == offer }
        .map { effect($0, .suppress, .small, .offerNotNeeded, hours: 24, evidence: [id]) }
    case .removed, .priceUp, .lowStock, .armShift: return []
    }
  }
}
