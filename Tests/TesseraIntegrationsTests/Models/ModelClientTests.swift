import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// One call and what becomes of it.
@Suite struct ModelClientTests {
  @Test func anthropicCall() async throws {
    try await ScriptedServer.with([.ok(ModelFixture.text("{\"a\":1}"))]) { server in
      let extra = [("x-team", "shop")]
      let exchange = try await ModelFixture.withClient(url: server.url + "/v1/", extraHeaders: extra) { await $0.ask() }
      let reply = try exchange.result.get()
      #expect(reply.json == ["a": 1] && reply.usage.input == 3 && exchange.attempts == 1)
      let question = try #require(server.questions.first)
      #expect(question.method == "POST" && question.path == "/v1/messages")
      #expect(question.headers["x-api-key"] == ModelFixture.key && question.headers["authorization"] == nil)
      #expect(question.headers["anthropic-version"] == "2026-10-21" && question.headers["x-team"] == "shop")
      #expect(question.headers["content-type"] == "application/json")
      #expect(Array(question.body.utf8) == exchange.requestBytes)
      #expect(String(decoding: exchange.responseBytes, as: UTF8.self) == ModelFixture.text("{\"a\":1}"))
    }
  }

  @Test func chatCall() async throws {
    let body =
      #"{"id":"c","model":"q","choices":[{"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}]}"#
    try await ScriptedServer.with([.ok(body)]) { server in
      let url = server.url + "/v1"
      let exchange = try await ModelFixture.withClient(url: url, dialect: .chatCompletions, name: "q") { client in
        await client.ask()
      }
      #expect(try exchange.result.get().text == "Hi.")
      let question = try #require(server.questions.first)
      #expect(question.path == "/v1/chat/completions")
      #expect(question.headers["authorization"] == "Bearer " + ModelFixture.key)
    }
  }

  @Test func retryAfterIsHonoured() async throws {
    let slow = ScriptedServer.Answer.reply(429, [("retry-after", "7")], ModelFixture.error("rate_limit_error"))
    try await ScriptedServer.with([slow, .ok(ModelFixture.text("ok"))]) { server in
      let clock = ManualModelClock()
      try await ModelFixture.withClient(url: server.url, clock: clock) { client in
        let exchange = await client.ask()
        let text = try exchange.result.get().text
        #expect(text == "ok")
        #expect(exchange.attempts == 2 && clock.pauses == [.seconds(7)] && exchange.latency == .seconds(7))
        #expect(client.gate.limit == 2, "half as many at once from now on")
        #expect(client.gate.closedBy == nil, "a rate is no outage")
      }
    }
  }

  @Test func tooLongAWaitIsNotTaken() async throws {
    let slow = ScriptedServer.Answer.reply(429, [("retry-after", "900")], ModelFixture.error("rate_limit_error"))
    try await ScriptedServer.with([slow]) { server in
      let clock = ManualModelClock()
      let exchange = try await ModelFixture.withClient(url: server.url, clock: clock) { await $0.ask() }
      #expect(ModelFixture.kind(exchange) == .rateLimited(retryAfter: .seconds(900)))
      #expect(exchange.attempts == 1 && clock.pauses == [])
    }
  }

  @Test func overloadOpensTheBreaker() async throws {
    let busy = ScriptedServer.Answer.reply(529, [], ModelFixture.error("overloaded_error"))
    try await ScriptedServer.with(Array(repeating: busy, count: 5)) { server in
      let clock = ManualModelClock()
      try await ModelFixture.withClient(url: server.url, clock: clock) { client in
        let first = await client.ask()
        #expect(ModelFixture.kind(first) == .overloaded && first.attempts == 4)
        #expect(clock.pauses == [.seconds(0.5), .seconds(1), .seconds(2)])
        let second = await client.ask()
        #expect(ModelFixture.kind(second) == .overloaded && second.attempts == 1, "the fifth failure")
        #expect(client.gate.closedBy == .failures && client.gate.limit == 1)
        let third = await client.ask()
        #expect(ModelFixture.kind(third) == .breakerOpen && third.attempts == 0 && server.questions.count == 5)
        clock.advance(by: .seconds(60))
        server.add([.ok(ModelFixture.text("well again"))])
        let text = try await client.ask().result.get().text
        #expect(text == "well again")
        #expect(client.gate.closedBy == nil)
      }
    }
  }

  @Test func silenceHitsTheDeadline() async throws {
    try await ScriptedServer.with([.silence]) { server in
      let clock = ManualModelClock()
      try await ModelFixture.withClient(url: server.url, clock: clock) { client in
        async let asked = client.ask()
        await server.arrived(1)
        clock.advance(by: .seconds(119))
        clock.advance(by: .seconds(2))
        let exchange = await asked
        #expect(ModelFixture.kind(exchange) == .timeout && exchange.attempts == 1)
        #expect(ModelFixture.failure(exchange)?.message == "no answer by the deadline, after 1 tries")
      }
    }
  }

  @Test func theCallersDeadlineCounts() async throws {
    try await ScriptedServer.with([.silence]) { server in
      let clock = ManualModelClock()
      try await ModelFixture.withClient(url: server.url, clock: clock) { client in
        async let asked = client.answer(ModelFixture.request(), deadline: clock.instant() + .seconds(5))
        await server.arrived(1)
        clock.advance(by: .seconds(5))
        #expect(ModelFixture.kind(await asked) == .timeout)
        let late = await client.answer(ModelFixture.request(), deadline: clock.instant())
        #expect(ModelFixture.kind(late) == .timeout && late.attempts == 0)
      }
    }
  }

  @Test func droppedConnections() async throws {
    try await ScriptedServer.with([.drop, .drop, .ok(ModelFixture.text("ok"))]) { server in
      let exchange = try await ModelFixture.withClient(url: server.url) { await $0.ask() }
      #expect(try exchange.result.get().text == "ok")
      #expect(exchange.attempts == 3)
    }
  }

  @Test func nobodyListens() async throws {
    let port = try await ScriptedServer.with { $0.port }
    let exchange = try await ModelFixture.withClient(url: "http://127.0.0.1:\(port)") { await $0.ask() }
    #expect(ModelFixture.kind(exchange) == .connection && exchange.attempts == 4)
  }

  @Test func malformedIsFinal() async throws {
    try await ScriptedServer.with([.ok("{\"id\": \"msg_")]) { server in
      let exchange = try await ModelFixture.withClient(url: server.url) { await $0.ask() }
      #expect(ModelFixture.kind(exchange) == .malformed && exchange.attempts == 1)
      #expect(String(decoding: exchange.responseBytes, as: UTF8.self) == "{\"id\": \"msg_")
    }
  }

  @Test func finalStatuses() async throws {
    let quota = #"{"error":{"message":"Pay.","type":"insufficient_quota","code":"insufficient_quota"}}"#
    let answers: [ScriptedServer.Answer] = [
      .reply(429, [], quota), .reply(500, [("x-should-retry", "false")], "{}"), .reply(400, [], "{}"),
      .reply(302, [("location", "http://127.0.0.1:1/")], ""),
    ]
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url, dialect: .chatCompletions, name: "q") { client in
        for kind in [ModelFailure.Kind.quota, .server, .badRequest, .badRequest] {
          let exchange = await client.ask()
          #expect(ModelFixture.kind(exchange) == kind && exchange.attempts == 1)
        }
      }
    }
  }

  @Test func longAnswersAreNotRead() async throws {
    try await ScriptedServer.with([.bytes(ModelClientSettings.replyBytesMax + 1)]) { server in
      let exchange = try await ModelFixture.withClient(url: server.url) { await $0.ask() }
      #expect(ModelFixture.kind(exchange) == .malformed && exchange.attempts == 1)
    }
  }

  @Test func toolsThatTheEndpointRefusesAreNotSent() async throws {
    let profile = ModelProfile.chosen(dialect: .chatCompletions, baseURL: "", model: "gpt-6.1-sol")
    let url = "http://127.0.0.1:1"
    let exchange = try await ModelFixture.withClient(url: url, dialect: .chatCompletions, profile: profile) {
      await $0.ask()
    }
    #expect(ModelFixture.kind(exchange) == .unsupported && exchange.requestBytes == [])
  }
}
