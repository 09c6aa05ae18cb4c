import TesseraModel

/// The built-in analyst: fixed rules over the same tools and the same contract as a language model. It claims no
/// insight; its name says what it is.
package struct RuleAnalyst: SegmentAnalyst {
  package let name = "rules"

  /// News older than a week is none.
  static let sinceHours = 168
  static let returnWindowDays = 180
  /// Returns are worth a word when at least this many times the shop's.
  static let returnRatio = 1.5

  package init() {}

  package func next(_ brief: SegmentBrief, _ exchanges: [ToolExchange]) async -> AnalystStep {
    let plan = calls(for: brief)
    if exchanges.count < plan.count {
      return .call(tool: plan[exchanges.count].tool, arguments: plan[exchanges.count].arguments)
    }
    return .finish(conclude(brief, exchanges))
  }

  private func calls(for brief: SegmentBrief) -> [(tool: String, arguments: JSONValue)] {
    var plan: [(tool: String, arguments: JSONValue)] = []
    if let brand = brief.brand, brief.arms.contains(where: \.speaksOfBrand) {
      plan.append(("catalog_changes", ["brand": .string(brand), "since_hours": .integer(RuleAnalyst.sinceHours)]))
    }
    if let category = brief.category, brief.arms.contains(where: \.speaksOfCategory) {
      plan.append(
        ("catalog_changes", ["category": .string(category), "since_hours": .integer(RuleAnalyst.sinceHours)]))
      plan.append(
        ("return_rates", ["category": .string(category), "window_days": .integer(RuleAnalyst.returnWindowDays)]))
    }
    if !plan.isEmpty { plan.append(("arm_results", ["scope": "segment"])) }
    return plan
  }

  private func conclude(_ brief: SegmentBrief, _ exchanges: [ToolExchange]) -> AnalystAnswer {
    var claims: [Claim] = []
    var effects: [Overlay.Effect] = []
    for exchange in exchanges where exchange.tool == "catalog_changes" {
      let isBrand = exchange.arguments["brand"] != nil
      let scope = isBrand ? brief.brand : brief.category
      guard let news = news(exchange, scope: scope ?? "") else { continue }
      claims.append(news.claim)
      let creatives = brief.arms.filter { isBrand ? $0.speaksOfBrand : $0.speaksOfCategory }.map(\.action.creative)
      for creative in Set(creatives).sorted() where !effects.contains(where: { $0.creative == creative }) {
        effects.append(
          Overlay.Effect(creative: creative, offer: nil, isBoost: true, strength: news.strength, claim: news.claim.code)
        )
      }
    }
    for exchange in exchanges where exchange.tool == "return_rates" {
      guard let claim = returns(exchange, scope: brief.category ?? "") else { continue }
      claims.append(claim)
      for creative in Set(brief.arms.filter(\.speaksOfCategory).map(\.action.creative)).sorted()
      where !effects.contains(where: { $0.creative == creative }) {
        effects.append(
          Overlay.Effect(creative: creative, offer: nil, isBoost: false, strength: .small, claim: claim.code))
      }
    }
    let note = claims.isEmpty ? "Nothing new for this segment." : claims.map(\.statement).joined(separator: " ")
    return AnalystAnswer(claims: claims, effects: effects, note: note)
  }

  private func news(_ exchange: ToolExchange, scope: String) -> (claim: Claim, strength: Overlay.Strength)? {
    func count(_ kind: String) -> Int { exchange.answer.rows.count { $0["kind"]?.text == kind } }
    let (new, restocked, reduced) = (count("new"), count("restocked"), count("reduced"))
    let total = new + restocked + reduced
    guard total > 0 else { return nil }
    var parts: [String] = []
    if new > 0 { parts.append("\(new) new") }
    if restocked > 0 { parts.append("\(restocked) back in stock") }
    if reduced > 0 { parts.append("\(reduced) reduced") }
    let claim = Claim(
      code: exchange.arguments["brand"] != nil ? "news-in-brand" : "news-in-category",
      statement: "\(scope): \(parts.joined(separator: ", ")) within 7 days.", evidence: [exchange.evidence],
      prediction: "Creatives that speak of \(scope) earn at least 15 % more here than they did.", horizonHours: 72)
    return (claim, total >= 3 ? .medium : .small)
  }

  private func returns(_ exchange: ToolExchange, scope: String) -> Claim? {
    guard exchange.answer.rows.count == 2, let own = exchange.answer.rows[0]["rate"]?.double,
      let shop = exchange.answer.rows[1]["rate"]?.double, shop > 0, own >= shop * RuleAnalyst.returnRatio
    else { return nil }
    return Claim(
      code: "often-returned",
      statement: "\(scope): \(percent(own)) of lines come back, against \(percent(shop)) in the shop.",
      evidence: [exchange.evidence], prediction: "The return rate stays above the shop's.", horizonHours: 720)
  }

  private func percent(_ rate: Double) -> String {
    let tenths = Int((rate * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
