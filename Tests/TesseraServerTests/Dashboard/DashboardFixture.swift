import Hummingbird
import Logging
import TesseraAgents
import TesseraModel
import TesseraRuntime
import TesseraSegments
import TesseraStorage

@testable import TesseraServer

/// A served store in memory whose shoppers like a brand with a hostile name.
struct DashboardFixture {
  static let now = Instant(milliseconds: 1_777_629_600_000)  // 2026-05-01T10:00:00Z
  /// What money goes by: a time whose prices are known.
  static let wallTime = Instant(milliseconds: 1_795_600_000_000)
  static let brand = "<script>alert(1)</script>"
  static let title = "\"><img src=x onerror=alert(2)>"
  static let email = "ana.lopez@example.com"
  static let phone = "+34600123456"

  let store = InMemoryStore()
  let engine: Engine

  /// - Parameter log: makes what facts are written to; the store itself, if nil.
  init(
    model: (any LanguageModel)? = nil, agent: JSONValue? = nil, log: ((InMemoryStore) -> any FactLog)? = nil
  ) throws {
    var json = DashboardFixture.policy.members ?? JSONObject()
    json["agent"] = agent
    let policy = try Policy(json: .object(json), box: AxisRegistry.box)
    engine = Engine(
      log: log?(store) ?? store, state: store, policy: policy, keys: StoreKeys(bytes: Array(0..<80)),
      clock: FixedClock(DashboardFixture.now),
      agents: AgentServices(
        model: model, runs: store, settings: store, wallClock: { DashboardFixture.wallTime }),
      logger: Logger(label: "test"))
    engine.serving.turnOn()
  }

  private static let policy: JSONValue = [
    "shop": ["name": "Fjord & Sons", "currency": "EUR", "time_zone": "Europe/Berlin"],
    "segments": ["min_members": 10, "max_segments": 100],
    "placements": [["id": "home_hero", "channel": "onsite"], ["id": "email", "channel": "email"]],
    "creatives": [
      [
        "id": "brand-spotlight", "placements": ["home_hero"], "brand": "segment",
        "content": [
          "title":
            "Hi {{ customer.first_name | default: 'you' }}, write to {{ customer.traits.contact | default: 'us' }}"
        ],
      ],
      ["id": "bestsellers", "placements": ["home_hero"], "content": ["title": "What others choose"]],
      [
        "id": "guide", "placements": ["home_hero"], "only_for": ["visits": ["lapsed"]],
        "content": ["title": "Welcome back"],
      ],
      ["id": "letter", "placements": ["email"], "content": ["subject": "Hello"]],
    ],
  ]

  /// Thirty shoppers of the hostile brand, one of another, and a first cycle.
  func fill() async throws {
    var facts = [
      try FactEntry(
        kind: .product,
        json: [
          "id": "p1", "title": .string(DashboardFixture.title), "brand": .string(DashboardFixture.brand),
          "category": "jackets", "price": "199.00", "inventory": 5, "created_at": "2026-04-30T10:00:00Z",
        ]),
      try FactEntry(
        kind: .product, json: ["id": "p2", "title": "Tent", "brand": "Calm", "category": "tents", "price": "99.00"]),
      try FactEntry(
        kind: .customer,
        json: [
          "id": "c0", "first_name": "Ana", "last_name": "Lopez", "email": .string(DashboardFixture.email),
          "phone": .string(DashboardFixture.phone), "traits": ["contact": .string(DashboardFixture.email)],
        ]),
    ]
    for i in 0..<93 {
      let customer = i < 90 ? "c\(i / 3)" : "lonely"
      facts.append(
        FactEntry(
          event: Event(
            id: "e\(i)", type: "product_viewed",
            at: DashboardFixture.now.adding(Int64(i - 100) * Instant.second), customer: customer,
            product: i < 90 ? "p1" : "p2")))
    }
    _ = try await engine.ingest(facts.map { .success($0) })
    _ = try await engine.runCycle()
  }

  /// Serves while `body` asks, with the port and a one-time link.
  /// - Parameter isOpen: whether no keys are asked for.
  func serve(isOpen: Bool = true, _ body: @escaping @Sendable (Int, String) async throws -> Void) async throws {
    let keys = APIKeys(
      secretHash: SHA256.hash("secret".utf8), publishable: "publishable", adminToken: "admin", tokenKey: [1, 2, 3],
      isOpen: isOpen)
    let sessions = Sessions { "secret-of-a-link" }
    let operations = Operations(engine: engine, settings: store) { _, _ throws(FactSourceError) in
      throw FactSourceError("nothing to import")
    }
    var logger = Logger(label: "dashboard")
    logger.logLevel = .critical
    let service = TesseraService(
      engine: engine, operations: operations, keys: keys, sessions: sessions, allowedOrigins: [], logger: logger)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = service.application(host: "127.0.0.1", port: 0, schedule: nil) { continuation.yield($0) }
    let link = "/login?link=" + sessions.newLink()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.runService(gracefulShutdownSignals: []) }
      group.addTask {
        for await port in ports { return try await body(port, link) }
      }
      do { try await group.next() } catch {
        group.cancelAll()
        throw error
      }
      group.cancelAll()
    }
  }

  /// What a browser gets.
  static func get(_ path: String, _ port: Int, cookie: String? = nil) async throws -> RawResponse {
    try await LoopbackClient.connect(port) { client in
      let extra = cookie.map { "Cookie: \($0)\r\n" } ?? ""
      try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\(extra)\r\n")
      return try await client.response()
    }
  }

  /// The text between two marks, the first time they come.
  static func between(_ start: String, _ end: String, in text: String) -> String? {
    guard let from = text.firstRange(of: start), let to = text[from.upperBound...].firstRange(of: end) else {
      return nil
    }
    return String(text[from.upperBound..<to.lowerBound])
  }

  static func count(_ part: String, in text: String) -> Int { text.ranges(of: part).count }
}
