import TesseraAgents
import TesseraModel
import Testing

/// What the Messages API is sent, byte by byte.
@Suite struct AnthropicBodyTests {
  let dialect = AnthropicDialect()

  @Test func fullRequest() {
    let expected = #"""
      {"model":"claude-haiku-5-5","max_tokens":4000,"tools":[
      {"name":"catalog_changes","description":"What is new.","strict":true,"input_schema":
      {"additionalProperties":false,"properties":{
      "kinds":{"items":{"enum":["new","restock"],"type":"string"},"type":"array"},
      "brand":{"anyOf":[{"type":"string"},{"type":"null"}]}},
      "required":["kinds","brand"],"type":"object"}},
      {"name":"product_facts","description":"Price and stock.","input_schema":
      {"additionalProperties":false,"properties":{"skus":{"items":{"type":"string"},"type":"array"}},
      "required":["skus"],"type":"object"}}],
      "tool_choice":{"type":"auto","disable_parallel_tool_use":false},
      "system":[{"type":"text","text":"You review one segment."},
      {"type":"text","text":"Brand: plain words.","cache_control":{"type":"ephemeral","ttl":"5m"}}],
      "output_config":{"effort":"low","format":{"type":"json_schema","schema":
      {"additionalProperties":false,"properties":{
      "verdict":{"enum":["no_change","supplement"],"type":"string"},
      "arms":{"items":{"type":"string"},"type":"array"}},
      "required":["verdict","arms"],"type":"object"}}},
      "messages":[{"role":"user","content":[
      {"type":"text","text":"\u003cdata>{\"n\":1}\u003c/data>"},
      {"type":"text","text":"Answer for hour 10."}]}]}
      """#
    let profile = LanguageFixture.profile(.anthropic, "claude-haiku-5-5")
    let text = LanguageFixture.text(
      dialect, LanguageFixture.request, model: "claude-haiku-5-5", profile: profile)
    #expect(text == LanguageFixture.joined(expected))
    // the same bytes are sent to the protocol lab, where only their hash is compared
    #expect(
      TextEncoding.hexadecimal(SHA256.hash(text.utf8))
        == "239fb5c3107cc9848f651ba2decbc899ce73339bc98a01c87545c0b3456c62ef")
  }

  @Test func toolLoop() {
    let assistant: JSONValue = [
      ["type": "thinking", "thinking": "Hm.", "signature": "c2ln"], ["type": "new_kind", "x": 1],
      ["type": "tool_use", "id": "t1", "name": "a", "input": ["z": 1, "a": 2]],
      ["type": "tool_use", "id": "t2", "name": "b", "input": [:]],
    ]
    let request = ModelRequest(
      turns: [
        .user(["x"]), .assistant(assistant),
        .toolResults([ModelToolResult(id: "t1", text: "[]"), ModelToolResult(id: "t2", text: "no", isError: true)]),
        .user(["go on", "  "]),
      ], effort: "")
    let expected = #"""
      {"model":"claude-haiku-5-5","max_tokens":4000,"messages":[
      {"role":"user","content":[{"type":"text","text":"x"}]},
      {"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":"c2ln"},
      {"type":"new_kind","x":1},
      {"type":"tool_use","id":"t1","name":"a","input":{"z":1,"a":2}},
      {"type":"tool_use","id":"t2","name":"b","input":{}}]},
      {"role":"user","content":[
      {"type":"tool_result","tool_use_id":"t1","content":"[]","is_error":false},
      {"type":"tool_result","tool_use_id":"t2","content":"no","is_error":true},
      {"type":"text","text":"go on"}]}]}
      """#
    let profile = LanguageFixture.profile(.anthropic, "claude-haiku-5-5")
    let text = LanguageFixture.text(dialect, request, model: "claude-haiku-5-5", profile: profile)
    #expect(text == LanguageFixture.joined(expected))
  }

  /// However tools and schemas were put together, and whatever the user says, the cached part has the same bytes.
  @Test func samePrefixSameBytes() {
    let profile = LanguageFixture.profile(.anthropic, "claude-haiku-5-5")
    var other = LanguageFixture.request
    other.tools = other.tools.reversed()
    other.turns = [.user(["another segment"])]
    let texts = [LanguageFixture.request, other].map {
      LanguageFixture.text(dialect, $0, model: "claude-haiku-5-5", profile: profile)
    }
    let heads = texts.map { $0.prefix(upTo: $0.firstRange(of: "\"messages\"")?.lowerBound ?? $0.startIndex) }
    #expect(heads[0] == heads[1] && heads[0].count > 500)
  }

  /// A server at home that speaks this dialect has no schemas, no cache and no effort.
  @Test func homeServer() {
    let profile = ModelProfile.chosen(dialect: .anthropic, baseURL: "http://127.0.0.1:8080", model: "tiny")
    let text = LanguageFixture.text(dialect, LanguageFixture.request, model: "tiny", profile: profile)
    #expect(!text.contains("cache_control") && !text.contains("output_config") && !text.contains("parallel"))
    #expect(text.contains("It must fit this JSON Schema") && text.contains("\\\"verdict\\\""))
  }

  @Test func batchKeepsTheCacheForAnHour() {
    let profile = LanguageFixture.profile(.anthropic, "claude-haiku-5-5")
    let items = [(id: "seg-1", request: LanguageFixture.request)]
    let text = JSONWriter.text(dialect.batchBody(items, model: "claude-haiku-5-5", profile: profile))
    #expect(text.hasPrefix(#"{"requests":[{"custom_id":"seg-1","params":{"model":"claude-haiku-5-5""#))
    #expect(text.contains(#""ttl":"1h""#) && !text.contains(#""ttl":"5m""#))
  }

  @Test func headersCarryOneKey() {
    let plain = dialect.headers(key: "k1").map { "\($0.0): \($0.1)" }
    #expect(plain == ["content-type: application/json", "anthropic-version: 2026-10-21", "x-api-key: k1"])
    let bearer = AnthropicDialect(version: "2023-06-01", keyStyle: .bearer).headers(key: "k1").map {
      "\($0.0): \($0.1)"
    }
    #expect(
      bearer == ["content-type: application/json", "anthropic-version: 2023-06-01", "authorization: Bearer k1"])
    #expect(dialect.headers(key: "").count == 2)
  }

  @Test func thinkingAndFloor() {
    var profile = LanguageFixture.profile(.anthropic, "claude-sonnet-5-5")
    profile.thinking = .betweenTools
    let request = ModelRequest(turns: [.user(["x"])], outputTokensMax: 300)
    let text = LanguageFixture.text(dialect, request, model: "claude-sonnet-5-5", profile: profile)
    #expect(text.contains(#""max_tokens":4000,"thinking":{"type":"between_tools"}"#))
    #expect(profile.outputTokens(for: request) == 4_000)
  }
}
