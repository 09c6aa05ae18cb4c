import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// Keys, cancellation, the door and the end.
@Suite struct ModelClientSafetyTests {
  @Test func theKeyShowsNowhere() async throws {
    let gateway = "Bearer gateway-0123"
    let body = ModelFixture.error("authentication_error", "wrong key \(ModelFixture.key), \(gateway)!")
    try await ScriptedServer.with([.reply(401, [], body)]) { server in
      try await ModelFixture.withClient(url: server.url, extraHeaders: [("x-gateway", gateway)]) { client in
        let exchange = await client.ask()
        let failure = try #require(ModelFixture.failure(exchange))
        #expect(failure.kind == .authentication && failure.message == "wrong key [key], [key]!")
        var dumped = ""
        dump(client, to: &dumped)
        dump(exchange, to: &dumped)
        dumped += "\(client) \(exchange) \(failure) \(String(reflecting: client.settings))"
        dumped += String(decoding: exchange.requestBytes + exchange.responseBytes, as: UTF8.self)
        #expect(!dumped.contains(ModelFixture.key) && !dumped.contains(gateway) && dumped.contains("[key]"))
        #expect(dumped.contains("claude-haiku-5-5 at http://127.0.0.1"))
      }
    }
  }

  /// A message that the cap would cut within the key.
  @Test func noPartOfTheKeyIsLeftByTheCap() async throws {
    let body = ModelFixture.error("authentication_error", String(repeating: "x", count: 290) + ModelFixture.key)
    try await ScriptedServer.with([.reply(401, [], body)]) { server in
      let exchange = try await ModelFixture.withClient(url: server.url) { await $0.ask() }
      #expect(ModelFixture.failure(exchange)?.message.contains("sk-test") == false)
    }
  }

  @Test func settingsAreChecked() {
    func message(_ url: String, key: String = "k", name: String = "m") -> String? {
      do throws(ConfigurationError) {
        _ = try ModelClientSettings(dialect: .anthropic, baseURL: url, key: ModelKey(key), name: name)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(message("https://api.anthropic.com") == nil && message("http://[::1]:8080/base/") == nil)
    for url in ["", "api.anthropic.com", "ftp://x", "https://", "https:///v1", "https://a:b@c", "https://a/?k=1"] {
      #expect(message(url)?.hasPrefix("url: must be like") == true, "\(url)")
    }
    #expect(message("https://a", key: "sk-1\n")?.hasPrefix("key: must be one word") == true)
    #expect(message("https://a", name: "") == "model: is missing")
  }

  @Test func cancellation() async throws {
    try await ScriptedServer.with([.silence, .ok(ModelFixture.text("next"))]) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        let task = Task { await client.ask() }
        await server.arrived(1)
        task.cancel()
        #expect(ModelFixture.kind(await task.value) == .cancelled)
        let text = try await client.ask().result.get().text
        #expect(text == "next", "its place is free again")
        #expect(client.gate.closedBy == nil)
      }
    }
  }

  @Test func notMoreAtOnceThanAllowed() async throws {
    let answers = Array(repeating: ScriptedServer.Answer.held(ModelFixture.text("ok")), count: 7)
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        try await withThrowingTaskGroup(of: String?.self) { group in
          for _ in 0..<7 { group.addTask { try await client.ask().result.get().text } }
          await server.arrived(4)
          for _ in 0..<100 { await Task.yield() }
          #expect(server.questions.count == 4)
          server.release()
          for try await text in group { #expect(text == "ok") }
        }
        #expect(server.questions.count == 7)
      }
    }
  }

  @Test func waitersCanBeCancelled() async throws {
    let answers = Array(repeating: ScriptedServer.Answer.held(ModelFixture.text("ok")), count: 4)
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<4 { group.addTask { _ = await client.ask() } }
          await server.arrived(4)
          let waiter = Task { await client.ask() }
          for _ in 0..<100 { await Task.yield() }
          waiter.cancel()
          let exchange = await waiter.value
          #expect(ModelFixture.kind(exchange) == .cancelled && exchange.attempts == 0)
          server.release()
        }
      }
    }
  }

  @Test func shutdownWaitsForCallsUnderWay() async throws {
    try await ScriptedServer.with([.held(ModelFixture.text("last"))]) { server in
      let clock = ManualModelClock()
      try await ModelFixture.withClient(url: server.url, clock: clock) { client in
        async let asked = client.ask()
        await server.arrived(1)
        async let over: Void = client.shutdown(deadline: clock.instant() + .seconds(30))
        server.release()
        await over
        let text = try await asked.result.get().text
        #expect(text == "last")
        #expect(ModelFixture.kind(await client.ask()) == .closed)
      }
    }
  }

  @Test func shutdownHasADeadline() async throws {
    try await ScriptedServer.with([.silence]) { server in
      let clock = ManualModelClock()
      try await ModelFixture.withClient(url: server.url, clock: clock) { client in
        async let asked = client.ask()
        await server.arrived(1)
        let deadline = clock.instant() + .seconds(30)
        async let over: Void = client.shutdown(deadline: deadline)
        clock.advance(by: .seconds(31))
        await over
        clock.advance(by: .seconds(120))
        #expect(ModelFixture.kind(await asked) == .timeout)
      }
    }
  }

  @Test func answersWithoutUseOpenTheBreaker() async throws {
    let url = "http://127.0.0.1:1"
    try await ModelFixture.withClient(url: url) { client in
      for _ in 0..<50 { client.noteValidation(isAccepted: false) }
      let exchange = await client.ask()
      #expect(ModelFixture.kind(exchange) == .breakerOpen && client.gate.closedBy == .rejected)
    }
  }

  @Test func ratesAreKept() async throws {
    let headers = [("anthropic-ratelimit-requests-remaining", "12")]
    try await ScriptedServer.with([.reply(200, headers, ModelFixture.text("ok"))]) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        _ = await client.ask()
        #expect(client.gate.rates?.requests?.remaining == 12)
      }
    }
  }
}
