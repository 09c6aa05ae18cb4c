import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// What orders earn for what was shown before them, from the facts to the next cycle's posterior: paid, given back,
/// called off, late, and by people who were strangers when they saw it.
@Suite struct OrderRewardTests {
  private static let kinds = ["order", "revenue", "margin"]
  private let fixture: EngineFixture

  init() throws {
    let placements = Self.kinds.map { kind -> JSONValue in
      ["id": .string(kind), "channel": "onsite", "reward": .string(kind), "reward_window_hours": 24]
    }
    fixture = try EngineFixture(more: [
      "segments": ["min_members": 1], "offers": [], "placements": .array(placements),
      "groups": ["decisioned": 100, "random": 0, "business_as_usual": 0, "holdout": 0],
      "bandit": ["half_life_days": 0],
      "creatives": [["id": "a", "placements": .strings(Self.kinds), "content": ["title": "A"]]],
    ])
  }

  /// Everyone who is shown something, and what they have earned a day later, by kind of reward.
  private static let expected: [(name: String, order: Double, revenue: Double, margin: Double)] = [
    ("plain", 1, 100, 60), ("all-back", 0, 0, 0), ("no-cost-known", 1, 50, 30), ("some-back", 1, 135, 75),
    ("called-off", 0, 0, 0), ("nothing", 0, 0, 0), ("~stranger", 1, 100, 60), ("twice", 1, 200, 120),
    ("too-late", 0, 0, 0), ("before", 0, 0, 0), ("told-late", 1, 100, 60), ("back-later", 1, 100, 60),
  ]

  private func order(
    _ customer: String, _ product: String = "costly", price: Int = 100, units: Int = 1, back: Int = 0,
    hours: Int64 = 1, number: Int = 1
  ) -> OrderRecord {
    var order = OrderRecord(
      id: "\(customer)-\(number)", customer: customer, placedAt: fixture.now.adding(hours * Instant.hour))
    order.lines = [.init(product: product, quantity: units, price: Money(price))]
    order.updatedAt = order.placedAt
    if back > 0 { order.refunds = [refund(back, product, at: order.placedAt.adding(Instant.hour))] }
    return order
  }

  private func refund(_ amount: Int, _ product: String, at: Instant) -> OrderRecord.Refund {
    .init(at: at, lines: [.init(product: product, quantity: 1, amount: Money(amount))])
  }

  /// Shows everything to everyone, and takes the orders that came of it.
  private func trade() async throws {
    fixture.engine.serving.turnOn()
    let (costly, other) = (ProductRecord(id: "costly"), ProductRecord(id: "other"))
    var known = costly
    (known.price, known.cost) = (Money(100), Money(40))
    try await fixture.ingest([FactEntry(product: known), FactEntry(product: other)])
    for (i, person) in Self.expected.enumerated() {
      var visit = Event(id: "v\(i)", type: "page_viewed", at: fixture.now.adding(-60_000))
      if person.name.hasPrefix("~") {
        visit.anonymous = String(person.name.dropFirst())
      } else {
        visit.customer = person.name
      }
      try await fixture.ingest([FactEntry(event: visit)])
    }
    _ = try await fixture.engine.runCycle()
    for (i, person) in Self.expected.enumerated() {
      for kind in Self.kinds {
        let subject: DecideSubject =
          person.name.hasPrefix("~")
          ? .anonymous(Array(person.name.utf8.dropFirst())) : .customer(Array(person.name.utf8))
        let receipt = try #require(try fixture.decide(subject, kind)["receipt"]?.text)
        var shown = Event(id: "s\(i)-\(kind)", type: "decision_shown", at: fixture.now, receipt: receipt)
        if person.name.hasPrefix("~") { shown.anonymous = "stranger" } else { shown.customer = person.name }
        try await fixture.ingest([FactEntry(event: shown)])
      }
    }
    var calledOff = order("called-off")
    calledOff.cancelledAt = calledOff.placedAt.adding(Instant.hour)
    let orders = [
      order("plain"), order("all-back", back: 100), order("no-cost-known", "other", price: 50),
      order("some-back", price: 90, units: 2, back: 45), calledOff, order("known"), order("twice"),
      order("twice", hours: 2, number: 2), order("too-late", hours: 25), order("before", hours: -1),
      order("back-later"),
    ]
    try await fixture.ingest(orders.map { FactEntry(order: $0) })
    try await fixture.ingest([
      FactEntry(
        identify: Identify(anonymous: "stranger", customer: "known", at: fixture.now.adding(2 * Instant.hour)))
    ])
  }

  /// Mean reward an exposure, as the next cycle learns it.
  private func learned(_ kind: String) async throws -> (mean: Double, exposures: Int) {
    let (row, _) = try await fixture.engine.runCycle()
    let input = try JSONParser.parse(try #require(await fixture.store.record(ofCycle: row.number)).input)
    let placement = try #require(fixture.engine.policy.placements.first { $0.id == kind })
    var (exposures, weight, value) = (0, 0, 0)
    for cell in input["facts"]?["posterior"]?["cells"]?.elements ?? [] {
      let fields = try #require(cell.elements)
      guard fields[0].integer.map({ UInt32($0) }) == placement.code else { continue }
      exposures += fields[3].integer ?? 0
      weight += fields[5].integer ?? 0
      value += fields[6].integer ?? 0
    }
    let one = kind == "order" ? 1 : placement.rewardCap.approximate
    return (Double(value) / Double(weight) / 10_000 * one, exposures)
  }

  @Test(arguments: Self.kinds) func whatIsPaidAndKeptIsEarned(_ kind: String) async throws {
    try await trade()
    let shownAt = fixture.now
    let earned = Dictionary(
      uniqueKeysWithValues: Self.expected.map { person in
        (person.name, kind == "order" ? person.order : kind == "revenue" ? person.revenue : person.margin)
      })
    func expect(without names: [String], hours: Int64) async throws {
      let sum = earned.reduce(0.0) { names.contains($1.key) ? $0 : $0 + $1.value }
      fixture.clock.set(shownAt.adding(hours * Instant.hour))
      let (mean, exposures) = try await learned(kind)
      #expect(exposures == earned.count)
      #expect(abs(mean - sum / Double(earned.count)) < 0.02, "\(mean) after \(hours) hours")
      fixture.clock.set(shownAt)
    }
    try await expect(without: ["told-late"], hours: 30)
    // An order within the window that is told after it, and money given back after the first look.
    try await fixture.ingest([FactEntry(order: order("told-late"))])
    try await expect(without: [], hours: 40)
    var back = order("back-later")
    back.updatedAt = shownAt.adding(45 * Instant.hour)
    back.refunds = [refund(100, "costly", at: shownAt.adding(45 * Instant.hour))]
    try await fixture.ingest([FactEntry(order: back)])
    try await expect(without: ["back-later"], hours: 50)
  }
}
