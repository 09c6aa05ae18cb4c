import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// What we send, judged by the vendors' own types and rules.
@Suite(.enabled(if: ProtocolLab.isThere, "skipped: the protocol lab is not there"), ProtocolLabTrait())
struct ProtocolLabTests {
  /// Over 512 tokens, the least that is cached.
  static let longSystem = String(repeating: "You review one segment of a shop. ", count: 100)

  @Test(arguments: ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-4-5"])
  func anthropicToolLoop(_ name: String) async throws {
    try await ProtocolLab.withClient(.anthropic, name) { client in
      let (reply, rounds) = try await ProtocolLabTests.loop(client, ModelFixture.request(name))
      #expect(rounds == 2 && reply.stop == .end && reply.model == name)
      #expect(["no_change", "supplement"].contains(reply.json?["verdict"]?.text))
      #expect(reply.requestID?.hasPrefix("req_") == true && client.gate.rates?.requests?.limit == 60_000)
    }
  }

  @Test(arguments: ["gpt-6-luna", "gpt-5", "some-open-model"])
  func chatToolLoop(_ name: String) async throws {
    try await ProtocolLab.withClient(.chatCompletions, name) { client in
      let (reply, rounds) = try await ProtocolLabTests.loop(client, ModelFixture.request(name))
      #expect(rounds == 2 && reply.stop == .end && reply.model == name)
      #expect(["no_change", "supplement"].contains(reply.json?["verdict"]?.text))
    }
  }

  /// The very bytes that the tests of the dialects write out.
  @Test(arguments: [
    (
      ModelDialectName.anthropic, "claude-haiku-5-5", "239fb5c3107cc9848f651ba2decbc899ce73339bc98a01c87545c0b3456c62ef"
    ),
    (.chatCompletions, "gpt-6-luna", "6046451cdaa1423d2e6690794ec36a726369d475f488e0f8d5008526efebe4d2"),
  ])
  func goldenBodies(_ dialect: ModelDialectName, _ name: String, _ hash: String) async throws {
    try await ProtocolLab.withClient(dialect, name) { client in
      let exchange = await client.ask(ModelFixture.golden)
      #expect(TextEncoding.hexadecimal(SHA256.hash(exchange.requestBytes)) == hash)
      let reply = try exchange.result.get()
      #expect(reply.stop == .toolUse && reply.calls.first?.name == "catalog_changes")
    }
  }

  /// Ten tools and the whole answer schema, to the end of a loop.
  @Test(arguments: [
    (ModelDialectName.anthropic, "claude-haiku-5-5"), (.anthropic, "claude-opus-5-5"), (.chatCompletions, "gpt-6-luna"),
  ])
  func agentContract(_ dialect: ModelDialectName, _ name: String) async throws {
    let contract = try ProtocolLab.contract()
    let tools = (contract["tools"]?.elements ?? []).map { tool in
      ModelTool(
        name: tool["name"]?.text ?? "", summary: tool["description"]?.text ?? "",
        parameters: tool["input_schema"] ?? .null, isStrict: true)
    }
    let schema = try #require(contract["output_schema"])
    var request = ModelRequest(
      system: [contract["system"]?.text ?? ""], tools: tools,
      turns: [.user(["<data>" + JSONWriter.text(contract["example_digest"] ?? .null) + "</data>"])],
      answer: ModelAnswerSchema(name: "supplement", schema: schema))
    #expect(tools.count == 10)
    try await ProtocolLab.withClient(dialect, name) { client in
      for _ in 0..<3 {
        let reply = try await client.ask(request).result.get()
        #expect(reply.calls.allSatisfy { $0.problem == nil })
        guard reply.stop == .toolUse else {
          #expect(reply.stop == .end && reply.json?["verdict"] != nil)
          return
        }
        request.turns += [
          .assistant(reply.assistant), .toolResults(reply.calls.map { ModelToolResult(id: $0.id, text: "[]") }),
        ]
      }
      Issue.record("the loop does not end")
    }
  }

  static func loop(_ client: ModelClient, _ request: ModelRequest) async throws -> (ModelReply, rounds: Int) {
    var request = request
    for rounds in 0..<5 {
      let reply = try await client.ask(request).result.get()
      guard reply.stop == .toolUse else { return (reply, rounds) }
      #expect(reply.calls.allSatisfy { $0.problem == nil && $0.arguments["brand"]?.text != nil })
      request.turns += [
        .assistant(reply.assistant), .toolResults(reply.calls.map { ModelToolResult(id: $0.id, text: "[]") }),
      ]
    }
    throw ModelFailure(.malformed, "the loop does not end")
  }

  @Test func theSecondCallReadsTheCache() async throws {
    try await ProtocolLab.withClient(.anthropic, "claude-haiku-5-5") { client in
      let first = try await client.ask(ModelFixture.request("one", system: ProtocolLabTests.longSystem)).result.get()
      let second = try await client.ask(ModelFixture.request("two", system: ProtocolLabTests.longSystem)).result.get()
      #expect(first.usage.cacheWrite5m > 512 && first.usage.cacheRead == 0)
      #expect(second.usage.cacheRead == first.usage.cacheWrite5m && second.usage.cacheWrite5m == 0)
      let now = try Instant(parsing: "2026-11-25")
      let costs = [first, second].map { ModelPrices.builtin.cost($0.usage, model: $0.model, at: now) ?? 0 }
      #expect(costs[1] < costs[0])
    }
  }

  @Test func countAndModels() async throws {
    try await ProtocolLab.withClient(.anthropic, "claude-haiku-5-5") { client in
      let count = try await client.countTokens(ModelFixture.request())
      let bytes = JSONWriter.bytes(
        AnthropicDialect().body(ModelFixture.request(), model: client.name, profile: client.profile))
      #expect(count > 0 && count <= TokenEstimate.tokens(bytes: bytes.count))
      let list = try await client.models()
      let now = try Instant(parsing: "2026-11-25")
      #expect(ModelListing.warning(of: client.name, in: list, at: now) == nil)
      #expect(ModelListing.warning(of: "claude-2", in: list, at: now) != nil)
    }
  }

  /// Ten items come back shuffled; one the vendor refuses spoils only itself.
  @Test func batches() async throws {
    try await ProtocolLab.withClient(.anthropic, "claude-haiku-5-5") { client in
      var items = (0..<10).map { (id: "seg-\($0)", request: ModelFixture.request("segment \($0)", tools: [])) }
      var bad = ModelFixture.request(tools: [])
      bad.answer = ModelAnswerSchema(name: "x", schema: ["type": "object", "properties": [:]])
      items.append((id: "bad", request: bad))
      let id = try await client.submit(batch: items)
      let batch = try await client.batch(id)
      #expect(batch.state == .ended && batch.unreadable == 0 && batch.results.count == 11)
      #expect(batch.counts["succeeded"] == 10 && batch.counts["errored"] == 1)
      for item in items where item.id != "bad" {
        #expect(try batch.results[item.id]?.get().json?["verdict"] != nil, "\(item.id)")
      }
      guard case .failure(let failure)? = batch.results["bad"] else { throw ModelFailure(.malformed, "no failure") }
      #expect(failure.kind == .badRequest && failure.message.contains("additionalProperties"))
      try await client.cancel(batch: id)
    }
  }

  @Test(arguments: [
    ("400", ModelFailure.Kind.badRequest, 1), ("401", .authentication, 1),
    ("429", .rateLimited(retryAfter: .seconds(1)), 4), ("500", .server, 4), ("malformed", .malformed, 1),
    ("drop", .connection, 4),
  ])
  func faults(_ fault: String, _ kind: ModelFailure.Kind, _ attempts: Int) async throws {
    for dialect in ModelDialectName.allCases {
      let name = dialect == .anthropic ? "claude-haiku-5-5" : "gpt-6-luna"
      try await ProtocolLab.withClient(dialect, name, fault: fault) { client in
        let exchange = await client.ask()
        // this dialect has no code of its own for a wrong key but the status
        #expect(ModelFixture.kind(exchange) == kind && exchange.attempts == attempts, "\(dialect)")
      }
    }
  }

  @Test func overload() async throws {
    try await ProtocolLab.withClient(.anthropic, "claude-haiku-5-5", fault: "529") { client in
      _ = await client.ask()
      _ = await client.ask()
      let third = await client.ask()
      #expect(ModelFixture.kind(third) == .breakerOpen && client.gate.limit == 1)
    }
  }

  @Test(arguments: [("refusal", ModelStop.refused("no reason given")), ("max_tokens", .cut), ("pause_turn", .paused)])
  func stops(_ fault: String, _ stop: ModelStop) async throws {
    try await ProtocolLab.withClient(.anthropic, "claude-sonnet-5-5", fault: fault) { client in
      let reply = try await client.ask(ModelFixture.request(tools: [])).result.get()
      #expect(reply.stop == stop && reply.json == nil)
    }
  }

  @Test func chatStops() async throws {
    let request = ModelFixture.request(tools: [])
    let refusal = try await ProtocolLab.withClient(.chatCompletions, "gpt-6-luna", fault: "refusal") {
      try await $0.ask(request).result.get()
    }
    #expect(refusal.stop == .refused("I can't help with that."))
    let cut = try await ProtocolLab.withClient(.chatCompletions, "gpt-6-luna", fault: "max_tokens") {
      try await $0.ask(request).result.get()
    }
    #expect(cut.stop == .cut && cut.json == nil)
  }

  @Test func slowAnswersHitTheDeadline() async throws {
    let clock = ManualModelClock()
    try await ProtocolLab.withClient(.anthropic, "claude-haiku-5-5", fault: "slow", clock: clock) { client in
      let deadline = clock.instant() + .seconds(60)
      async let asked = client.answer(ModelFixture.request(), deadline: deadline)
      for _ in 0..<50 { await Task.yield() }
      clock.advance(by: .seconds(60))
      #expect(ModelFixture.kind(await asked) == .timeout)
    }
  }
}
