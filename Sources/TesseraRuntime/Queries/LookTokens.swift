import TesseraAgents
import TesseraModel

/// Tokens of an agent's look at one segment: what all calls begin with, what is the segment's own, the answer.
struct LookTokens: Sendable {
  let prefix: Double
  let own: Double
  let output: Double
  /// Segments whose looks were measured; nil for an estimate.
  let measured: Int?

  /// Where no model has answered yet: tokens of thinking in a call and of an answer, the share of looks that need
  /// one, and calls of a look with tools.
  static let assumed = (thinking: 400.0, answer: 350.0, changes: 0.4, calls: 2.5)

  /// From looks at single segments, in one call if there are such, or else from shared ones: what the provider caches
  /// is what calls begin with.
  /// - Returns: nil where no model answered.
  init?(measured runs: [AgentRunRecord]) {
    let answered = runs.filter { $0.usage.prompt > 0 && !$0.segments.isEmpty }
    let alone = answered.filter { $0.segments.count == 1 }
    let kinds = [alone.filter { $0.exchanges.count == 1 }, alone, answered]
    guard let counted = kinds.first(where: { !$0.isEmpty }) else { return nil }
    var (segments, prefix, own, output) = (0, 0, 0, 0)
    for run in counted {
      let usage = run.usage
      segments += run.segments.count
      prefix += usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h
      (own, output) = (own + usage.input, output + usage.output)
    }
    self.prefix = Double(prefix) / Double(counted.count)
    (self.own, self.output) = (Double(own) / Double(segments), Double(output) / Double(segments))
    measured = segments
  }

  /// Bytes of English or JSON a token, as the newest tokenizers take them; a reservation reckons with fewer.
  private static let bytesPerToken = 3.0

  /// From the bytes of what a model would read.
  init(prefixBytes: Int, digestBytes: Int) {
    prefix = Double(prefixBytes) / LookTokens.bytesPerToken
    own = Double(digestBytes) / LookTokens.bytesPerToken
    output = LookTokens.assumed.thinking + LookTokens.assumed.answer * LookTokens.assumed.changes
    measured = nil
  }

  /// Dollars of a look at one segment by itself.
  /// - Parameter isCached: whether what all calls begin with is read from the provider's cache.
  func alone(_ price: ModelPrices.Row, isCached: Bool) -> Double {
    let read = isCached ? price.cacheRead : price.input
    return (prefix * Double(read) + own * Double(price.input) + output * Double(price.output)) / 1e12
  }

  /// Dollars a segment where so many share a call; of an estimate.
  func shared(_ price: ModelPrices.Row, together: Int) -> Double {
    let k = Double(max(1, together))
    let answers = output - LookTokens.assumed.thinking + LookTokens.assumed.thinking / k
    return (prefix / k * Double(price.cacheRead) + own * Double(price.input) + answers * Double(price.output)) / 1e12
  }

  var json: JSONValue {
    [
      "common": .integer(Int(prefix.rounded())), "own": .integer(Int(own.rounded())),
      "answer": .integer(Int(output.rounded())), "measured_looks": measured.map { .integer($0) } ?? .null,
    ]
  }
}

/// Dollars of a look, by itself with tools and in a call that segments share: as measured, or else by estimate.
struct LookCost: Sendable {
  let withTools: Double
  let shared: Double
  let isWithToolsMeasured: Bool
  let isSharedMeasured: Bool

  init(_ runs: [AgentRunRecord], estimate: LookTokens?, price: ModelPrices.Row, together: Int) {
    func mean(_ runs: [AgentRunRecord]) -> Double? {
      let segments = runs.reduce(0) { $0 + $1.segments.count }
      return segments == 0 ? nil : Double(runs.reduce(0) { $0 + $1.cost }) / 1e9 / Double(segments)
    }
    let answered = runs.filter { $0.usage.prompt > 0 }
    // A call that few happened to share says little of what sharing costs.
    let full = answered.filter { !$0.hasTools && $0.segments.count * 2 >= together }
    let (tools, rest) = (mean(answered.filter(\.hasTools)), mean(full))
    withTools = tools ?? (estimate.map { $0.alone(price, isCached: true) } ?? 0) * LookTokens.assumed.calls
    shared = rest ?? estimate?.shared(price, together: together) ?? 0
    (isWithToolsMeasured, isSharedMeasured) = (tools != nil, rest != nil)
  }

  /// Dollars of so many looks in an hour, of which the most valuable have tools.
  func hour(looks: Double, withToolsMax: Int) -> Double {
    let alone = min(looks, Double(withToolsMax))
    return alone * withTools + (looks - alone) * shared
  }
}
