package import TesseraModel

/// What one model at one provider can do, and by which names. `ModelProfile.chosen` knows the usual ones; settings
/// override any of it.
package struct ModelProfile: Sendable, Equatable {
  /// How an answer is held to a schema.
  package enum SchemaSupport: String, Sendable, CaseIterable {
    case schema
    /// A JSON object with the schema beside it.
    case objectSchema = "object+schema"
    /// Not at all: it is asked for in the prompt.
    case none
  }

  /// How long the prompt's stable part is to be kept.
  package enum CacheControl: String, Sendable, CaseIterable {
    /// Not said: the provider has no such thing, or does it by itself.
    case none
    case fiveMinutes = "5m"
    case oneHour = "1h"
  }

  /// Where the effort goes.
  package enum EffortKey: String, Sendable, CaseIterable {
    case none
    case outputConfig = "output_config.effort"
    case reasoningEffort = "reasoning_effort"
  }

  /// What the bound on tokens is called.
  package enum MaxTokensKey: String, Sendable, CaseIterable {
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
  }

  /// Which thinking is asked for; models differ in the least they allow.
  package enum Thinking: String, Sendable, CaseIterable {
    /// Nothing is said, and the model does as it does.
    case unset
    case adaptive
    case betweenTools = "between_tools"
    case disabled
  }

  package var schema = SchemaSupport.schema
  package var hasTools = true
  /// Whether calls at the same time can be allowed or forbidden.
  package var hasParallelControl = false
  /// Whether a strict schema must require every property.
  package var strictNeedsAllRequired = false
  package var effortKey = EffortKey.none
  /// The only effort that goes together with tools; nil when any does.
  package var effortWithTools: String?
  package var maxTokensKey = MaxTokensKey.maxTokens
  package var cacheControl = CacheControl.none
  package var hasBatch = false
  package var hasTokenCount = false
  package var thinking = Thinking.unset
  /// Tokens: a smaller bound is raised to this, where thinking would eat it up.
  package var outputTokensMin = 1
  /// The name to look up in the price table; nil for the model's own.
  package var pricedAs: String?

  package init() {}

  /// The bound that is really sent, which is also the one to reserve money for.
  package func outputTokens(for request: ModelRequest) -> Int { max(request.outputTokensMax, outputTokensMin) }

  /// The effort that is really sent; nil for none.
  package func effort(for request: ModelRequest) -> String? {
    guard effortKey != .none else { return nil }
    if !request.tools.isEmpty, let effortWithTools { return effortWithTools }
    return request.effort.isEmpty ? nil : request.effort
  }

  /// The same for a batch, which may wait longer than five minutes.
  package var forBatch: ModelProfile {
    var profile = self
    if cacheControl == .fiveMinutes { profile.cacheControl = .oneHour }
    return profile
  }

  /// The names of its settings.
  package static let settingNames = [
    "schema", "tools", "parallel_control", "strict_needs_all_required", "effort_key", "effort_with_tools",
    "max_tokens_key", "cache_control", "batch", "token_count", "thinking", "output_tokens_min", "priced_as",
  ]

  /// Takes over what a configuration says.
  /// - Parameter value: a mapping with some of `settingNames`, or nil.
  package mutating func apply(_ value: JSONValue?, path: String) throws(ConfigurationError) {
    let reader = try ConfigurationReader(value, path: path, keys: ModelProfile.settingNames)
    schema = try reader.word("schema", of: SchemaSupport.self) ?? schema
    hasTools = try reader.flag("tools") ?? hasTools
    hasParallelControl = try reader.flag("parallel_control") ?? hasParallelControl
    strictNeedsAllRequired = try reader.flag("strict_needs_all_required") ?? strictNeedsAllRequired
    effortKey = try reader.word("effort_key", of: EffortKey.self) ?? effortKey
    effortWithTools = try reader.string("effort_with_tools") ?? effortWithTools
    maxTokensKey = try reader.word("max_tokens_key", of: MaxTokensKey.self) ?? maxTokensKey
    cacheControl = try reader.word("cache_control", of: CacheControl.self) ?? cacheControl
    hasBatch = try reader.flag("batch") ?? hasBatch
    hasTokenCount = try reader.flag("token_count") ?? hasTokenCount
    thinking = try reader.word("thinking", of: Thinking.self) ?? thinking
    outputTokensMin = try reader.integer("output_tokens_min", in: 1...1_000_000) ?? outputTokensMin
    pricedAs = try reader.string("priced_as") ?? pricedAs
  }
}
