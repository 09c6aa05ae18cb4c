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
      ("{{ product.url }}", "{{ product.url", "}}"),
    ] {
      try tool.write("tessera.yaml", yaml.replacingOccurrences(of: good, with: bad))
      let result = try tool.run("doctor", "--json")
      #expect(result.status == 1)
      #expect(result.out.contains(hint), "\(bad): \(result.out)")
    }
  }
}
