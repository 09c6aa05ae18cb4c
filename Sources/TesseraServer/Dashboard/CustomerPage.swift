import TesseraModel
import TesseraRuntime

/// One customer: axes, segment, consents, timeline. Addresses are never shown in full.
struct CustomerPage {
  let engine: Engine

  private static let template = DashboardPage.template(
    """
    <h1>Customers</h1><form method="get" action="/customers"><label>Customer's id (~ and the id for an anonymous visitor)<input name="id" value="{{id}}" required></label><button type="submit">Look up</button></form>
    {{#missing}}<p role="status">There is no customer “{{.}}”.</p>{{/missing}}
    {{#found}}<h2>{{name}}</h2><p>Now: {{description}}. <a href="/segments/{{segment}}">This segment</a></p>
    <ul class="chips" aria-label="Axes">{{#axes}}<li>{{name}}: {{value}}</li>{{/axes}}</ul>
    <p>{{orders}} orders, net revenue of 365 days {{revenue}}. Consents: {{consents}}.</p>
    <h3>Timeline</h3><div class="scroll" tabindex="0" role="region" aria-label="Timeline"><table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Product</th></tr></thead>
    <tbody>{{#timeline}}<tr><td>{{at}}</td><td>{{kind}}</td><td>{{product}}</td></tr>{{/timeline}}</tbody></table></div>{{/found}}
    """)

  func page(_ id: String?) async throws -> DashboardPage {
    var values: [String: Any] = ["id": id ?? ""]
    if let id, !id.isEmpty {
      do throws(EngineError) { values["found"] = found(try await engine.customer(id)) } catch { values["missing"] = id }
    }
    return DashboardPage(
      section: "Customers", title: "Customers", content: DashboardPage.render(CustomerPage.template, values))
  }

  private func found(_ json: JSONValue) -> [String: Any] {
    let offset = engine.utcOffsetSeconds(at: engine.clock.now())
    let first = json["first_name"]?.text.map { "\($0.prefix(1))…" } ?? "no name"
    return [
      "name": "\(json["id"]?.text ?? "") (\(first))", "description": json["segment"]?["description"]?.text ?? "",
      "segment": json["segment"]?["id"]?.text ?? "",
      "axes": (json["segment"]?["axes"]?.members?.members ?? []).map {
        ["name": $0.name, "value": $0.value.text ?? ""]
      },
      "orders": DashboardText.number(json["orders"]), "revenue": JSONWriter.text(json["net_revenue"] ?? .null),
      "consents": (json["consents"]?.members?.members ?? []).map { "\($0.name) \($0.value.text ?? "")" }.joined(
        separator: ", "),
      "timeline": (json["timeline"]?.elements ?? []).map { event -> [String: Any] in
        [
          "at": DashboardText.time(event["at"], offsetSeconds: offset), "kind": event["kind"]?.text ?? "",
          "product": event["product"]?.text ?? "",
        ]
      },
    ]
  }
}
