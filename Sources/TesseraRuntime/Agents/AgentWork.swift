import TesseraAgents
import TesseraModel
import TesseraStorage

/// What agents did in a cycle, for its report and its record.
struct AgentWork: Sendable {
  var author = ""
  var overlays: [Overlay] = []
  /// Looks that were made; a look can be at several segments.
  var runs: [AgentRunRecord] = []
  var blobs: [String: [UInt8]] = [:]
  /// Looks handed in for later.
  var batches: [WaitingBatch] = []
  /// Texts that passed validation.
  var proposals: [ProposedVariant] = []
  /// Segments that were looked at: once, even where one was looked at again by itself.
  var looked: Set<String> = []
  /// Segments that were not, by why: `too_small`, `unchanged`, `immaterial`, `budget`, `deadline`, `off`.
  var skipped: [String: Int] = [:]
  /// Segments that were looked at, by why.
  var gates: [String: Int] = [:]
  var refusals: [String: Int] = [:]
  /// Looks that came to nothing.
  var failed = 0
  var memory = AgentMemory()
  var evidence = AgentEvidence()
  /// Why the layer is switched off; nil while it works.
  var off: String?
  /// What stopped the work, to be said on the dashboard.
  var trouble: String?

  mutating func skip(_ why: String, _ count: Int = 1) { skipped[why, default: 0] += count }

  mutating func count(_ accepted: [AcceptedAnswer]) {
    for refusal in accepted.flatMap(\.refusals) { refusals[refusal.code.rawValue, default: 0] += 1 }
  }

  var usage: ModelUsage { runs.reduce(ModelUsage()) { $0 + $1.usage } }
  /// Billionths of a dollar.
  var cost: Int { runs.reduce(0) { $0 + $1.cost } }

  var json: JSONValue {
    func counts(_ map: [String: Int]) -> JSONValue {
      .object(JSONObject(map.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
    }
    let usage = usage
    var object = JSONObject([
      ("analyst", .string(author)), ("runs", .integer(runs.count)), ("looked", .integer(looked.count)),
      ("skipped", .integer(skipped.values.reduce(0, +))), ("why_looked", counts(gates)),
      ("why_skipped", counts(skipped)),
      ("overlays", .integer(overlays.count)), ("texts", .integer(proposals.count)),
      ("refused", .integer(refusals.values.reduce(0, +))),
      ("refusals", counts(refusals)), ("failed", .integer(failed)),
      ("waiting", .integer(batches.reduce(0) { $0 + $1.segments.count })),
      ("calls", .integer(runs.reduce(0) { $0 + $1.exchanges.count })), ("tokens_in", .integer(usage.prompt)),
      ("tokens_cached", .integer(usage.cacheRead)), ("tokens_out", .integer(usage.output)),
      ("cost", .double(Double(cost) / 1e9)), ("contract", .string(AgentContract.version)),
      ("evidence", evidence.json),
    ])
    if let off { object["off"] = .string(off) }
    if let trouble { object["trouble"] = .string(trouble) }
    return .object(object)
  }
}
