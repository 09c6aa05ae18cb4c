import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// Conversations of more than one call.
@Suite struct ModelClientTurnsTests {
  /// Two rounds of calls, two at the same time in the first; the assistant's blocks go back as they came.
  @Test func anthropicToolLoop() async throws {
    let first =
      #"[{"type":"thinking","thinking":"Hm.","signature":"c2ln","later":{"b":1,"a":2}},{"type":"odd"},"#
      + #"{"type":"tool_use","id":"t1","name":"catalog_changes","input":{"brand":"A"}},"#
      + #"{"type":"tool_use","id":"t2","name":"return_rates","input":{"brand":"B"}}]"#
    let second = #"[{"type":"tool_use","id":"t3","name":"return_rates","input":{"brand":"C"}}]"#
    let answers: [ScriptedServer.Answer] = [
      .ok(ModelFixture.message(first, stop: "tool_use")), .ok(ModelFixture.message(second, stop: "tool_use")),
      .ok(ModelFixture.text("{\"verdict\":\"no_change\",\"arms\":[]}")),
    ]
    try await ScriptedServer.with(answers) { server in
      let reply = try await ModelFixture.withClient(url: server.url) { try await ModelClientTurnsTests.loop($0) }
      #expect(reply.json?["verdict"] == "no_change")
      let last = try #require(server.questions.last?.body)
      #expect(last.contains(#"{"role":"assistant","content":"# + first + "}"))
      #expect(last.contains(#"[{"type":"tool_result","tool_use_id":"t1","content":"A","is_error":false},"#))
      #expect(last.contains(#"{"type":"tool_result","tool_use_id":"t3","content":"C","is_error":false}]"#))
      let bodies = server.questions.map(\.body)
      #expect(bodies[1].hasPrefix(bodies[0].dropLast(2)) && bodies[2].hasPrefix(bodies[1].dropLast(2)), "append only")
    }
  }

  @Test func chatToolLoop() async throws {
    func message(_ calls: [(String, String, String)]) -> ScriptedServer.Answer {
      let calls = calls.map { id, name, brand in
        #"{"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":"{\"brand\": \"\#(brand)\"}"}}"#
      }
      return .ok(
        #"{"id":"c","model":"gpt-6-luna","choices":[{"index":0,"finish_reason":"tool_calls","message":"#
          + #"{"role":"assistant","content":null,"annotations":[],"tool_calls":[\#(calls.joined(separator: ","))]}}]}"#)
    }
    let final =
      #"{"id":"c","model":"gpt-6-luna","choices":[{"message":{"content":"{\"verdict\":\"no_change\"}"},"#
      + #""finish_reason":"stop"}]}"#
    let answers = [
      message([("c1", "catalog_changes", "A"), ("c2", "return_rates", "B")]), message([("c3", "return_rates", "C")]),
      .ok(final),
    ]
    try await ScriptedServer.with(answers) { server in
      let reply = try await ModelFixture.withClient(
        url: server.url, dialect: .chatCompletions, name: "gpt-6-luna"
      ) { try await ModelClientTurnsTests.loop($0) }
      #expect(reply.json == ["verdict": "no_change"])
      let last = try #require(server.questions.last?.body)
      #expect(
        last.contains(
          #""arguments":"{\"brand\": \"B\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"A"},"#
            + #"{"role":"tool","tool_call_id":"c2","content":"B"},{"role":"assistant""#))
      #expect(!last.contains("annotations"))
    }
  }

  /// Carries calls out by answering with their brand, until there are none.
  static func loop(_ client: ModelClient) async throws -> ModelReply {
    var request = ModelFixture.request()
    while true {
      let reply = try await client.ask(request).result.get()
      guard reply.stop == .toolUse else { return reply }
      let results = reply.calls.map { ModelToolResult(id: $0.id, text: $0.arguments["brand"]?.text ?? "?") }
      request.turns += [.assistant(reply.assistant), .toolResults(results)]
    }
  }

  @Test func pausedTurn() async throws {
    let half = #"[{"type":"text","text":"So far "}]"#
    let answers: [ScriptedServer.Answer] = [
      .ok(ModelFixture.message(half, stop: "pause_turn")), .ok(ModelFixture.text("so good.")),
    ]
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        var request = ModelFixture.request()
        let first = try await client.ask(request).result.get()
        #expect(first.stop == .paused && first.json == nil)
        request.turns.append(.assistant(first.assistant))
        let text = try await client.ask(request).result.get().text
        #expect(text == "so good.")
      }
      #expect(server.questions.last?.body.hasSuffix(#"{"role":"assistant","content":"# + half + "}]}") == true)
    }
  }

  /// A refusal and a cut answer are replies: they cost, and say why there is nothing to use.
  @Test func repliesWithoutUse() async throws {
    let answers: [ScriptedServer.Answer] = [
      .ok(ModelFixture.message("[]", stop: "refusal")),
      .ok(ModelFixture.text("{\"verdict\":\"supp", stop: "max_tokens")),
    ]
    try await ScriptedServer.with(answers) { server in
      try await ModelFixture.withClient(url: server.url) { client in
        let refused = try await client.ask().result.get()
        #expect(refused.stop == .refused("no reason given") && refused.text == nil && refused.usage.input == 3)
        let cut = try await client.ask().result.get()
        #expect(cut.stop == .cut && cut.json == nil)
      }
    }
  }

  /// A server that takes no schema is asked in the prompt, and its prose searched.
  @Test func withoutSchema() async throws {
    let content = "Sure:\\n```json\\n{\\\"verdict\\\": \\\"no_change\\\", \\\"arms\\\": []}\\n```"
    let body = #"{"model":"q","choices":[{"message":{"content":"\#(content)"},"finish_reason":"stop"}]}"#
    try await ScriptedServer.with([.ok(body)]) { server in
      var profile = ModelProfile()
      profile.schema = .none
      let reply = try await ModelFixture.withClient(
        url: server.url, dialect: .chatCompletions, name: "q", profile: profile
      ) { try await $0.ask().result.get() }
      #expect(reply.json == ["verdict": "no_change", "arms": []])
    }
  }
}
