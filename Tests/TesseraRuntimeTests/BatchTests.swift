import Synchronization
import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// Daily looks that can wait go by batch: handed in by one cycle, taken in by a later one.
@Suite struct BatchTests {
  @Test func aDailyLookWaitsAndItsAnswerCountsFromWhenItWasAsked() async throws {
    let model = BatchModel()
    let fixture = try await BatchTests.fixture(model)
    _ = try await fixture.engine.runCycle()
    let calls = model.calls
    #expect(calls > 0 && model.submitted.isEmpty)
    let spent = try await BatchTests.spent(fixture)
    #expect(spent > 0)

    // A day later nothing is new, and it is looked at again: by batch, so that no call is made.
    let asked = fixture.now.adding(Instant.day)
    var report = try await BatchTests.cycle(fixture, at: asked)
    #expect(model.submitted.count == 1 && model.calls == calls)
    #expect((report["waiting"]?.integer ?? 0) > 0 && report["runs"] == 0)
    #expect((report["why_skipped"]?["waiting"]?.integer ?? 0) > 0)
    report = try await BatchTests.cycle(fixture, at: asked.adding(Instant.hour))
    #expect(model.submitted.count == 1, "what waits is not handed in again")

    // It ends; a restart in between loses nothing.
    model.end()
    let later = try await fixture.restarted(at: asked.adding(2 * Instant.hour), model: model)
    report = try await BatchTests.cycle(later, at: asked.adding(2 * Instant.hour))
    #expect(report["waiting"] == 0 && (report["runs"]?.integer ?? 0) > 0 && model.calls == calls)
    #expect(try await BatchTests.spent(later) > spent, "what was spent before the restart still counts")
    #expect((report["overlays"]?.integer ?? 0) > 0 && (report["cost"]?.double ?? 0) > 0)
    let (_, book) = try #require(await later.engine.bookInForce())
    let effects = book.entries.flatMap(\.decisions).compactMap { book.decision($0)?.overlay }.flatMap(\.effects)
    #expect(!effects.isEmpty && effects.allSatisfy { $0.expiresAt == asked.adding(24 * Instant.hour) })

    // The look belongs to the cycle that asked, and comes to the same when it is gone through again.
    let runs = try await later.store.runs(ofCycle: 2)
    #expect(!runs.isEmpty)
    for cycle in 1...4 {
      let replay = try await later.engine.replay(cycle: cycle)
      #expect(replay.isIdentical && replay.looks?.isSame ?? false, "\(cycle): \(replay)")
    }
    // Taken in once: the next cycle has nothing to do.
    report = try await BatchTests.cycle(later, at: asked.adding(3 * Instant.hour))
    #expect(report["runs"] == 0 && report["waiting"] == 0)
  }

  @Test func whatIsLostOrNotTakenLeavesTheRestAsItIs() async throws {
    let model = BatchModel()
    let fixture = try await BatchTests.fixture(model)
    _ = try await fixture.engine.runCycle()
    model.refuses = true
    let asked = fixture.now.adding(Instant.day)
    let calls = model.calls
    var report = try await BatchTests.cycle(fixture, at: asked)
    #expect(model.calls > calls, "what the batch did not take is looked at now")
    #expect(report["trouble"]?.text?.contains("batch") ?? false)
    model.refuses = false
    report = try await BatchTests.cycle(fixture, at: asked.adding(Instant.day))
    #expect((report["waiting"]?.integer ?? 0) > 0)
    model.forget()
    report = try await BatchTests.cycle(fixture, at: asked.adding(Instant.day + Instant.hour))
    #expect(report["trouble"]?.text?.contains("lost") ?? false)
    #expect(model.submitted.count == 2, "what was lost is asked again")
  }

  /// A provider that never says how a batch stands costs a cycle its deadline and no more; the batch waits on.
  @Test func aProviderThatDoesNotAnswerHoldsNoCycleUp() async throws {
    let model = BatchModel()
    let fixture = try await BatchTests.fixture(model)
    _ = try await fixture.engine.runCycle()
    let asked = fixture.now.adding(Instant.day)
    _ = try await BatchTests.cycle(fixture, at: asked)
    #expect(model.submitted.count == 1)
    model.hang()
    let hurried = try EngineFixture(
      store: fixture.store, now: fixture.now, axes: ["brand"], model: model,
      agent: ["with_tools": 0, "deadline_seconds": 2])
    hurried.engine.serving.turnOn()
    try await hurried.engine.load()
    let began = ContinuousClock.now
    let report = try await BatchTests.cycle(hurried, at: asked.adding(Instant.hour))
    // Generous, for busy machines: the model would hang for a day.
    #expect(ContinuousClock.now - began < .seconds(600))
    #expect((report["waiting"]?.integer ?? 0) > 0 && report["trouble"]?.text?.contains("asked after") ?? false)
    #expect(try await hurried.engine.bookInForce()?.row.number == 3)
  }

  /// By the table's prices: half of everything is less than a tenth of the beginning and the whole of the rest, unless
  /// the beginning is most of it.
  @Test func aBatchPaysWhereTheSharedPartIsNotAlmostAll() throws {
    let at = Instant(milliseconds: 1_795_600_000_000)
    let row = try #require(ModelPrices.builtin.row("claude-haiku-5-5", at: at))
    #expect(BatchPrice.pays(shared: 3_000, own: 4_000, segments: 15, hasCache: true, row: row))
    #expect(!BatchPrice.pays(shared: 9_000, own: 500, segments: 1, hasCache: true, row: row))
    #expect(BatchPrice.pays(shared: 9_000, own: 500, segments: 1, hasCache: false, row: row))
  }

  private static func fixture(_ model: BatchModel) async throws -> EngineFixture {
    let fixture = try EngineFixture(
      axes: ["brand"], model: model, agent: ["with_tools": 0])
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    return fixture
  }

  /// Dollars of this month.
  private static func spent(_ fixture: EngineFixture) async throws -> Double {
    try await fixture.engine.agentsReport()["budgets"]?.elements?.last?["spent"]?.double ?? 0
  }

  /// People keep coming, so that the segment is there.
  private static func cycle(_ fixture: EngineFixture, at instant: Instant) async throws -> JSONValue {
    fixture.clock.set(instant)
    try await fixture.ingest(
      (0..<30).map { c in
        fixture.event("v\(c)-\(instant.milliseconds)", "product_viewed", "c\(c)", secondsAgo: 600, product: "p1")
      })
    return try await fixture.engine.runCycle().row.report["agent"] ?? .null
  }
}

/// Answers at once or by batch, always with a boost.
private final class BatchModel: LanguageModel {
  let name = "claude-haiku-5-5"
  let profile: ModelProfile = {
    var profile = ModelProfile()
    profile.hasBatch = true
    profile.hasTools = false
    return profile
  }()

  private struct State {
    var calls = 0
    var submitted: [[(id: String, request: ModelRequest)]] = []
    var isEnded = false
    var isGone = false
    var isHanging = false
    var refuses = false
  }

  private let state = Mutex(State())
  var calls: Int { state.withLock { $0.calls } }
  var submitted: [[(id: String, request: ModelRequest)]] { state.withLock { $0.submitted } }
  var refuses: Bool {
    get { state.withLock { $0.refuses } }
    set { state.withLock { $0.refuses = newValue } }
  }
  func end() { state.withLock { $0.isEnded = true } }
  func hang() { state.withLock { $0.isHanging = true } }
  func forget() { state.withLock { $0.isGone = true } }

  func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange {
    state.withLock { $0.calls += 1 }
    return await ScriptedModel { BatchModel.opinion($0) }.answer(request, deadline: deadline)
  }

  func submit(batch: [(id: String, request: ModelRequest)]) async throws(ModelFailure) -> String {
    let isRefused = state.withLock { state in
      if !state.refuses { state.submitted.append(batch) }
      return state.refuses
    }
    if isRefused { throw ModelFailure(.overloaded, "no room") }
    return "msgbatch_1"
  }

  func batch(_ id: String) async throws(ModelFailure) -> ModelBatch {
    let held = state.withLock { $0 }
    if held.isHanging { try? await ContinuousClock().sleep(for: .seconds(86_400)) }
    if held.isGone { throw ModelFailure(.notFound, "no such batch") }
    guard held.isEnded, let items = held.submitted.last else { return ModelBatch(id: id, state: .running) }
    var batch = ModelBatch(id: id, state: .ended)
    let lines = items.map { item -> String in
      let message = ScriptedModel.message(BatchModel.opinion(item.request))
      return JSONWriter.text(["custom_id": .string(item.id), "result": ["type": "succeeded", "message": message]])
    }
    AnthropicDialect().take(results: Array(lines.joined(separator: "\n").utf8), into: &batch)
    return batch
  }

  func cancel(batch id: String) async throws(ModelFailure) {}

  private static func opinion(_ request: ModelRequest) -> Result<ModelReply, ModelFailure> {
    guard case .user(let texts)? = request.turns.first else { return ScriptedModel.reply("{\"answers\":[]}") }
    let answers = texts.compactMap { text -> String? in
      guard let json = try? JSONParser.parse(String(text.dropFirst("<data>\n".count).dropLast("\n</data>".count))),
        let id = json["id"]?.text, let arm = json["arms"]?.members?.names.first
      else { return nil }
      return """
        {"segment_id":"\(id)","verdict":"supplement","summary":"Back.","arm_effects":[
        {"arm_id":"\(arm)","effect":"boost","strength":"small","confidence":"high","reason_code":"restock","reason":"",
        "evidence":["e1"],"expires_hours":24}],"proposed_copy":[],"flags":[]}
        """
    }
    return ScriptedModel.reply("{\"answers\":[\(answers.joined(separator: ","))]}")
  }
}
