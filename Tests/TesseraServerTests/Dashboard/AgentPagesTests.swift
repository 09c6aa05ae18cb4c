import TesseraAgents
import TesseraModel
import TesseraStorage
import Testing

@testable import TesseraServer

/// The pages of the agents as a browser gets them, and the same figures over the API.
@Suite struct AgentPagesTests {
  typealias Fixture = DashboardFixture

  private static func json(_ path: String, _ port: Int) async throws -> JSONValue {
    try JSONParser.parse(Array(try await Fixture.get(path, port).body.utf8))
  }

  @Test func aLookIsToldAsAStory() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let runs = try await Self.json("/v1/cycles/1/runs", port)["runs"]?.elements ?? []
      let run = try #require(
        runs.first { $0["segments"]?.elements?.contains { ($0["effects"]?.integer ?? 0) > 0 } ?? false })
      let path = "/agents/runs/\(run["id"]?.text ?? "")"
      let response = try await Fixture.get(path, port)
      #expect(response.status == 200)
      let html = response.body
      DashboardTests.expectWhole(html, path)
      DashboardTests.expectGuarded(response, path)
      let story = [
        "What it knew", "Why it looked", "What it asked", "What it claims", "What was refused", "What it changed",
        "What it cost", "Whether it was right",
      ]
      let places = story.compactMap { html.firstRange(of: ">\($0)</h")?.lowerBound }
      #expect(places.count == story.count && places == places.sorted())
      #expect(html.contains("this analyst had never looked at it"))
      #expect(html.contains("id=\"s1-e1\"") && html.contains("href=\"#s1-e1\""))
      #expect(html.contains("<strong>boost</strong> brand-spotlight") && html.contains("href=\"/decisions/d_"))
      #expect(html.contains("too early to tell") && html.contains("the built-in rules ask no language model"))
      // Every row that is linked to is there.
      let links = html.ranges(of: "href=\"#").map { html[$0.upperBound...].prefix { $0 != "\"" } }
      for link in links { #expect(html.contains("id=\"\(link)\""), "\(link)") }
    }
  }

  @Test func segmentsDecisionsAndCyclesLeadToTheirLooks() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let list = try await Fixture.get("/segments?q=leans", port).body
      let segment = try #require(Fixture.between("href=\"/segments/s_", "\"", in: list))
      let page = try await Fixture.get("/segments/s_" + segment, port).body
      let look = try #require(Fixture.between("href=\"/agents/runs/", "\"", in: page))
      #expect(try await Fixture.get("/agents/runs/" + look, port).status == 200)
      let looks = try await Fixture.get("/agents/runs?segment=s_" + segment, port).body
      #expect(page.contains("href=\"/agents/runs?segment=s_\(segment)\"") && looks.contains(look))
      #expect(try await Fixture.get("/cycles/1", port).body.contains("href=\"/agents/runs?cycle=1\""))
    }
  }

  @Test func withoutAModelItSaysWhatOneWouldCostAndThatItIsAnEstimate() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let html = try await Fixture.get("/agents", port).body
      #expect(html.contains("One call for each active micro-segment every hour"))
      #expect(html.contains("the built-in rules, no language model") && html.contains(">estimate</span>"))
      #expect(html.contains("With claude-haiku-5-5 it would cost about $"))
      #expect(html.contains("One call for each decided segment every hour") && html.contains("Not enough data yet"))
      let json = try await Self.json("/v1/agents", port)
      #expect(json["state"] == "working" && json["this_hour"]?["cost"] == 0)
      #expect((json["economics"]?["cost_per_month"]?.double ?? 0) > 0)
      #expect(json["economics"]?["is_estimate"] == true)
    }
  }

  @Test func naiveCostsFollowFromTheTokensMeasured() async throws {
    let fixture = try Fixture(model: AnsweringModel("{\"answers\":[]}"))
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let json = try await Self.json("/v1/agents", port)
      let economics = json["economics"]
      #expect(economics?["is_estimate"] == false && json["this_hour"]?["tokens_out"]?.integer ?? 0 > 0)
      // A thousand tokens in at $0.10 and two hundred out at $0.50 a million.
      let look = (1_000 * 0.10 + 200 * 0.50) / 1e6
      let segments = Double(json["this_hour"]?["segments_decided"]?.integer ?? 0)
      let naive = economics?["naive"]?["per_segment"]?["cost_per_month"]?.double ?? 0
      #expect(segments > 0 && abs(naive - segments * 730 * look) < 1e-6)
      let active = economics?["naive"]?["per_active_segment"]?["calls_per_month"]?.integer
      let day = try await Self.json("/v1/cycles/1", port)
      #expect(active == (day["segments_active"]?.integer ?? 0) * 730)
      let looked = Double(json["this_hour"]?["looked"]?.integer ?? 0)
      #expect(abs((economics?["cost_per_month"]?.double ?? 0) - looked * 730 * look) < 1e-6)
      let html = try await Fixture.get("/agents", port).body
      #expect(html.contains("the language model claude-haiku-5-5") && html.contains("Measured over"))
    }
  }

  @Test func aModelThatIsDownIsSaid() async throws {
    let fixture = try Fixture(model: AnsweringModel(ModelFailure(.overloaded, "<b>busy</b>", status: 529)))
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let html = try await Fixture.get("/agents", port).body
      #expect(html.contains(">in trouble</span>") && html.contains("the provider is overloaded"))
      #expect(html.contains("busy") && !html.contains("<b>busy"))
      #expect(html.contains("came to nothing: the provider was overloaded"))
      let run = try #require(Fixture.between("href=\"/agents/runs/", "\"", in: html))
      let story = try await Fixture.get("/agents/runs/" + run, port).body
      #expect(story.contains("The bandit decides alone") && story.contains("no answer came"))
      #expect(story.contains("what was sent") && story.contains("<td class=\"n\">2</td>"))
      #expect(!story.contains("<script>alert(5)") && !story.contains("<img"))
    }
  }

  @Test func whatTheStoreAndTheModelWroteIsEscaped() async throws {
    let evil = "<script>alert(9)</script>"
    let digest: JSONValue = [
      "size": 40, "active_24h": 30, "messageable": 2, "id": "s_x", "label": .string(evil),
      "arms": ["a1": [0, 0, 0, 0]],
      "funnel_7d": ["views": 9],
      "changes": [["id": "e1", "kind": "new", "said": .string(evil), "reach": .double(0.5)]],
      "last": ["at": "2026-05-01T09:00:00Z", "in_force": [], "summary": .string(evil)],
    ]
    let record: JSONValue = [
      "id": "run_evil", "cycle": 1, "at": "2026-05-01T10:00:00Z", "author": .string(evil), "contract": .string(evil),
      "has_tools": true, "shop": "",
      "segments": [
        [
          "segment": "s_x", "label": .string(evil), "gate": "changed", "value": 1, "digest": "d1",
          "answer": [
            "segment": "s_x", "summary": .string(evil),
            "accepted": [
              [
                "placement": "home_hero",
                "effect": ["creative": .string(evil), "direction": "boost", "strength": "small", "claim": "restock"],
                "claim": [
                  "code": "restock", "statement": .string(evil), "prediction": .string(evil), "horizon_hours": 24,
                  "evidence": [
                    [
                      "tool": "catalog_changes", "query": ["brand": .string(evil)], "rows": [["title": .string(evil)]],
                      "as_of": "2026-05-01T10:00:00Z",
                    ]
                  ],
                ],
              ]
            ],
            "copy": [
              [
                "arm_id": "a1", "slot_id": .string(evil), "style": .string(evil), "headline": .string(evil),
                "body": .string(evil), "evidence": [],
              ]
            ],
            "refused": [["code": "no_evidence", "detail": .string(evil)]], "flags": ["suspicious_text"],
          ],
        ]
      ],
      "tools": [
        [
          "number": 1, "tool": "catalog_changes", "arguments": ["brand": .string(evil)],
          "rows": [["title": .string(evil)]], "truncated": true, "as_of": "2026-05-01T10:00:00Z",
        ]
      ],
      "exchanges": [
        [
          "request": ["r1"], "response": "r2", "attempts": 1, "ms": 3, "end": .string(evil), "cost_nano": 5,
          "usage": [1, 0, 0, 0, 1],
        ]
      ],
    ]
    let fixture = try Fixture()
    try await fixture.fill()
    let run = StoredRun(id: "run_evil", cycle: 1, segments: ["s_x"], record: JSONWriter.bytes(record))
    try await fixture.store.put(
      runs: [run], blobs: ["d1": JSONWriter.bytes(digest), "r1": Array(evil.utf8), "r2": Array(evil.utf8)])
    try await fixture.serve { port, _ in
      for path in ["/agents/runs/run_evil", "/agents/runs", "/agents/runs?segment=s_x", "/agents"] {
        let response = try await Fixture.get(path, port)
        #expect(response.status == 200, "\(path)")
        #expect(!response.body.contains("<script"), "\(path)")
        DashboardTests.expectWhole(response.body, path)
      }
      let html = try await Fixture.get("/agents/runs/run_evil", port).body
      #expect(Fixture.count("alert(9)", in: html) > 12)
      #expect(html.contains("href=\"#t1r1\"") && html.contains("id=\"t1r1\""))
    }
  }

  @Test func statesAreSaid() async throws {
    let empty = try Fixture()
    try await empty.serve { port, _ in
      let html = try await Fixture.get("/agents", port).body
      #expect(html.contains("Nothing to show yet") && html.contains("tessera cycle"))
      #expect(try await Fixture.get("/agents/runs", port).body.contains("No looks here"))
      let json = try await Self.json("/v1/agents", port)
      #expect(json["state"] == "waiting")
    }
    let disabled = try Fixture(agent: ["enabled": false])
    try await disabled.fill()
    try await disabled.serve { port, _ in
      let html = try await Fixture.get("/agents", port).body
      #expect(html.contains("Agents are not in use here") && html.contains("agent.enabled"))
    }
    let off = try Fixture()
    try await off.store.set(
      "agent_memory", to: Array("{\"off\":{\"rules\":\"it earned less <i>than</i> before\"},\"segments\":{}}".utf8))
    try await off.fill()
    try await off.serve { port, _ in
      let html = try await Fixture.get("/agents", port).body
      #expect(html.contains("The agents are switched off") && html.contains("it earned less &lt;i&gt;"))
      #expect(html.contains("set agent.trial to 2") && html.contains("the layer is switched off"))
    }
  }

  @Test func aBudgetThatIsUsedUpIsSaid() async throws {
    let fixture = try Fixture(model: AnsweringModel("{\"answers\":[]}"), agent: ["budget": ["hour": 0]])
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let html = try await Fixture.get("/agents", port).body
      #expect(
        html.contains("The agents&#39; budget of the hour is used up") || html.contains("budget of the hour is used"))
      #expect(html.contains("The limits are agent.budget and agent.tokens") && html.contains("No projection yet"))
      #expect(html.contains("the budget was used up"))
    }
  }

  @Test func looksAreLeafedThroughAndUnknownOnesAreNotThere() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    let more = (1...2).map { i -> StoredRun in
      let record: JSONValue = ["id": .string("run_\(i)x"), "cycle": 1, "at": "2026-05-01T10:00:00Z"]
      return StoredRun(id: "run_\(i)x", cycle: 1, segments: [], record: JSONWriter.bytes(record))
    }
    try await fixture.store.put(runs: more, blobs: [:])
    try await fixture.serve { port, _ in
      let all = try await Self.json("/v1/runs", port)["runs"]?.elements ?? []
      let first = try await Self.json("/v1/runs?limit=1", port)
      let next = try #require(first["next"]?.text)
      let second = try await Self.json("/v1/cycles/1/runs?limit=1&cursor=" + next, port)
      #expect(all.count == 3 && first["runs"]?.elements?.first == all[0] && second["runs"]?.elements?.first == all[1])
      let told = all.compactMap { $0["id"]?.text }.first { !$0.hasSuffix("x") } ?? ""
      let one = try await Self.json("/v1/runs/\(told)?raw=true", port)
      #expect(one["digests"]?.members?.isEmpty == false && one["bytes"] == [])
      for path in ["/v1/runs/run_0", "/v1/cycles/99/runs", "/v1/cycles/x/runs"] {
        #expect(try await Fixture.get(path, port).status == 404, "\(path)")
      }
    }
    try await fixture.serve(isOpen: false) { port, _ in
      for path in ["/v1/agents", "/v1/runs", "/v1/runs/run_0", "/v1/cycles/1/runs"] {
        let browser = try await Fixture.get(path + "?key=publishable", port)
        let nobody = try await Fixture.get(path, port)
        #expect(browser.status == 403 && nobody.status == 401, "\(path)")
      }
    }
  }

  @Test func everyCodeHasWords() {
    for code in Refusal.Code.allCases { #expect(AgentWords.refused[code.rawValue] != nil, "\(code)") }
    for code in ReasonCode.allCases { #expect(AgentWords.reasons[code.rawValue] != nil, "\(code)") }
    for flag in AgentAnswer.Flag.allCases { #expect(AgentWords.flags[flag.rawValue] != nil, "\(flag)") }
    for kind in DigestChange.Kind.allCases { #expect(AgentWords.changes[kind.rawValue] != nil, "\(kind)") }
    for verdict in AgentGate.Verdict.allCases {
      let table = verdict.isLook ? AgentWords.looked : AgentWords.skipped
      #expect(table[verdict.rawValue] != nil, "\(verdict)")
    }
  }

  @Test(arguments: [
    (0.0, "$0"), (0.00042, "$0.00042"), (0.000_042_3, "$0.000042"), (0.05, "$0.050"), (0.999_9, "$1.00"),
    (3.2, "$3.20"),
    (99.5, "$99.50"), (12_345.6, "$12\u{202F}346"), (-2, "−$2.00"), (1e-13, "$0"),
  ])
  func dollarsHaveAsManyDigitsAsSaySomething(_ x: Double, _ text: String) {
    #expect(AgentWords.dollars(x) == text)
  }
}
