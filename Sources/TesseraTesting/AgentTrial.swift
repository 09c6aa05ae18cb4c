import Logging
import TesseraAgents
import TesseraDecisions
package import TesseraModel
import TesseraRuntime
import TesseraSegments
import TesseraSimulator
import TesseraStorage

/// A shop in which the agents' layer can be judged against the truth: people lean to brands, brands come back into
/// stock now and then, and for some hours after that what speaks of the brand is clicked far more often. The bandit
/// alone finds out from clicks, an agent from the stock. Decisions, receipts, learning and trust are the engine's own.
package struct AgentTrial: Sendable {
  /// Who looks at segments.
  package enum Analyst: Sendable {
    /// The rules in the box.
    case rules
    case scripted(TrialAnalyst.Judgement)
  }

  /// What makes one trial differ from another.
  package struct Shape: Sendable {
    package var brands = 30
    package var customers = 1_200
    package var hours = 60
    package var viewsPerHour = 600
    /// Every so many hours a brand comes back into stock.
    package var newsEvery = 1
    /// So long people care.
    package var newsHours = 10
    package init() {}
  }

  /// How it came out; rates are P(click) by the truth, averaged over views.
  package struct Outcome: Sendable {
    /// Had every decision been made with the overlay, and without.
    package var on = 0.0
    package var off = 0.0
    /// The same over the last quarter of the hours.
    package var lateOn = 0.0
    package var lateOff = 0.0
    package var views = 0
    package var lateViews = 0
    /// What the layer was measured to earn: `agent.evidence` of the last cycle.
    package var evidence = JSONValue.null
    /// Hour in which the layer switched itself off; nil if it did not.
    package var offSince: Int?
    /// Looks that led to a change.
    package var overlays = 0

    /// In the analyst's reasons of the last cycle; nil while it has none.
    package var trust: Double? { evidence["reasons"]?.elements?.compactMap { $0["trust"]?.double }.max() }

    package var lift: Double { views == 0 ? 0 : (on - off) / Double(views) }
    package var lateLift: Double { lateViews == 0 ? 0 : (lateOn - lateOff) / Double(lateViews) }
  }

  package let shape: Shape

  package init(_ shape: Shape) { self.shape = shape }

  /// Runs it; the same seed gives the same outcome.
  package func run(_ analyst: Analyst, seed: UInt64) async throws -> Outcome {
    var shop = try TrialShop(shape, model: model(analyst), seed: seed)
    try await shop.open()
    var outcome = Outcome()
    for hour in 0..<shape.hours { try await shop.pass(hour, &outcome) }
    return outcome
  }

  private func model(_ analyst: Analyst) -> TrialAnalyst? {
    switch analyst {
    case .rules: nil
    case .scripted(let judgement): TrialAnalyst(judgement, newsHours: shape.newsHours)
    }
  }
}

/// The shop of a trial, hour by hour.
private struct TrialShop {
  let shape: AgentTrial.Shape
  let engine: Engine
  let clock: ManualClock
  let seal: ReceiptSeal
  var generator: SeededGenerator
  /// When a brand came back last.
  var news: [Instant?]
  /// P(click) without and with the overlay, by decision and brand.
  var values: [String: [(on: Double, off: Double)]] = [:]
  var count = 0

  static let start = Instant(milliseconds: 1_780_000_000_000)
  /// A time whose prices are known.
  static let wallTime = Instant(milliseconds: 1_795_600_000_000)
  static let keys = Array(UInt8(0)..<80)

  init(_ shape: AgentTrial.Shape, model: TrialAnalyst?, seed: UInt64) throws {
    self.shape = shape
    generator = SeededGenerator(seed: seed)
    clock = ManualClock(TrialShop.start)
    news = Array(repeating: nil, count: shape.brands)
    let store = InMemoryStore()
    let keys = StoreKeys(bytes: TrialShop.keys)
    seal = ReceiptSeal(key: keys.receipt)
    engine = Engine(
      log: store, state: store, policy: try Policy(json: TrialShop.policy, box: AxisRegistry.box), keys: keys,
      clock: clock,
      agents: AgentServices(model: model, runs: store, settings: store, wallClock: { TrialShop.wallTime }),
      logger: Logger(label: "trial", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  static let policy: JSONValue = [
    "shop": ["name": "Trial", "currency": "USD", "time_zone": "UTC"], "axes": ["brand"],
    "segments": ["min_members": 20, "max_segments": 100],
    "groups": ["decisioned": 100, "random": 0, "business_as_usual": 0, "holdout": 0],
    "placements": [["id": "home_hero", "channel": "onsite", "reward": "click", "reward_window_hours": 1]],
    "creatives": [
      [
        "id": "brand-spotlight", "placements": ["home_hero"], "brand": "segment",
        "content": ["title": "New from {{ segment.brand }}"],
      ],
      ["id": "bestsellers", "placements": ["home_hero"], "content": ["title": "Bestsellers"]],
      ["id": "new-arrivals", "placements": ["home_hero"], "content": ["title": "Just in"]],
      ["id": "editorial", "placements": ["home_hero"], "content": ["title": "The season in pictures"]],
    ],
    "offers": [], "agent": ["share": 50, "budget": ["hour": 1_000, "day": 10_000, "month": 100_000]],
  ]

  /// P(click).
  func rate(_ creative: String, brand: Int, at instant: Instant) -> Double {
    switch creative {
    case "brand-spotlight":
      news[brand].map { $0.age(at: instant) < Int64(shape.newsHours) * Instant.hour } ?? false ? 0.13 : 0.066
    case "bestsellers": 0.07
    case "new-arrivals": 0.06
    case "editorial": 0.05
    default: 0
    }
  }

  mutating func open() async throws {
    engine.serving.turnOn()
    var facts: [FactEntry] = []
    for brand in 0..<shape.brands { facts.append(FactEntry(product: product(brand, 0, at: clock.now()))) }
    for customer in 0..<shape.customers {
      for i in 0..<3 { facts.append(viewed(customer, clock.now().adding(Int64(-60 - i) * Instant.second))) }
    }
    try await ingest(facts)
    _ = try await engine.runCycle()
  }

  mutating func pass(_ hour: Int, _ outcome: inout AgentTrial.Outcome) async throws {
    values.removeAll()
    let now = clock.now().adding(Instant.minute)
    var facts: [FactEntry] = []
    if hour % shape.newsEvery == 0 {
      let brand = generator.below(shape.brands)
      news[brand] = now
      facts += [
        FactEntry(product: product(brand, 0, at: now.adding(-1))), FactEntry(product: product(brand, 9, at: now)),
      ]
    }
    // Decisions follow the news by up to an hour, as they would.
    for _ in 0..<shape.viewsPerHour {
      let customer = generator.below(shape.customers)
      let at = now.adding(Int64(generator.below(Int(50 * Instant.minute))))
      facts.append(viewed(customer, at))
      let answer = try decide(customer)
      guard let receipt = answer["receipt"]?.text, let creative = answer["action"]?["creative"]?.text else { continue }
      let value = try await value(receipt, brand: customer % shape.brands)
      outcome.views += 1
      outcome.on += value.on
      outcome.off += value.off
      if hour >= shape.hours * 3 / 4 {
        outcome.lateViews += 1
        outcome.lateOn += value.on
        outcome.lateOff += value.off
      }
      facts.append(event("decision_shown", customer, at, receipt: receipt))
      if generator.happens(rate(creative, brand: customer % shape.brands, at: now)) {
        facts.append(event("decision_clicked", customer, at.adding(Instant.second), receipt: receipt))
      }
    }
    clock.set(clock.now().adding(Instant.hour))
    try await ingest(facts)
    let report = try await engine.runCycle().row.report["agent"] ?? .null
    outcome.evidence = report["evidence"] ?? .null
    outcome.overlays += report["overlays"]?.integer ?? 0
    if report["off"] != nil, outcome.offSince == nil { outcome.offSince = hour }
  }

  private func decide(_ customer: Int) throws -> JSONValue {
    var out: [UInt8] = []
    let subject = DecideSubject.customer(Array("c\(customer)".utf8))
    try Decider(engine.serving, now: clock.now()).answer(subject, placement: "home_hero", to: &out)
    return try JSONParser.parse(out)
  }

  /// P(click) of a decision's two distributions, for people of a brand.
  private mutating func value(_ text: String, brand: Int) async throws -> (on: Double, off: Double) {
    guard let receipt = seal.open(text) else { return (0, 0) }
    let id = Decision.id(bytes: receipt.decision)
    if values[id] == nil, let decision = try await engine.bookInForce()?.book.decision(id) {
      let at = clock.now().adding(Instant.minute)
      values[id] = (0..<shape.brands).map { brand in
        decision.arms.reduce(into: (on: 0.0, off: 0.0)) { sum, arm in
          let rate = rate(arm.action.creative, brand: brand, at: at)
          sum.on += Propensity.double(arm.on) * rate
          sum.off += Propensity.double(arm.off) * rate
        }
      }
    }
    return values[id]?[brand] ?? (0, 0)
  }

  private func product(_ brand: Int, _ inventory: Int, at instant: Instant) -> ProductRecord {
    var product = ProductRecord(id: "p\(brand)", title: "Jacket \(brand)")
    product.brand = "Brand \(brand)"
    product.inventory = inventory
    product.createdAt = TrialShop.start.adding(-100 * Instant.day)
    product.updatedAt = instant
    return product
  }

  private mutating func viewed(_ customer: Int, _ at: Instant) -> FactEntry {
    count += 1
    return FactEntry(
      event: Event(
        id: "v\(count)", type: "product_viewed", at: at, customer: "c\(customer)",
        product: "p\(customer % shape.brands)"))
  }

  private mutating func event(_ type: String, _ customer: Int, _ at: Instant, receipt: String) -> FactEntry {
    count += 1
    return FactEntry(event: Event(id: "x\(count)", type: type, at: at, customer: "c\(customer)", receipt: receipt))
  }

  private func ingest(_ facts: [FactEntry]) async throws { _ = try await engine.ingest(facts.map { .success($0) }) }
}
