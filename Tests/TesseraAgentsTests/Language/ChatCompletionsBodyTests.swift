import TesseraAgents
import TesseraModel
import Testing

/// What Chat Completions is sent, byte by byte.
@Suite struct ChatCompletionsBodyTests {
  let dialect = ChatCompletionsDialect()

  @Test func fullRequest() {
    let expected = #"""
      {"model":"gpt-6-luna","max_completion_tokens":4000,"reasoning_effort":"none",
      "response_format":{"type":"json_schema","json_schema":{"name":"overlay","strict":true,"schema":
      {"additionalProperties":false,"properties":{
      "verdict":{"enum":["no_change","supplement"],"type":"string"},
      "arms":{"items":{"type":"string"},"type":"array"}},
      "required":["verdict","arms"],"type":"object"}}},"tools":[
      {"type":"function","function":{"name":"catalog_changes","description":"What is new.","strict":true,"parameters":
      {"additionalProperties":false,"properties":{
      "kinds":{"items":{"enum":["new","restock"],"type":"string"},"type":"array"},
      "brand":{"anyOf":[{"type":"string"},{"type":"null"}]}},
      "required":["kinds","brand"],"type":"object"}}},
      {"type":"function","function":{"name":"product_facts","description":"Price and stock.","parameters":
      {"additionalProperties":false,"properties":{"skus":{"items":{"type":"string"},"type":"array"}},
      "required":["skus"],"type":"object"}}}],
      "tool_choice":"auto","parallel_tool_calls":true,"messages":[
      {"role":"system","content":"You review one segment.\n\nBrand: plain words."},
      {"role":"user","content":"\u003cdata>{\"n\":1}\u003c/data>\n\nAnswer for hour 10."}]}
      """#
    let profile = LanguageFixture.profile(.chatCompletions, "gpt-6-luna")
    let text = LanguageFixture.text(dialect, LanguageFixture.request, model: "gpt-6-luna", profile: profile)
    #expect(text == LanguageFixture.joined(expected))
    // the same bytes are sent to the protocol lab, where only their hash is compared
    #expect(
      TextEncoding.hexadecimal(SHA256.hash(text.utf8))
        == "6046451cdaa1423d2e6690794ec36a726369d475f488e0f8d5008526efebe4d2")
  }

  @Test func toolLoop() {
    let assistant: JSONValue = [
      "role": "assistant", "content": nil,
      "tool_calls": [["id": "c1", "type": "function", "function": ["name": "a", "arguments": "{\"z\": 1}"]]],
    ]
    let request = ModelRequest(
      turns: [
        .user(["x"]), .assistant(assistant),
        .toolResults([ModelToolResult(id: "c1", text: "[]"), ModelToolResult(id: "c2", text: "no", isError: true)]),
      ])
    let expected = #"""
      {"model":"qwen","max_tokens":4000,"messages":[{"role":"user","content":"x"},
      {"role":"assistant","content":null,"tool_calls":[
      {"id":"c1","type":"function","function":{"name":"a","arguments":"{\"z\": 1}"}}]},
      {"role":"tool","tool_call_id":"c1","content":"[]"},
      {"role":"tool","tool_call_id":"c2","content":"error: no"}]}
      """#
    let profile = ModelProfile.chosen(dialect: .chatCompletions, baseURL: "http://localhost:11434/v1", model: "qwen")
    #expect(
      LanguageFixture.text(dialect, request, model: "qwen", profile: profile) == LanguageFixture.joined(expected))
  }

  @Test func schemaSupport() {
    var profile = ModelProfile.chosen(dialect: .chatCompletions, baseURL: "http://localhost:8000/v1", model: "q")
    var request = LanguageFixture.request
    request.tools = []
    profile.schema = .objectSchema
    let beside = LanguageFixture.text(dialect, request, model: "q", profile: profile)
    #expect(
      beside.contains(#""response_format":{"type":"json_object","schema":{"additionalProperties":false,"#))
    profile.schema = .none
    let prompt = LanguageFixture.text(dialect, request, model: "q", profile: profile)
    #expect(!prompt.contains("response_format"))
    #expect(prompt.contains("Brand: plain words.\\n\\nYour final answer is one JSON object and nothing else"))
  }

  /// Where a strict schema must require every property, one that does not is sent without the promise.
  @Test func strictOnlyWhereItHolds() {
    var request = ModelRequest(turns: [.user(["x"])])
    request.answer = ModelAnswerSchema(
      name: "s",
      schema: [
        "type": "object", "properties": ["a": ["type": "string"]], "required": [], "additionalProperties": false,
      ])
    let profile = LanguageFixture.profile(.chatCompletions, "gpt-6-luna")
    let text = LanguageFixture.text(dialect, request, model: "gpt-6-luna", profile: profile)
    #expect(text.contains(#""name":"s","strict":false"#))
    #expect(text.contains(#""reasoning_effort":"low""#), "without tools the effort is free")
  }

  @Test func headers() {
    #expect(
      dialect.headers(key: "k1").map { "\($0.0): \($0.1)" } == [
        "content-type: application/json", "authorization: Bearer k1",
      ])
    #expect(dialect.headers(key: "").count == 1)
  }
}
