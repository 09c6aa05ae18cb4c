extension ModelProfile {
  /// Tokens that leave room for thinking before a short answer.
  package static let outputTokensThinking = 4_000

  /// The profile of a model by where it is and what it is called. Later rows of the table refine earlier ones.
  package static func chosen(dialect: ModelDialectName, baseURL: String, model: String) -> ModelProfile {
    var profile = ModelProfile()
    for row in table where row.dialect == dialect && row.matches(baseURL, model) { row.change(&profile) }
    return profile
  }

  private struct Row: Sendable {
    let dialect: ModelDialectName
    let matches: @Sendable (_ baseURL: String, _ model: String) -> Bool
    let change: @Sendable (inout ModelProfile) -> Void
  }

  /// As of November 2026.
  private static let table = [
    // servers at home that also speak this dialect: what they leave out is ignored or refused
    Row(dialect: .anthropic, matches: { _, _ in true }, change: { $0.hasTokenCount = true }),
    Row(dialect: .anthropic, matches: { !$1.hasPrefix("claude-") }, change: { $0.schema = .none }),
    Row(
      dialect: .anthropic, matches: { $1.hasPrefix("claude-") },
      change: { profile in
        profile.hasParallelControl = true
        profile.effortKey = .outputConfig
        profile.cacheControl = .fiveMinutes
        profile.hasBatch = true
        profile.outputTokensMin = outputTokensThinking
      }),
    // the older small ones: no effort, no thinking unless asked
    Row(
      dialect: .anthropic, matches: { names(["claude-haiku-4-5", "claude-sonnet-4-5"], begin: $1) },
      change: { profile in
        profile.effortKey = .none
        profile.outputTokensMin = 1
      }),
    Row(dialect: .chatCompletions, matches: { _, _ in true }, change: { $0.strictNeedsAllRequired = true }),
    Row(
      dialect: .chatCompletions,
      matches: { host($0, is: "api.openai.com") || $1.hasPrefix("gpt-") && !$1.contains("oss") },
      change: { profile in
        profile.hasParallelControl = true
        profile.effortKey = .reasoningEffort
        profile.maxTokensKey = .maxCompletionTokens
        profile.outputTokensMin = outputTokensThinking
      }),
    // tools with any other effort are refused at this endpoint
    Row(dialect: .chatCompletions, matches: { isLaterGPT($1) }, change: { $0.effortWithTools = "none" }),
    // and these refuse that effort too
    Row(
      dialect: .chatCompletions, matches: { names(["gpt-6-astra", "gpt-6.1-sol"], begin: $1) },
      change: { $0.hasTools = false }),
    Row(
      dialect: .chatCompletions, matches: { url, _ in host(url, is: "generativelanguage.googleapis.com") },
      change: { profile in
        profile.effortKey = .reasoningEffort
        profile.outputTokensMin = outputTokensThinking
      }),
  ]

  private static func names(_ names: [String], begin model: String) -> Bool {
    names.contains { model.hasPrefix($0) }
  }

  private static func host(_ url: String, is host: String) -> Bool {
    let rest = url.split(separator: "//", maxSplits: 1).last ?? ""
    return rest.prefix { $0 != "/" && $0 != ":" } == host
  }

  /// GPT 5.4 and later.
  private static func isLaterGPT(_ model: String) -> Bool {
    guard model.hasPrefix("gpt-") else { return false }
    let version = model.dropFirst(4).prefix { $0.isNumber || $0 == "." }.split(separator: ".")
    guard let major = version.first.flatMap({ Int($0) }) else { return false }
    let minor = version.count > 1 ? Int(version[1]) ?? 0 : 0
    return (major, minor) >= (5, 4)
  }
}
