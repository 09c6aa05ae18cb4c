import Foundation
import TesseraModel
import Testing

@Suite struct CommandTests {
  /// What is benchmarked is what `serve` and `cycle` run; peers that are installed must agree.
  @Test func segmentsAreBenchmarkedAsTheyRun() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let result = try tool.run("bench", "segments", "--customers", "3000", "--events", "60000", "--quiet")
    #expect(result.status == 0)
    let lines = try result.out.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    let cases = Set(lines.compactMap { $0["case"]?.text })
    #expect(cases.isSuperset(of: ["fold", "members", "memory", "place_p99"]))
    #expect(lines.allSatisfy { $0["equal"]?.flag ?? true })
    let memory = lines.first { $0["case"]?.text == "memory" }
    #expect((memory?["ours"]?.double ?? 1_000) < 300)
  }

  /// The learner that is scored is the one behind `cycle`; a tiny run of all of it.
  @Test func theBanditIsScoredAsItDecides() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let result = try tool.run(
      "bench", "bandit", "--seeds", "1", "--hours", "3", "--worlds", "10", "--events", "400", "--page", "card.md",
      "--quiet")
    #expect(result.status == 0, "\(result.err)")
    let lines = try result.out.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    let cases = Set(lines.compactMap { $0["case"]?.text })
    #expect(cases.isSuperset(of: ["learn", "predict", "cycle", "world: World of 10 segments", "coverage: world"]))
    let page = try String(contentsOf: tool.folder.appending(path: "card.md"), encoding: .utf8)
    #expect(page.contains("World of 10 segments") && page.contains("Tessera"))
    let svg = tool.folder.appending(path: "card/world-of-10-segments.svg")
    #expect(try String(contentsOf: svg, encoding: .utf8).hasPrefix("<svg"))
  }

  /// Tiny runs, so that neither rots; what they measure is told in docs/performance.md.
  @Test func templatesAndAgentsAreBenchmarked() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    func lines(_ result: CommandLineTool.Result) throws -> [String: JSONValue] {
      #expect(result.status == 0, "\(result.err)")
      let lines = try result.out.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      return Dictionary(lines.map { ($0["case"]?.text ?? "", $0) }) { first, _ in first }
    }
    let templates = try lines(try tool.run("bench", "template", "--seconds", "1", "--quiet"))
    #expect(Set(templates.keys) == ["subject", "banner", "email", "banner_residue"])
    #expect(templates.values.allSatisfy { $0["equal"]?.flag ?? true } && templates["banner_residue"]?["equal"] == true)
    let agents = try lines(
      try tool.run("bench", "agents", "--seeds", "1", "--hours", "3", "--customers", "300", "--quiet"))
    #expect(Set(agents.keys).isSuperset(of: ["lift_good", "lift_inverted_late", "lift_rules", "gate_share"]))
    #expect(agents["lift_silent"]?["lift"] == 0 && agents["lift_silent"]?["ours"] == agents["lift_silent"]?["theirs"])
    // Without a model nothing is claimed of what one costs.
    #expect(agents["cycle_cost"] == nil)
  }

  @Test func logsAreJudged() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    // Of two actions shown alike, b earns three times as much.
    let rows = (0..<400).map { i in "v\(i % 3),\(i % 2 == 0 ? "a" : "b"),0.5,\(i % (i % 2 == 0 ? 20 : 7) < 2 ? 1 : 0)" }
    try tool.write("log.csv", "visits,action,propensity,reward\n" + rows.joined(separator: "\n") + "\n")
    let best = try tool.run("evaluate", "log.csv", "--policy", "best", "--json")
    #expect(best.status == 0, "\(best.err)")
    let json = try JSONParser.parse(best.out)
    let snips = json["estimates"]?.elements?.first { $0["estimator"]?.text == "snips" }
    #expect(abs((snips?["value"]?.double ?? 0) - 0.285) < 0.03, "\(best.out)")
    #expect(try tool.run("evaluate", "log.csv").out.contains("effective sample size"))
    let unknown = try tool.run("evaluate", "log.csv", "--policy", "bset")
    #expect(unknown.status == 1 && unknown.err.contains("best"))
    #expect(try tool.run("evaluate", "missing.csv").err.contains("there is no file"))
    #expect(try tool.run("evaluate", "log.csv", "--floor", "0.1").status == 64)
    #expect(try tool.run("cycle", "--at", "2026-05-01T10:00:00Z").status == 0)
    #expect(try tool.run("evaluate", "own").out.contains("home_hero"))
    #expect(try tool.run("evaluate", "own", "--floor", "0.01").out.contains("nothing to judge by yet"))
    let guardrail = try tool.run("evaluate", "own", "--without", "out-of-stok")
    #expect(guardrail.status == 1 && guardrail.err.contains("out-of-stock"))
  }

  /// A mistake in the axes is named with its line; axes of one's own show in the columns.
  @Test func axesAreReadFromTheConfiguration() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let head = "shop:\n  name: Mine\naxes:\n  - visits\n  - axis: looks\n    count: events\n"
    try tool.write("tessera.yaml", head + "    where: {type: product_viewed}\n    cuts: [3, 1]\n")
    let refused = try tool.run("cycle")
    #expect(refused.status == 1)
    #expect(refused.err.contains("tessera.yaml: line 8: axes[1].cuts: must rise from the first to the last"))
    try tool.write("tessera.yaml", head + "    where: {type: product_viewed}\n    cuts: [1, 3]\n")
    let events = (0..<4).map {
      "{\"id\":\"e\($0)\",\"type\":\"product_viewed\",\"at\":\"2026-05-01T09:1\($0):00Z\",\"customer\":\"c\"}"
    }
    try tool.write("e.ndjson", events.joined(separator: "\n"))
    #expect(try tool.run("import", "events", "e.ndjson").status == 0)
    #expect(try tool.run("segments", "assign", "--at", "2026-05-01T10:00:00Z", "--out", "a.csv").status == 0)
    let csv = try String(contentsOf: tool.folder.appending(path: "a.csv"), encoding: .utf8).split(separator: "\n")
    #expect(csv[0] == "customer,visits,looks,segment" && csv[1].hasPrefix("c,new,3-or-more,s_"))
    #expect(try tool.run("cycle", "--at", "2026-05-01T10:00:00Z").status == 0)
    #expect(try tool.run("replay", "1").out == "identical\n")
  }

  @Test func fromFilesToADecisionThatIsExplained() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    try tool.write(
      "p.ndjson",
      "{\"id\":\"p1\",\"title\":\"Jacket\",\"brand\":\"The North Face\",\"category\":\"jackets\",\"price\":\"199.00\"}\n"
    )
    let events = (0..<60).map { i in
      "{\"id\":\"e\(i)\",\"type\":\"product_viewed\",\"at\":\"2026-05-01T09:\(10 + i % 40):00Z\",\"customer\":\"c\(i / 3)\",\"product\":\"p1\"}"
    }
    try tool.write("e.ndjson", events.joined(separator: "\n") + "\nnonsense\n")
    #expect(try tool.run("import", "products", "p.ndjson").status == 0)
    let imported = try tool.run("import", "events", "e.ndjson", "--json")
    let tally = try JSONParser.parse(imported.out)
    #expect(tally["accepted"]?.integer == 60)
    #expect(tally["rejected"]?.integer == 1)
    let rejected = try String(contentsOfFile: tally["rejected_file"]?.text ?? "", encoding: .utf8)
    #expect(rejected.contains("\"line\":61"))
    #expect(
      try JSONParser.parse(try tool.run("import", "events", "e.ndjson", "--json").out)["duplicate"]?.integer == 60)

    let cycle = try JSONParser.parse(try tool.run("cycle", "--at", "2026-05-01T10:00:00Z", "--json").out)
    #expect(cycle["customers"]?.integer == 20)
    let decided = try tool.run(
      "decide", "--customer", "c1", "--placement", "home_hero", "--at", "2026-05-01T10:05:00Z", "--json")
    let answer = try JSONParser.parse(decided.out)
    #expect(answer["segment"]?["description"]?.text?.contains("leans to The North Face") ?? false)
    let explained = try tool.run("explain", answer["decision"]?.text ?? "")
    #expect(explained.status == 0 && explained.out.contains("brand-spotlight"))
    #expect(try tool.run("replay", "1").out == "identical\n")
    let plan = try JSONParser.parse(try tool.run("plan", "--at", "2026-05-01T10:00:00Z", "--json").out)
    #expect(plan["customers"]?.integer == 20 && plan["rungs"]?.elements?.first?["segments"]?.integer == 1)
    #expect(try tool.run("plan", "--budget", "nothing").status == 64)
    let assigned = try tool.run("segments", "assign", "--at", "2026-05-01T10:00:00Z", "--out", "a.csv")
    #expect(assigned.status == 0)
    let csv = try String(contentsOf: tool.folder.appending(path: "a.csv"), encoding: .utf8).split(separator: "\n")
    #expect(csv.count == 21)
    #expect(
      csv[0]
        == "customer,visits,tenure,orders,last-order,brand,researching,basket,price-sensitivity,spend,reach,segment")
    #expect(csv[1].hasPrefix("c0,new,under-7d,none,never,the north face,jackets,empty,unknown,none,onsite,s_"))
  }

  private static let mistakes: [([String], Int32)] = [
    (["nonsense"], 64), (["cycle", "--at", "yesterday"], 64), (["import", "evnts", "x"], 1),
    (["import", "events", "missing.ndjson"], 1), (["replay", "7"], 1), (["explain", "d_0"], 1),
    (["decide", "--customer", "a", "--placement", "home_her"], 1), (["decide", "--placement", "home_hero"], 64),
    (["segments", "show", "s_0"], 1), (["serve", "--no-auth", "--host", "0.0.0.0"], 1),
    (["cycle", "--config", "missing.yaml"], 1),
  ]

  @Test(arguments: mistakes)
  func mistakesEndInASentence(_ arguments: [String], _ status: Int32) throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let process = tool.process(arguments)
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = Pipe()
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == status)
    #expect(text.count > 20)
    #expect(!text.contains("Fatal error"))
  }

  @Test func aConfigurationWithAMisspeltKeyNamesTheNearest() throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    #expect(try tool.run("init").status == 0)
    #expect(try tool.run("doctor").status == 0)
    let path = tool.folder.appending(path: "tessera.yaml")
    let yaml = try String(contentsOf: path, encoding: .utf8)
    for (good, bad, hint) in [
      ("min_members:", "min_member:", "min_members"), ("currency: USD", "currency: dollars", "ISO"),
      ("decisioned: 80", "decisioned: 70", "100"), ("time_zone: UTC", "time_zone: Europe/Berln", "Europe/Berlin"),
      ("{{ product.url }}", "{{ product.url", "}}"), ("{{ product.url }}", "{% render 'link' %}", "snippets"),
    ] {
      try tool.write("tessera.yaml", yaml.replacingOccurrences(of: good, with: bad))
      let result = try tool.run("doctor", "--json")
      #expect(result.status == 1)
      #expect(result.out.contains(hint), "\(bad): \(result.out)")
    }
  }
}
