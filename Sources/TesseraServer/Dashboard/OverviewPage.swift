import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraStorage

/// The first page: the cycle in force and what it covers.
struct OverviewPage {
  let engine: Engine

  private static let template = DashboardPage.template(
    """
    <h1>{{shop}}</h1>
    {{^hasBook}}<p>There is no decision book yet. This page will show who is active, what was decided for them this hour and why.</p>
    <p>Send facts to <code>POST /v1/events</code> or run <code>tessera import</code>, then run <code>tessera cycle</code>; while
    <code>tessera serve</code> runs, a cycle also starts by itself at every full hour.</p>{{/hasBook}}
    {{#hasBook}}<p>Cycle <a href="/cycles/{{cycle}}">{{cycle}}</a> is in force, as of {{at}}. Decisions come from a bandit that learns hour by hour;
    the analyst beside it is {{analyst}}.</p>
    <ul class="figures">{{#figures}}<li><b>{{value}}</b> <span>{{name}}</span></li>{{/figures}}</ul>
    <p><a class="button" href="/segments/random">Sample a segment at random</a></p>
    <h2>Largest segments</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Largest segments"><table><thead><tr><th scope="col">Segment</th>
    <th scope="col" class="n">Active</th>{{#placements}}<th scope="col">{{.}}</th>{{/placements}}</tr></thead><tbody>
    {{#segments}}<tr><td><a href="/segments/{{id}}">{{description}}</a></td><td class="n">{{members}}</td>{{#leads}}<td>{{.}}</td>{{/leads}}</tr>{{/segments}}
    </tbody></table></div>
    <h2>The last cycles</h2>
    <svg role="img" aria-label="{{chartLabel}}" viewBox="0 0 {{chartWidth}} 80" width="{{chartWidth}}" height="80">
    {{#bars}}<rect class="bar" x="{{x}}" y="{{y}}" width="10" height="{{height}}"></rect>{{/bars}}</svg>
    <details><summary>The same as a table</summary><table><thead><tr><th scope="col">Cycle</th><th scope="col" class="n">Segments decided</th>
    <th scope="col" class="n">Active customers</th></tr></thead><tbody>{{#cycles}}<tr><td><a href="/cycles/{{number}}">{{number}}</a>, {{at}}</td>
    <td class="n">{{decided}}</td><td class="n">{{active}}</td></tr>{{/cycles}}</tbody></table></details>
    <h2>Measurement groups</h2><p>{{groups}}. The same person stays in the same group; hold-out sees nothing, random sees a random eligible action.</p>
    {{/hasBook}}
    """)

  /// Cycles drawn in the chart.
  private static let cyclesShown = 48

  func page() async throws -> DashboardPage {
    let shares = engine.policy.groups
    var values: [String: Any] = [
      "shop": engine.policy.shop.name, "hasBook": false, "placements": engine.policy.placements.map(\.id),
      "groups": Group.allCases.map { "\($0.rawValue.replacing("_", with: " ")) \(shares.share(of: $0)) %" }.joined(
        separator: ", "),
    ]
    if let (row, book) = try await engine.bookInForce() {
      let offset = engine.utcOffsetSeconds(at: row.at)
      let report = row.report
      let active = report["customers_active"]?.integer ?? 0
      let rolled = report["rolled_up_customers"]?.integer ?? 0
      let runs = report["agent"]?["runs"]
      values["hasBook"] = true
      values["cycle"] = row.number
      values["at"] = DashboardText.time(.instant(row.at), offsetSeconds: offset)
      values["analyst"] =
        report["agent"]?["analyst"]?.text == "rules" ? "the built-in rules (no language model)" : "a language model"
      values["figures"] =
        [
          ("customers", DashboardText.number(report["customers"])),
          ("active customers", DashboardText.number(.integer(active))),
          ("segments populated", DashboardText.number(report["segments_populated"])),
          ("segments active", DashboardText.number(report["segments_active"])),
          ("segments decided", DashboardText.number(report["segments_decided"])),
          ("decided on all axes", DashboardText.percent(active == 0 ? nil : Double(active - rolled) / Double(active))),
          ("segments the analyst looked at", DashboardText.number(runs)),
          ("age of the book, minutes", String(max(0, row.at.age(at: engine.clock.now()) / Instant.minute))),
        ].map { ["name": $0.0, "value": $0.1] }
      let (segments, _) = try await engine.segments(SegmentFilter(), limit: 8)
      values["segments"] = segments.map(SegmentListPage.row)
      values["placements"] = book.placements
      values.merge(try await chart(offset)) { $1 }
    }
    return DashboardPage(
      section: "Overview", title: "Overview", content: DashboardPage.render(OverviewPage.template, values))
  }

  private func chart(_ offset: Int) async throws -> [String: Any] {
    let cycles = try await engine.cycles(before: nil, limit: OverviewPage.cyclesShown)
      .filter { $0["status"]?.text == "published" }
    let counts = cycles.reversed().map { $0["segments_decided"]?.integer ?? 0 }
    let top = max(1, counts.max() ?? 1)
    let bars = counts.enumerated().map { i, count -> [String: Any] in
      let height = max(1, count * 76 / top)
      return ["x": i * 14, "y": 80 - height, "height": height]
    }
    let rows = cycles.map { cycle -> [String: Any] in
      [
        "number": cycle["cycle"]?.integer ?? 0, "at": DashboardText.time(cycle["at"], offsetSeconds: offset),
        "decided": DashboardText.number(cycle["segments_decided"]),
        "active": DashboardText.number(cycle["customers_active"]),
      ]
    }
    return [
      "bars": bars, "cycles": rows, "chartWidth": max(14, counts.count * 14),
      "chartLabel":
        "Segments decided in the last \(counts.count) cycles, from \(counts.min() ?? 0) to \(counts.max() ?? 0)",
    ]
  }
}
