import TesseraModel
import TesseraRuntime

/// One segment: who, how many, what was decided this hour and why.
struct SegmentPage {
  let engine: Engine

  private static let template = DashboardPage.template(
    """
    <h1>{{description}}</h1>
    <p><b>{{members}}</b> active customers in cycle <a href="/cycles/{{cycle}}">{{cycle}}</a>, as of {{at}}. <span class="soft">{{id}}</span></p>
    <ul class="chips" aria-label="Axes">{{#axes}}<li{{#any}} class="any"{{/any}}>{{name}}: {{value}}</li>{{/axes}}</ul>
    {{#rolledUp}}<p>Too few people share all these values, so they are decided for with a coarser segment:
    <a href="/segments/{{id}}">{{description}}</a>.</p>{{/rolledUp}}
    {{{decisions}}}
    {{#hasHistory}}<h2>Hour by hour</h2><div class="scroll" tabindex="0" role="region" aria-label="History"><table><thead><tr><th scope="col">Cycle</th>
    <th scope="col" class="n">Active</th><th scope="col">Leading actions</th></tr></thead><tbody>{{#history}}<tr><td><a href="/cycles/{{cycle}}">{{cycle}}</a>, {{at}}</td>
    <td class="n">{{members}}</td><td>{{leads}}</td></tr>{{/history}}</tbody></table></div>{{/hasHistory}}
    <p><a href="/segments/{{id}}.json">This segment as JSON</a> · <a href="/segments/random">Another at random</a></p>
    """)

  func page(_ id: String) async throws -> DashboardPage {
    let json = try await engine.segment(id)
    let at = json["at"]?.text.flatMap { try? Instant(parsing: $0) } ?? engine.clock.now()
    let offset = engine.utcOffsetSeconds(at: at)
    var values: [String: Any] = [
      "id": id, "description": json["description"]?.text ?? "", "members": DashboardText.number(json["members"]),
      "cycle": json["cycle"]?.integer ?? 0, "at": DashboardText.time(json["at"], offsetSeconds: offset),
      "axes": (json["axes"]?.members?.members ?? []).map {
        ["name": $0.name, "value": $0.value.text ?? "", "any": $0.value.text == "any"] as [String: Any]
      },
      "decisions": (json["records"]?.elements ?? []).map { DecisionPart.html($0, level: 2) }.joined(),
    ]
    if let up = json["rolled_up_to"] {
      values["rolledUp"] = ["id": up["id"]?.text ?? "", "description": up["description"]?.text ?? ""]
    }
    let history = try await engine.history(ofSegment: id, limit: 24)
    values["hasHistory"] = !history.isEmpty
    values["history"] = history.map { row -> [String: Any] in
      let leads = (row["decisions"]?.elements ?? []).map {
        "\($0["placement"]?.text ?? ""): \(DashboardText.action($0["action"])) \(DashboardText.percent($0["propensity"]?.double))"
      }
      return [
        "cycle": row["cycle"]?.integer ?? 0, "at": DashboardText.time(row["at"], offsetSeconds: offset),
        "members": DashboardText.number(row["members"]), "leads": leads.joined(separator: "; "),
      ]
    }
    return DashboardPage(
      section: "Segments", title: json["description"]?.text ?? id,
      content: DashboardPage.render(SegmentPage.template, values))
  }
}
