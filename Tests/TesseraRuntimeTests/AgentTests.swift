import Synchronization
import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraSegments
import TesseraStorage
import TesseraTesting
import Testing

@Suite struct AgentTests {
  private func cycle(_ model: ScriptedModel, agent: JSONValue = [:]) async throws -> (EngineFixture, JSONValue) {
    let fixture = try EngineFixture(model: model, agent: agent)
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    let (row, _) = try await fixture.engine.runCycle()
    return (fixture, row.report["agent"] ?? .null)
  }

  private static let none = ScriptedModel.reply("{\"answers\":[]}")

  @Test func noMaterialChangeMeansNoCall() async throws {
    let model = ScriptedModel { _ in AgentTests.none }
    let (fixture, first) = try await cycle(model)
    #expect((first["looked"]?.integer ?? 0) > 0)
    let calls = model.asked.withLock { $0.count }
    fixture.clock.set(fixture.now.adding(Instant.hour))
    let second = try await fixture.engine.runCycle().row.report["agent"] ?? .null
    #expect(second["runs"] == 0)
    #expect(model.asked.withLock { $0.count } == calls)
    #expect((second["why_skipped"]?["unchanged"]?.integer ?? 0) > 0)
  }

  @Test func whatFollowsFromTheEvidenceChangesTheDecisionAndTheRestIsRefused() async throws {
    let model = ScriptedModel { request in
      guard case .user(let texts)? = request.turns.first, let digest = texts.first,
        let json = try? JSONParser.parse(String(digest.dropFirst("<data>\n".count).dropLast("\n</data>".count))),
        let id = json["id"]?.text, let arm = json["arms"]?.members?.names.first
      else { return AgentTests.none }
      func effect(_ arm: String, _ evidence: String) -> String {
        """
        {"arm_id":"\(arm)","effect":"boost","strength":"large","confidence":"high","reason_code":"restock",
        "reason":"It is back.","evidence":["\(evidence)"],"expires_hours":24}
        """
      }
      return ScriptedModel.reply(
        """
        {"answers":[{"segment_id":"\(id)","verdict":"supplement","summary":"Back in stock.","arm_effects":[
        \(effect(arm, "e1")),\(effect("a99", "e1")),\(effect(arm, "e77"))],"proposed_copy":[],"flags":[]}]}
        """)
    }
    let (fixture, report) = try await cycle(model)
    #expect((report["overlays"]?.integer ?? 0) > 0)
    #expect((report["refusals"]?["unknown_arm"]?.integer ?? 0) > 0)
    #expect((report["refusals"]?["no_evidence"]?.integer ?? 0) > 0)
    #expect((report["cost"]?.double ?? 0) > 0)
    let (_, book) = try #require(await fixture.engine.bookInForce())
    let changed = book.entries.flatMap(\.decisions).compactMap { book.decision($0) }.filter { $0.overlay != nil }
    #expect(changed.contains { $0.arms.contains { $0.on > $0.off } })
    #expect(try await fixture.engine.replay(cycle: 1).isIdentical)
    let runs = try await fixture.store.runs(ofCycle: 1)
    #expect(!runs.isEmpty)
  }

  @Test(arguments: ["overloaded", "cut", "refused", "babble"])
  func aModelThatFailsLeavesTheBanditAlone(_ fault: String) async throws {
    let model = ScriptedModel { _ in
      switch fault {
      case "overloaded": .failure(ModelFailure(.overloaded, "busy"))
      case "cut": ScriptedModel.reply("{\"answers\":[", .cut)
      case "refused": ScriptedModel.reply("", .refused("no"))
      default: ScriptedModel.reply("I am sure that all is well.")
      }
    }
    let (fixture, report) = try await cycle(model)
    #expect((report["failed"]?.integer ?? 0) > 0)
    #expect(report["overlays"] == 0)
    let (_, book) = try #require(await fixture.engine.bookInForce())
    #expect(book.entries.flatMap(\.decisions).allSatisfy { book.decision($0) != nil })
  }

  @Test func theBudgetIsAHardStop() async throws {
    let model = ScriptedModel { _ in AgentTests.none }
    let (_, report) = try await cycle(model, agent: ["budget": ["hour": .double(0)]])
    #expect(model.asked.withLock { $0.isEmpty })
    #expect((report["why_skipped"]?["budget"]?.integer ?? 0) > 0)
    #expect(report["trouble"]?.text?.contains("hour") ?? false)
  }

  @Test func noPersonIsInAPrompt() async throws {
    let model = ScriptedModel { _ in AgentTests.none }
    let fixture = try EngineFixture(model: model)
    fixture.engine.serving.turnOn()
    var facts = CycleTests.brandStore(fixture, withNews: true)
    for c in 0..<30 {
      let json = "{\"id\":\"c\(c)\",\"first_name\":\"Canary\(c)\",\"email\":\"canary\(c)@example.com\"}"
      facts.append(try FactEntry(kind: .customer, json: try JSONParser.parse(json)))
    }
    try await fixture.ingest(facts)
    _ = try await fixture.engine.runCycle()
    let texts = model.asked.withLock { $0 }.flatMap { request -> [String] in
      guard case .user(let texts)? = request.turns.first else { return request.system }
      return request.system + texts
    }
    #expect(!texts.isEmpty)
    #expect(!texts.contains { $0.lowercased().contains("canary") })
  }

  @Test func anAccountOnDiskCountsWhatACrashLeftOpen() throws {
    let at = Instant(milliseconds: 1_780_000_000_000)
    let limits = AgentLimits(money: [.hour: 100], tokens: [:])
    var budget = AgentBudget()
    #expect(budget.reserve("a", .init(money: 60, tokens: 1), limits: limits, at: at) == nil)
    #expect(budget.reserve("b", .init(money: 60, tokens: 1), limits: limits, at: at) == .hour)
    var restarted = try #require(AgentBudget(bytes: budget.bytes))
    restarted.recover()
    #expect(restarted.used(.hour, at: at).money == 60)
    budget.settle("a", .init(money: 10, tokens: 1))
    #expect(budget.reserve("b", .init(money: 60, tokens: 1), limits: limits, at: at) == nil)
  }
}
