package import TesseraModel

/// What models cost, by name and date. The built-in rows are a text with its sources; settings add to them.
package struct ModelPrices: Sendable, Equatable {
  /// The price of one model from one moment on, in micro-dollars per million tokens.
  package struct Row: Sendable, Equatable {
    package let model: String
    package let from: Instant
    package let input: Int
    package let output: Int
    package let cacheRead: Int
    package let cacheWrite5m: Int
    package let cacheWrite1h: Int
    /// Prompts of more tokens than this cost `longTimes` as much, on every token; nil when length does not matter.
    package let longAbove: Int?
    package let longTimes: Int
    /// What a batch costs, in millionths of the price.
    package let batchShare: Int
  }

  package let rows: [Row]

  package init(rows: [Row]) { self.rows = rows }

  /// The row of a model at a moment, or nil when its price is not known. A dated version (`gpt-6-luna-2026-10-01`)
  /// costs what its name without the date does.
  package func row(_ model: String, at now: Instant) -> Row? {
    let named = rows.filter { $0.from <= now && ModelPrices.names($0.model, model) }
    return named.max { ($0.model.utf8.count, $0.from) < ($1.model.utf8.count, $1.from) }
  }

  private static func names(_ row: String, _ model: String) -> Bool {
    guard model.hasPrefix(row) else { return false }
    let rest = model.dropFirst(row.count)
    if rest.isEmpty || rest == "-latest" { return true }
    return rest.first == "-" && rest.count(where: { $0.isNumber }) == 8 && rest.allSatisfy { $0.isNumber || $0 == "-" }
  }

  /// What an exchange cost in nano-dollars, rounded up; nil when the model's price is not known.
  package func cost(_ usage: ModelUsage, model: String, isBatch: Bool = false, at now: Instant) -> Int? {
    guard let row = row(model, at: now) else { return nil }
    return ModelPrices.cost(usage, row, isBatch: isBatch)
  }

  /// The most that an exchange can cost in nano-dollars, to be set aside before it is sent; nil when the price is not
  /// known. The whole prompt counts as written to the cache, the dearest that can happen to it.
  /// - Parameter promptTokensEstimate: rather too many than too few, `TokenEstimate`.
  package func reserve(
    promptTokensEstimate: Int, outputTokensMax: Int, model: String, isBatch: Bool = false, at now: Instant
  ) -> Int? {
    guard let row = row(model, at: now) else { return nil }
    let prompt = min(max(0, promptTokensEstimate), ModelUsage.countMax)
    let output = min(max(0, outputTokensMax), ModelUsage.countMax)
    let worst = [
      ModelUsage(input: prompt, output: output), ModelUsage(cacheWrite5m: prompt, output: output),
      ModelUsage(cacheWrite1h: isBatch ? prompt : 0, output: output),
    ]
    return worst.map { ModelPrices.cost($0, row, isBatch: isBatch) }.max()
  }

  private static func cost(_ usage: ModelUsage, _ row: Row, isBatch: Bool) -> Int {
    // micro-dollars per million tokens times tokens are pico-dollars
    var pico = Int128(usage.input) * Int128(row.input) + Int128(usage.output) * Int128(row.output)
    pico += Int128(usage.cacheRead) * Int128(row.cacheRead)
    pico += Int128(usage.cacheWrite5m) * Int128(row.cacheWrite5m)
    pico += Int128(usage.cacheWrite1h) * Int128(row.cacheWrite1h)
    if let above = row.longAbove, usage.prompt > above { pico *= Int128(row.longTimes) }
    let millionths = pico * Int128(isBatch ? row.batchShare : 1_000_000)
    let nano = (millionths + 999_999_999) / 1_000_000_000
    return Int(clamping: nano)
  }
}

/// Tokens of a text before anyone has counted them.
package enum TokenEstimate {
  /// Rather too many: two and a half bytes a token, where the newest tokenizers take some three of English or JSON.
  package static func tokens(bytes: Int) -> Int { (max(0, bytes) * 2 + 4) / 5 }
}
