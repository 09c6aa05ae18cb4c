import TesseraModel
import TesseraRuntime

/// The runs of the planner: all, and one with what it changed.
struct CyclePages {
  let engine: Engine

  private static let listTemplate = DashboardPage.template(
    """
    <h1>Cycles</h1>{{#none}}<p>No cycle has run yet: <code>tessera cycle</code> runs one.</p>{{/none}}
    {{^none}}<div class="scroll" tabindex="0" role="region" aria-label="Cycles"><table><thead><tr><th scope="col">Cycle</th><th scope="col">As of</th><th scope="col">State</th>
    <th scope="col" class="n">Customers</th><th scope="col" class="n">Active</th><th scope="col" class="n">Segments decided</th><th scope="col" class="n">Rolled up</th>
    <th scope="col" class="n">Took, ms</th></tr></thead><tbody>{{#rows}}<tr><td><a href="/cycles/{{number}}">{{number}}</a></td><td>{{at}}</td><td>{{status}}</td><td class="n">{{customers}}</td>
    <td class="n">{{active}}</td><td class="n">{{decided}}</td><td class="n">{{rolled}}</td><td class="n">{{took}}</td></tr>{{/rows}}</tbody></table></div>{{/none}}
    """)

  private static let oneTemplate = DashboardPage.template(
    """
    <h1>Cycle {{number}}</h1><p>As of {{at}}: {{decided}} segments decided for {{active}} active customers. Its book can be rebuilt and compared byte for byte:
    <code>tessera replay {{number}}</code>.</p><p class="soft">Book {{book}}</p>
    <h2>The order in which axes were relaxed</h2><ol>{{#relaxation}}<li><b>{{axis}}</b>: {{reason}}</li>{{/relaxation}}</ol>
    <h2>What changed</h2>{{^hasPrevious}}<p>This is the first cycle; there is nothing to compare it with.</p>{{/hasPrevious}}
    {{#hasPrevious}}<p>Against cycle <a href="/cycles/{{previous}}">{{previous}}</a>: {{appeared}} segments appeared, {{disappeared}} disappeared, {{changedCount}} leading actions changed.</p>
    {{#hasChanges}}<div class="scroll" tabindex="0" role="region" aria-label="Changes"><table><thead><tr><th scope="col">Segment</th><th scope="col">Placement</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Because of</th></tr></thead>
    <tbody>{{#changes}}<tr><td><a href="/segments/{{segment}}">{{description}}</a></td><td>{{placement}}</td><td>{{from}}</td><td>{{to}}</td><td>{{cause}}</td></tr>{{/changes}}</tbody></table></div>{{/hasChanges}}{{/hasPrevious}}
    <details><summary>The report</summary><pre tabindex="0">{{report}}</pre></details>
    """)

  /// Rows shown.
  private static let rowsMax = 200

  func list() async throws -> DashboardPage {
    let offset = engine.utcOffsetSeconds(at: engine.clock.now())
    let rows = try await engine.cycles(before: nil, limit: CyclePages.rowsMax).map { cycle -> [String: Any] in
      [
        "number": cycle["cycle"]?.integer ?? 0, "at": DashboardText.time(cycle["at"], offsetSeconds: offset),
        "status": cycle["status"]?.text ?? "", "customers": DashboardText.number(cycle["customers"]),
        "active": DashboardText.number(cycle["customers_active"]),
        "decided": DashboardText.number(cycle["segments_decided"]),
        "rolled": DashboardText.number(cycle["rolled_up_customers"]),
        "took": DashboardText.number(cycle["duration_ms"]),
      ]
    }
    let content = DashboardPage.render(CyclePages.listTemplate, ["rows": rows, "none": rows.isEmpty])
    return DashboardPage(section: "Cycles", title: "Cycles", content: content)
  }

  func one(_ number: Int) async throws -> DashboardPage {
    let report = try await engine.cycle(number)
    var values: [String: Any] = [
      "number": number, "report": JSONWriter.pretty(report), "book": report["book"]?.text ?? "",
      "at": DashboardText.time(report["at"], offsetSeconds: engine.utcOffsetSeconds(at: engine.clock.now())),
      "decided": DashboardText.number(report["segments_decided"]),
      "active": DashboardText.number(report["customers_active"]),
      "relaxation": try await engine.relaxation(ofCycle: number).map { ["axis": $0.axis, "reason": $0.reason] },
      "hasPrevious": false,
    ]
    if report["status"]?.text == "published" {
      let diff = try await engine.diff(ofCycle: number)
      let changes = diff["changed"]?.elements ?? []
      values["hasPrevious"] = diff["previous"].map { !$0.isNull } ?? false
      values["previous"] = diff["previous"]?.integer ?? 0
      values["appeared"] = diff["appeared"]?.elements?.count ?? 0
      values["disappeared"] = diff["disappeared"]?.elements?.count ?? 0
      values["changedCount"] = changes.count
      values["hasChanges"] = !changes.isEmpty
      values["changes"] = changes.prefix(CyclePages.rowsMax).map { change -> [String: Any] in
        [
          "segment": change["segment"]?.text ?? "", "description": change["description"]?.text ?? "",
          "placement": change["placement"]?.text ?? "", "from": DashboardText.action(change["from"]),
          "to": DashboardText.action(change["to"]), "cause": change["cause"]?.text ?? "",
        ]
      }
    }
    return DashboardPage(
      section: "Cycles", title: "Cycle \(number)", content: DashboardPage.render(CyclePages.oneTemplate, values))
  }
}
