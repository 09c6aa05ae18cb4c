import TesseraModel

/// A decision's record as a page shows it: what leads, every eligible action with reasons, what was excluded and why.
struct DecisionView {
  struct Arm {
    let action: String
    let isLead: Bool
    /// Propensity without and with the overlay.
    let off: String
    let offWidth: Int
    let on: String
    /// By how much the overlay moves it, in points.
    let shift: String?
    let score: String
    let interval: String
    let terms: [String]
    let exposures: String
    let rewards: String
    /// The interval's bar and the score's mark on a scale of `scaleWidth`.
    let low: Int
    let width: Int
    let mid: Int
  }

  struct Exclusion {
    let code: String
    let reason: String
    let actions: String
  }

  let id: String
  let placement: String
  let reward: String
  let lead: String
  let summary: String
  let eligible: String
  let isEmpty: Bool
  /// What would put another action first, in a sentence.
  let flip: String?
  let terms: [String]
  let arms: [Arm]
  let hasExclusions: Bool
  let excluded: String
  let exclusions: [Exclusion]
  let overlay: OverlayView?
  let record: String
  let thin = DashboardText.thin

  /// Units across an interval's picture.
  static let scaleWidth = 160.0
  /// Actions named after the leading one.
  private static let runnersUp = 2

  /// - Parameters:
  ///   - json: the record with its id.
  ///   - agentShare: per cent of customers decided with the overlay.
  init?(_ json: JSONValue, agentShare: Int, offsetSeconds: Int) {
    guard let placement = json["placement"]?.text else { return nil }
    let sorted = (json["arms"]?.elements ?? []).sorted { DecisionView.off($0) > DecisionView.off($1) }
    let scale = sorted.compactMap { $0["interval"]?.elements?.last?.double }.max() ?? 0
    // A column of noughts says nothing.
    let terms = (sorted.first?["terms"]?.members?.names ?? []).filter { name in
      name == "this segment" || sorted.contains { ($0["terms"]?[name]?.double ?? 0).magnitude >= 0.000_5 }
    }
    let excluded = json["excluded"]?.elements ?? []
    let isMoney = ["revenue", "margin"].contains(json["reward"]?.text ?? "")
    flip = DecisionView.flip(json["flip"], isMoney: isMoney)
    self.placement = placement
    id = json["id"]?.text ?? ""
    reward = json["reward"]?.text ?? ""
    self.terms = terms
    // Before anything is learned the bandit prefers nothing, and the order is that of the names.
    let isTie = sorted.count > 1 && sorted.allSatisfy { DecisionView.off($0) >> 8 == DecisionView.off(sorted[0]) >> 8 }
    lead = isTie ? "\(sorted.count) actions alike" : DashboardText.action(sorted.first?["action"])
    arms = sorted.enumerated().map { i, arm in
      DecisionView.arm(arm, isLead: i == 0 && !isTie, terms: terms, scale: max(scale, 1e-9), isMoney: isMoney)
    }
    isEmpty = sorted.isEmpty
    eligible = DashboardText.count(sorted.count, "eligible action")
    summary = isTie ? DecisionView.tie(sorted) : DecisionView.summary(sorted)
    exclusions = DecisionView.grouped(excluded)
    hasExclusions = !excluded.isEmpty
    self.excluded = DashboardText.count(excluded.count, "action") + " not eligible"
    overlay = json["overlay"].flatMap { OverlayView($0, share: agentShare, offsetSeconds: offsetSeconds) }
    record = JSONWriter.pretty(json)
  }

  private static func flip(_ json: JSONValue?, isMoney: Bool) -> String? {
    guard let json, let views = json["views"]?.integer, let rewards = json["rewards"]?.double,
      let expected = json["expected"]?.double
    else { return nil }
    let action = DashboardText.action(json["action"])
    if isMoney {
      return
        "\(action) gets the highest score if its next \(views) views here earn \(DashboardText.amount(rewards)) or more; "
        + "\(DashboardText.amount(expected)) is expected."
    }
    return
      "\(action) gets the highest score if it gets \(DashboardText.count(Int(rewards), "reward")) in its next \(views) views "
      + "here; \(Int(expected)) \(expected == 1 ? "is" : "are") expected."
  }

  private static func off(_ arm: JSONValue) -> Int { arm["propensity_off"]?.integer ?? 0 }
  private static func on(_ arm: JSONValue) -> Int { arm["propensity_on"]?.integer ?? 0 }

  private static func tie(_ sorted: [JSONValue]) -> String {
    let share = DashboardText.percent(DashboardText.propensity(sorted[0]["propensity_off"]))
    return "All \(sorted.count) actions have the same propensity, \(share): nothing is known yet that tells them apart "
      + "here, and they stand in the order of their names" + withOverlay(sorted) + "."
  }

  /// The decision in words: the leading action, what the overlay makes of it, and the runners-up.
  private static func summary(_ sorted: [JSONValue]) -> String {
    guard let first = sorted.first else { return "" }
    let share = DashboardText.percent(DashboardText.propensity(first["propensity_off"]))
    var text = "\(DashboardText.action(first["action"])) leads with a propensity of \(share)"
    text += withOverlay(sorted)
    let others = sorted.dropFirst().prefix(runnersUp).map {
      "\(DashboardText.action($0["action"])) (\(DashboardText.percent(DashboardText.propensity($0["propensity_off"]))))"
    }
    if !others.isEmpty { text += ". Runners-up: " + others.joined(separator: ", ") }
    return text + "."
  }

  /// What leads with the overlay; empty where the overlay moves nothing.
  private static func withOverlay(_ sorted: [JSONValue]) -> String {
    guard let first = sorted.first, let lead = sorted.max(by: { on($0) < on($1) }),
      sorted.contains(where: { on($0) != off($0) })
    else { return "" }
    let name = DashboardText.action(on(lead) == on(first) ? first["action"] : lead["action"])
    return "; with the overlay \(name) has \(DashboardText.percent(DashboardText.propensity(lead["propensity_on"])))"
  }

  private static func arm(_ json: JSONValue, isLead: Bool, terms: [String], scale: Double, isMoney: Bool) -> Arm {
    let unit = isMoney ? DashboardText.amount : DashboardText.percent
    let bounds = json["interval"]?.elements?.compactMap(\.double) ?? []
    let (least, most) = (bounds.first ?? 0, bounds.last ?? 0)
    let score = json["score"]?.double ?? 0
    let (off, on) = (
      DashboardText.propensity(json["propensity_off"]) ?? 0, DashboardText.propensity(json["propensity_on"]) ?? 0
    )
    let tenths = Int(((on - off) * 1_000).rounded())
    let shift = tenths == 0 ? nil : "\(tenths < 0 ? "−" : "+")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    func place(_ x: Double) -> Int { Int((min(max(x, 0), scale) / scale * (scaleWidth - 2)).rounded()) }
    return Arm(
      action: DashboardText.action(json["action"]), isLead: isLead, off: DashboardText.percent(off),
      offWidth: Int((off * 100).rounded()), on: DashboardText.percent(on), shift: shift,
      score: unit(score), interval: "\(unit(least)) to \(unit(most))",
      terms: terms.map { unit(json["terms"]?[$0]?.double) },
      exposures: DashboardText.number(json["exposures"]), rewards: DashboardText.number(json["rewards"]),
      low: place(least), width: max(2, place(most) - place(least)), mid: place(score))
  }

  /// Exclusions by reason, in the order in which reasons first come.
  private static func grouped(_ items: [JSONValue]) -> [Exclusion] {
    var order: [String] = []
    var groups: [String: (code: String, actions: [String])] = [:]
    for item in items {
      let reason = item["reason"]?.text ?? ""
      if groups[reason] == nil {
        order.append(reason)
        groups[reason] = (item["code"]?.text ?? "", [])
      }
      groups[reason]?.actions.append(DashboardText.action(item["action"]))
    }
    return order.map { reason in
      let group = groups[reason] ?? ("", [])
      return Exclusion(code: group.code, reason: reason, actions: group.actions.joined(separator: ", "))
    }
  }
}

/// An overlay as a page shows it: claims with their evidence, and effects.
struct OverlayView {
  struct Claim {
    let statement: String
    let code: String
    let prediction: String
    let horizon: String
    let evidence: [Evidence]
  }

  struct Evidence {
    struct Row {
      let cells: [String]
    }

    let tool: String
    let query: String
    let count: String
    let asOf: String
    let hash: String
    let hasRows: Bool
    let columns: [String]
    let rows: [Row]
  }

  struct Effect {
    let direction: String
    let creative: String
    let strength: String
    let claim: String
  }

  let author: String
  /// The look that made it; nil in records of the time before.
  let run: String?
  let share: String
  let claims: [Claim]
  let hasEffects: Bool
  let effects: [Effect]

  init?(_ json: JSONValue, share: Int, offsetSeconds: Int) {
    guard !json.isNull else { return nil }
    author = OverviewPage.analyst(json["author"]?.text)
    run = json["run"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    self.share = "\(share)\(DashboardText.thin)%"
    claims = (json["claims"]?.elements ?? []).map { claim in
      Claim(
        statement: claim["statement"]?.text ?? "", code: claim["code"]?.text ?? "",
        prediction: claim["prediction"]?.text ?? "",
        horizon: DashboardText.age(milliseconds: Int64(claim["horizon_hours"]?.integer ?? 0) * Instant.hour),
        evidence: (claim["evidence"]?.elements ?? []).map { OverlayView.evidence($0, offsetSeconds: offsetSeconds) })
    }
    effects = (json["effects"]?.elements ?? []).map { effect in
      let offer = effect["offer"]?.text.map { " + \($0)" } ?? ""
      return Effect(
        direction: effect["direction"]?.text ?? "", creative: (effect["creative"]?.text ?? "") + offer,
        strength: effect["strength"]?.text ?? "", claim: effect["claim"]?.text ?? "")
    }
    hasEffects = !effects.isEmpty
  }

  private static func evidence(_ json: JSONValue, offsetSeconds: Int) -> Evidence {
    let rows = json["rows"]?.elements ?? []
    var columns: [String] = []
    for name in rows.flatMap({ $0.members?.names ?? [] }) where !columns.contains(name) { columns.append(name) }
    return Evidence(
      tool: json["tool"]?.text ?? "", query: JSONWriter.text(json["query"] ?? .null),
      count: DashboardText.count(rows.count, "row"),
      asOf: DashboardText.time(DashboardText.instant(json["as_of"]), offsetSeconds: offsetSeconds),
      hash: json["hash"]?.text ?? "", hasRows: !rows.isEmpty && !columns.isEmpty, columns: columns,
      rows: rows.map { row in Evidence.Row(cells: columns.map { DashboardText.cell(row[$0]) }) })
  }
}
