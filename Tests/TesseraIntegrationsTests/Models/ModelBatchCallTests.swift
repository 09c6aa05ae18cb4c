import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// Batches, token counts and lists of models over HTTP.
@Suite struct ModelBatchCallTests {
  let items = ["seg-1", "seg-2"].map { (id: $0, request: ModelFixture.request(tools: [])) }

  func kind<T>(_ body: () async throws(ModelFailure) -> T) async -> ModelFailure.Kind? {
    do throws(ModelFailure) {
      _ = try await body()
      return nil
    } catch {
      return error.kind
    }
  }

  @Test func batch() async throws {
    let results = [
      #"{"custom_id":"seg-2","result":{"type":"succeeded","message":\#(ModelFixture.text("two"))}}"#,
      #"{"custom_id":"seg-1","result":{"type":"succeeded","message":\#(ModelFixture.text("one"))}}"#, "",
    ]
    let answers: [ScriptedServer.Answer] = [
      .ok(#"{"id":"msgbatch_1","processing_status":"in_progress"}"#),
      .ok(#"{"id":"msgbatch_1","processing_status":"in_progress"}"#),
      .ok(#"{"id":"msgbatch_1","processing_status":"ended","results_url":"http://127.0.0.1:1/steal"}"#),
      .ok(results.joined(separator: "\n")), .ok(#"{"id":"msgbatch_1","processing_status":"canceling"}"#),
    ]
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        let id = try await client.submit(batch: items)
        let running = try await client.batch(id).state
        #expect(running == .running)
        let ended = try await client.batch(id)
        #expect(try ended.results["seg-1"]?.get().text == "one" && ended.results["seg-2"]?.get().text == "two")
        try await client.cancel(batch: id)
      }
      let base = "/v1/messages/batches"
      #expect(
        server.questions.map { "\($0.method) \($0.path)" } == [
          "POST \(base)", "GET \(base)/msgbatch_1", "GET \(base)/msgbatch_1", "GET \(base)/msgbatch_1/results",
          "POST \(base)/msgbatch_1/cancel",
        ])
    }
  }

  /// A batch that may have arrived is not handed in again; one that was refused is.
  @Test func batchesAreNotDoubled() async throws {
    let answers: [ScriptedServer.Answer] = [
      .drop, .reply(529, [], "{}"), .ok(#"{"id":"b","processing_status":"in_progress"}"#),
    ]
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        #expect(await (kind { () async throws(ModelFailure) in try await client.submit(batch: items) }) == .connection)
        let id = try await client.submit(batch: items)
        #expect(id == "b" && server.questions.count == 3)
      }
    }
  }

  @Test func whatIsNotSent() async throws {
    try await ModelFixture.withClient(url: "http://127.0.0.1:1") { client in
      let twice = [items[0], items[0]]
      #expect(await (kind { () async throws(ModelFailure) in try await client.submit(batch: twice) }) == .badRequest)
      #expect(await (kind { () async throws(ModelFailure) in try await client.submit(batch: []) }) == .badRequest)
      let odd = [(id: "a/b", request: items[0].request)]
      #expect(await (kind { () async throws(ModelFailure) in try await client.submit(batch: odd) }) == .badRequest)
      #expect(await (kind { () async throws(ModelFailure) in try await client.batch("../x") }) == .badRequest)
    }
    try await ModelFixture.withClient(url: "http://127.0.0.1:1", dialect: .chatCompletions, name: "q") { client in
      #expect(await (kind { () async throws(ModelFailure) in try await client.submit(batch: items) }) == .unsupported)
      #expect(
        await (kind { () async throws(ModelFailure) in try await client.countTokens(items[0].request) }) == .unsupported
      )
    }
  }

  @Test func countAndModels() async throws {
    let list = #"{"data":[{"id":"claude-haiku-5-5","lifecycle":"active","retires_at":null}],"has_more":false}"#
    try await ScriptedServer.with([.ok(#"{"input_tokens":42}"#), .ok("{}"), .ok(list)]) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        let count = try await client.countTokens(ModelFixture.request())
        #expect(count == 42)
        let request = ModelFixture.request()
        #expect(await (kind { () async throws(ModelFailure) in try await client.countTokens(request) }) == .malformed)
        let names = try await client.models().map(\.id)
        #expect(names == ["claude-haiku-5-5"])
      }
      #expect(
        server.questions[0].path == "/v1/messages/count_tokens" && !server.questions[0].body.contains("max_tokens"))
      #expect(server.questions[2].method == "GET" && server.questions[2].path == "/v1/models?limit=1000")
    }
  }
}
