import TesseraAgents
import TesseraModel
import Testing

@Suite struct ModelProfileTests {
  func chat(_ url: String, _ model: String) -> ModelProfile {
    ModelProfile.chosen(dialect: .chatCompletions, baseURL: url, model: model)
  }

  @Test func anthropic() {
    let profile = LanguageFixture.profile(.anthropic, "claude-haiku-5-5")
    #expect(profile.schema == .schema && profile.hasBatch && profile.hasTokenCount && profile.hasParallelControl)
    #expect(profile.cacheControl == .fiveMinutes && profile.forBatch.cacheControl == .oneHour)
    #expect(profile.effortKey == .outputConfig && profile.outputTokensMin == 4_000)
    let old = LanguageFixture.profile(.anthropic, "claude-haiku-4-5-20251001")
    #expect(old.effortKey == .none && old.outputTokensMin == 1 && old.schema == .schema)
    let home = ModelProfile.chosen(dialect: .anthropic, baseURL: "http://localhost:8080", model: "tiny")
    #expect(home.schema == .none && !home.hasBatch && home.cacheControl == .none && home.forBatch == home)
  }

  @Test func openAI() {
    let url = "https://api.openai.com/v1"
    #expect(chat(url, "gpt-6-luna").effortWithTools == "none" && chat(url, "gpt-6-luna").hasTools)
    #expect(chat(url, "gpt-5.4").effortWithTools == "none" && chat(url, "gpt-5.3").effortWithTools == nil)
    #expect(chat(url, "gpt-5").effortWithTools == nil && chat(url, "o4-mini").maxTokensKey == .maxCompletionTokens)
    #expect(!chat(url, "gpt-6.1-sol").hasTools && !chat(url, "gpt-6-astra").hasTools)
    #expect(chat(url, "gpt-6-luna").strictNeedsAllRequired)
  }

  @Test func others() {
    let ollama = chat("http://localhost:11434/v1", "gpt-oss-20b")
    #expect(ollama.maxTokensKey == .maxTokens && ollama.effortKey == .none && !ollama.hasParallelControl)
    #expect(chat("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-3.8-flash").outputTokensMin > 1)
    let lookalike = chat("https://example.com/api.openai.com/v1", "x")
    #expect(lookalike.maxTokensKey == .maxTokens, "only the host counts")
  }

  @Test func settings() throws {
    var profile = chat("http://localhost:8000/v1", "q")
    let settings: JSONValue = [
      "schema": "object+schema", "tools": false, "effort_key": "reasoning_effort", "max_tokens_key": "max_tokens",
      "cache_control": "1h", "thinking": "disabled", "output_tokens_min": 9, "priced_as": "gpt-6-luna",
      "parallel_control": true, "strict_needs_all_required": false, "effort_with_tools": "none", "batch": false,
      "token_count": true,
    ]
    #expect(Set(settings.members?.names ?? []) == Set(ModelProfile.settingNames))
    try profile.apply(settings, path: "model.profile")
    #expect(profile.schema == .objectSchema && !profile.hasTools && profile.effortKey == .reasoningEffort)
    #expect(profile.cacheControl == .oneHour && profile.thinking == .disabled && profile.outputTokensMin == 9)
    #expect(profile.pricedAs == "gpt-6-luna" && profile.effortWithTools == "none" && profile.hasTokenCount)
    let before = profile
    try profile.apply(nil, path: "model.profile")
    #expect(profile == before)
    #expect(throws: ConfigurationError.self) { try profile.apply(["schema": "full"], path: "p") }
    #expect(throws: ConfigurationError.self) { try profile.apply(["colour": 1], path: "p") }
  }

  @Test func effort() {
    var request = LanguageFixture.request
    let luna = LanguageFixture.profile(.chatCompletions, "gpt-6-luna")
    #expect(luna.effort(for: request) == "none")
    request.tools = []
    #expect(luna.effort(for: request) == "low")
    request.effort = ""
    #expect(luna.effort(for: request) == nil)
  }
}
