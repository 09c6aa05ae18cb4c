import Logging
import TesseraAgents
import TesseraModel
import TesseraRuntime
import TesseraSegments
import TesseraSimulator
import TesseraStorage
import TesseraTesting

/// An engine over stores in memory, with a small policy and a clock that stands still.
struct EngineFixture {
  let store: InMemoryStore
  let engine: Engine
  let clock: ManualClock
  private let axes: JSONValue?
  private let agent: JSONValue?
  var now: Instant { clock.now() }

  /// What money goes by: a time whose prices are known.
  static let wallTime = Instant(milliseconds: 1_795_600_000_000)

  static let policyJSON: JSONValue = [
    "shop": ["name": "Test", "currency": "USD", "time_zone": "UTC"],
    "segments": ["min_members": 10, "max_segments": 500],
    "groups": ["decisioned": 80, "random": 10, "business_as_usual": 5, "holdout": 5],
    "placements": [
      ["id": "home_hero", "channel": "onsite", "reward": "click", "reward_window_hours": 1],
      ["id": "email", "channel": "email", "reward": "click", "send_at": "10:00"],
    ],
    "creatives": [
      creative(
        "brand-spotlight", "Hi {{ customer.first_name | default: 'there' }}, new from {{ segment.brand }}",
        ["brand": "segment"]),
      creative("category-guide", "On {{ segment.researching }}", ["category": "segment"]),
      creative("bestsellers", "Bestsellers", [:]), creative("new-arrivals", "Just in", [:]),
      [
        "id": "letter", "placements": ["email"],
        "content": ["subject": "Hello {{ customer.first_name | default: 'you' }}"],
      ],
    ],
    "offers": [
      ["id": "ten-percent", "kind": "percentage", "value": 10, "code": "TEN"],
      ["id": "ended", "kind": "free-shipping", "ends_at": "2020-01-01T00:00:00Z"],
    ],
  ]

  private static func creative(_ id: String, _ title: String, _ more: [(String, JSONValue)]) -> JSONValue {
    .object(
      JSONObject(
        [
          ("id", .string(id)), ("placements", ["home_hero"]),
          ("content", ["title": .string(title), "url": "{{ product.url }}"]),
        ] + more))
  }

  private static func creative(_ id: String, _ title: String, _ more: [String: JSONValue]) -> JSONValue {
    creative(id, title, more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }

  init(
    store: InMemoryStore = InMemoryStore(), now: Instant = Instant(milliseconds: 1_780_000_000_000),
    checkpoint: CheckpointFile? = nil, axes: JSONValue? = nil, model: (any LanguageModel)? = nil,
    agent: JSONValue? = nil, more: [String: JSONValue] = [:]
  ) throws {
    (self.store, self.axes, self.agent) = (store, axes, agent)
    clock = ManualClock(now)
    var more = more
    if let axes { more["axes"] = axes }
    if let agent { more["agent"] = agent }
    let policy = try EngineFixture.policy(more)
    engine = Engine(
      log: store, state: store, policy: policy, keys: StoreKeys(bytes: Array(0..<80)),
      clock: clock,
      agents: AgentServices(
        model: model, runs: store, settings: store, wallClock: { EngineFixture.wallTime }),
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
      checkpoint: checkpoint)
  }

  /// The small policy with other parts.
  static func policy(_ more: [String: JSONValue]) throws -> Policy {
    guard case .object(var json) = policyJSON else { throw ConfigurationError(path: "", message: "") }
    for (name, value) in more { json[name] = value }
    return try Policy(json: .object(json), box: AxisRegistry.box)
  }

  /// The same store as another process would find it.
  func restarted(at instant: Instant? = nil, model: (any LanguageModel)? = nil) async throws -> EngineFixture {
    let again = try EngineFixture(store: store, now: instant ?? now, axes: axes, model: model, agent: agent)
    again.engine.serving.turnOn()
    try await again.engine.load()
    return again
  }

  /// An engine over the same store whose looks are kept elsewhere.
  func replacingRuns(with runs: any RunStore, model: ScriptedModel? = nil) async throws -> Engine {
    let again = Engine(
      log: store, state: store, policy: engine.policy, keys: engine.keys, clock: clock,
      agents: AgentServices(model: model, runs: runs, settings: store, wallClock: { EngineFixture.wallTime }),
      logger: engine.logger)
    try await again.load()
    return again
  }

  func ingest(_ entries: [FactEntry]) async throws { _ = try await engine.ingest(entries.map { .success($0) }) }

  /// A simulated store's history.
  func fill(customers: Int = 600) async throws {
    engine.serving.turnOn()
    try await ingest(SimulatedStore(customers: customers, seed: 5, endingAt: now).history())
  }

  func decide(_ subject: DecideSubject, _ placement: String = "home_hero") throws -> JSONValue {
    var out: [UInt8] = []
    try Decider(engine.serving, now: now).answer(subject, placement: placement, to: &out)
    return try JSONParser.parse(out)
  }

  func event(
    _ id: String, _ type: String, _ customer: String, secondsAgo: Int64 = 60, product: String? = nil,
    receipt: String? = nil
  ) -> FactEntry {
    FactEntry(
      event: Event(
        id: id, type: type, at: now.adding(-secondsAgo * Instant.second), customer: customer, product: product,
        receipt: receipt))
  }
}
