import TesseraModel

/// A decision's record as a part of a page: the actions with their reasons, the analyst's claims with their evidence, the record itself.
enum DecisionPart {
  private static let template = DashboardPage.template(
    """
    <section aria-label="{{placement}}"><h2>{{placement}}: {{lead}}</h2>
    {{#isEmpty}}<p>No action is eligible here; the page stays as it is.</p>{{/isEmpty}}
    {{^isEmpty}}<div class="scroll" tabindex="0" role="region" aria-label="Actions of {{placement}}"><table><caption>Eligible actions, the likeliest first. Reward: {{reward}}.</caption>
    <thead><tr><th scope="col">Action</th><th scope="col" class="n">Propensity</th><th scope="col" class="n">with the agent</th><th scope="col" class="n">Score</th>
    <th scope="col">95 % interval</th><th scope="col" class="n">Seen</th><th scope="col" class="n">Rewarded</th><th scope="col">The score is</th></tr></thead><tbody>
    {{#arms}}<tr{{#isLead}} class="lead"{{/isLead}}><td>{{action}}</td><td class="n">{{off}}</td><td class="n">{{on}}</td><td class="n">{{score}}</td>
    <td><svg role="img" aria-label="{{low}} to {{high}}" viewBox="0 0 120 14" width="120" height="14"><rect class="track" x="0" y="6" width="120" height="2"></rect>
    <rect class="bar" x="{{x}}" y="5" width="{{width}}" height="4"></rect><circle class="dot" cx="{{mid}}" cy="7" r="3"></circle></svg>{{low}} to {{high}}</td>
    <td class="n">{{seen}}</td><td class="n">{{rewarded}}</td><td>{{terms}}</td></tr>{{/arms}}</tbody></table></div>{{/isEmpty}}
    {{#hasExclusions}}<h3>Not eligible</h3><ul>{{#exclusions}}<li><b>{{actions}}</b>: {{reason}}</li>{{/exclusions}}</ul>{{/hasExclusions}}
    {{#overlay}}<h3>What the analyst claimed</h3><p class="soft">{{author}}</p>
    {{#claims}}<div class="claim"><p><b>{{statement}}</b></p><p>Prediction: {{prediction}}</p>{{#evidence}}<details><summary>Evidence: {{tool}} {{query}}, {{count}} rows as of {{asOf}}</summary>
    <pre tabindex="0">{{rows}}</pre><p class="soft">hash {{hash}}</p></details>{{/evidence}}</div>{{/claims}}
    <ul>{{#effects}}<li>{{direction}} <b>{{creative}}</b>, {{strength}} (from {{claim}})</li>{{/effects}}</ul>{{/overlay}}
    {{^overlay}}<p class="soft">The analyst had nothing to add here.</p>{{/overlay}}
    <details><summary>The record of {{id}}</summary><pre tabindex="0">{{record}}</pre></details></section>
    """)

  static func html(_ json: JSONValue, level: Int) -> String {
    if json.isNull { return "" }
    let arms = (json["arms"]?.elements ?? []).sorted {
      ($0["propensity_off"]?.integer ?? 0) > ($1["propensity_off"]?.integer ?? 0)
    }
    let scale = arms.compactMap { $0["interval"]?.elements?.last?.double }.max() ?? 1
    var values: [String: Any] = [
      "placement": json["placement"]?.text ?? "", "id": json["id"]?.text ?? "", "reward": json["reward"]?.text ?? "",
      "isEmpty": arms.isEmpty, "lead": arms.first.map { DashboardText.action($0["action"]) } ?? "nothing",
      "arms": arms.enumerated().map { arm($1, isLead: $0 == 0, scale: max(scale, 1e-9)) },
      "record": JSONWriter.pretty(json),
    ]
    let exclusions = grouped(json["excluded"]?.elements ?? [])
    values["hasExclusions"] = !exclusions.isEmpty
    values["exclusions"] = exclusions
    if let overlay = json["overlay"], !overlay.isNull { values["overlay"] = claims(overlay) }
    return DashboardPage.render(template, values)
  }

  private static func arm(_ json: JSONValue, isLead: Bool, scale: Double) -> [String: Any] {
    let interval = json["interval"]?.elements?.compactMap(\.double) ?? [0, 0]
    let score = json["score"]?.double ?? 0
    let terms = (json["terms"]?.members?.members ?? []).map { "\(DashboardText.percent($0.value.double)) \($0.name)" }
    return [
      "action": DashboardText.action(json["action"]), "isLead": isLead,
      "off": DashboardText.percent(Propensity.double(UInt64(json["propensity_off"]?.integer ?? 0))),
      "on": DashboardText.percent(Propensity.double(UInt64(json["propensity_on"]?.integer ?? 0))),
      "score": DashboardText.percent(score), "low": DashboardText.percent(interval[0]),
      "high": DashboardText.percent(interval[1]),
      "x": Int(interval[0] / scale * 116), "width": max(2, Int((interval[1] - interval[0]) / scale * 116)),
      "mid": max(3, Int(score / scale * 116)), "seen": DashboardText.number(json["exposures"]),
      "rewarded": DashboardText.number(json["rewards"]), "terms": terms.joined(separator: " + "),
    ]
  }

  /// Exclusions by reason, each with its actions.
  private static func grouped(_ items: [JSONValue]) -> [[String: Any]] {
    var order: [String] = []
    var actions: [String: [String]] = [:]
    for item in items {
      let reason = item["reason"]?.text ?? ""
      if actions[reason] == nil { order.append(reason) }
      actions[reason, default: []].append(DashboardText.action(item["action"]))
    }
    return order.map { ["reason": $0, "actions": actions[$0]?.joined(separator: ", ") ?? ""] }
  }

  private static func claims(_ overlay: JSONValue) -> [String: Any] {
    let isRules = overlay["author"]?.text == "rules"
    let claims = (overlay["claims"]?.elements ?? []).map { claim -> [String: Any] in
      let evidence = (claim["evidence"]?.elements ?? []).map { item -> [String: Any] in
        [
          "tool": item["tool"]?.text ?? "", "query": JSONWriter.text(item["query"] ?? .null),
          "count": item["rows"]?.elements?.count ?? 0, "asOf": item["as_of"]?.text ?? "",
          "rows": (item["rows"]?.elements ?? []).map { JSONWriter.text($0) }.joined(separator: "\n"),
          "hash": item["hash"]?.text ?? "",
        ]
      }
      return [
        "statement": claim["statement"]?.text ?? "", "prediction": claim["prediction"]?.text ?? "",
        "evidence": evidence,
      ]
    }
    let effects = (overlay["effects"]?.elements ?? []).map { effect -> [String: Any] in
      [
        "direction": effect["direction"]?.text ?? "", "creative": effect["creative"]?.text ?? "",
        "strength": effect["strength"]?.text ?? "", "claim": effect["claim"]?.text ?? "",
      ]
    }
    return [
      "author": isRules
        ? "By the built-in rules; no language model was asked." : "By \(overlay["author"]?.text ?? "").",
      "claims": claims, "effects": effects,
    ]
  }
}
