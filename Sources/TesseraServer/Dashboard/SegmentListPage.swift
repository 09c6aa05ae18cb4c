import TesseraModel
import TesseraRuntime
import TesseraSegments

/// All decided segments: searched, filtered, sorted, in pages.
struct SegmentListPage {
  let engine: Engine

  /// Rows on a page.
  static let pageSize = 50

  private static let template = DashboardPage.template(
    """
    <h1>Segments</h1>
    <p>{{total}} segments were decided in this cycle. A coarser segment stands in where too few active people share all axes.</p>
    <form method="get" action="/segments"><label>Words in the description<input name="q" value="{{q}}"></label>
    <label>Axis<select name="axis"><option value="">any axis</option>{{#axes}}<option{{#on}} selected{{/on}}>{{name}}</option>{{/axes}}</select></label>
    <label>Value<input name="value" value="{{value}}"></label>
    <label>Sort by<select name="sort">{{#sorts}}<option value="{{key}}"{{#on}} selected{{/on}}>{{name}}</option>{{/sorts}}</select></label>
    <button type="submit">Show</button><a class="button" href="/segments/random">Sample one at random</a></form>
    {{#none}}<p>No segment matches. <a href="/segments">Show all</a>.</p>{{/none}}
    {{^none}}<div class="scroll" tabindex="0" role="region" aria-label="Segments"><table><thead><tr><th scope="col">Segment</th><th scope="col" class="n">Active</th>
    {{#placements}}<th scope="col">{{.}}</th>{{/placements}}</tr></thead><tbody>{{#rows}}<tr><td><a href="/segments/{{id}}">{{description}}</a></td>
    <td class="n">{{members}}</td>{{#leads}}<td>{{.}}</td>{{/leads}}</tr>{{/rows}}</tbody></table></div>{{/none}}
    <p>{{#previous}}<a href="{{.}}">Previous page</a>{{/previous}} {{#next}}<a href="{{.}}">Next page</a>{{/next}}</p>
    """)

  func page(_ call: Call) async throws -> DashboardPage {
    var filter = SegmentFilter()
    filter.search = call.query("q") ?? ""
    let axis = call.query("axis") ?? ""
    let value = call.query("value") ?? ""
    if engine.space.names.contains(axis), !value.isEmpty { filter.axes = [(axis, value)] }
    filter.order = call.query("sort").flatMap { SegmentFilter.Order(rawValue: $0) } ?? .members
    let cursor = max(0, call.query("cursor").flatMap { Int($0) } ?? 0)
    let (rows, total) = try await engine.segments(filter, cursor: cursor, limit: SegmentListPage.pageSize)
    func address(_ cursor: Int) -> String {
      let parts = [
        ("q", filter.search), ("axis", axis), ("value", value), ("sort", filter.order.rawValue),
        ("cursor", String(cursor)),
      ]
      return "/segments?" + parts.map { "\($0)=\(SegmentListPage.encoded($1))" }.joined(separator: "&")
    }
    var values: [String: Any] = [
      "total": total, "q": filter.search, "value": value, "placements": engine.policy.placements.map(\.id),
      "axes": engine.space.names.map { ["name": $0, "on": $0 == axis] as [String: Any] },
      "sorts": [("members", "size"), ("description", "description"), ("level", "how fine")].map {
        ["key": $0.0, "name": $0.1, "on": $0.0 == filter.order.rawValue] as [String: Any]
      },
      "rows": rows.map(SegmentListPage.row), "none": rows.isEmpty,
    ]
    if cursor > 0 { values["previous"] = address(max(0, cursor - SegmentListPage.pageSize)) }
    if cursor + rows.count < total { values["next"] = address(cursor + rows.count) }
    return DashboardPage(
      section: "Segments", title: "Segments", content: DashboardPage.render(SegmentListPage.template, values))
  }

  static func row(_ json: JSONValue) -> [String: Any] {
    let leads = (json["decisions"]?.elements ?? []).map { decision -> String in
      guard decision["action"].map({ !$0.isNull }) ?? false else { return "nothing eligible" }
      return "\(DashboardText.action(decision["action"])) \(DashboardText.percent(decision["propensity"]?.double))"
    }
    return [
      "id": json["id"]?.text ?? "", "description": json["description"]?.text ?? "",
      "members": DashboardText.number(json["members"]), "leads": leads,
    ]
  }

  private static func encoded(_ text: String) -> String {
    var out = ""
    for b in text.utf8 {
      let isPlain = (48...57).contains(b) || (65...90).contains(b) || (97...122).contains(b) || b == 45
      out += isPlain ? String(UnicodeScalar(b)) : "%" + TextEncoding.hexadecimal([b]).uppercased()
    }
    return out
  }
}
