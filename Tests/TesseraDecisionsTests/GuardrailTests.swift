import TesseraDecisions
import TesseraModel
import TesseraSegments
import Testing

/// Each guardrail excludes with its code, and only what it should.
@Suite struct GuardrailTests {
  /// Codes by `creative/offer` of one segment's decision for a placement; arms have none.
  private func codes(
    _ values: [AxisValue], _ placement: String = "home", _ change: (inout PlannerInput) -> Void = { _ in }
  ) throws -> [String: String] {
    let book = Planner(try PlannerFixture.input(change)).plan()
    let decision = try PlannerFixture.decisions(book).first { $0.segment.values == values && $0.placement == placement }
    let exclusions = try #require(decision).exclusions
    #expect(exclusions.allSatisfy { !$0.reason.isEmpty })
    return Dictionary(uniqueKeysWithValues: exclusions.map { ($0.action.creative + "/" + $0.action.offer, $0.code) })
  }

  private let new: [AxisValue] = [.word("new"), .word("none"), .word("none")]
  private let returning: [AxisValue] = [.word("returning"), .name("nike"), .name("shoes")]
  private let everyone: [AxisValue] = [.any, .any, .any]

  @Test func audienceAndSubject() throws {
    #expect(try codes(returning) == ["welcome/none": "not-for-this-segment", "welcome/ten": "not-for-this-segment"])
    let subject = "nothing-to-speak-of"
    #expect(
      try codes(new) == [
        "brand-news/none": subject, "brand-news/ten": subject, "guide/none": subject, "guide/ten": subject,
      ])
    let all = try codes(everyone)
    #expect(all["welcome/none"] == "not-for-this-segment")  // a relaxed axis promises nothing
    #expect(all["brand-news/none"] == subject && all["guide/none"] == subject)
    #expect(all["bestsellers/none"] == nil && all["acme-week/none"] == nil)
  }

  @Test func stock() throws {
    let gone = try codes(returning) { $0.catalog = PlannerFixture.catalog { $0[2].inventory = 0 } }
    #expect(gone["acme-week/none"] == "out-of-stock" && gone["brand-news/none"] == nil && gone["guide/none"] == nil)
    let unknown = try codes(returning) { $0.catalog = PlannerFixture.catalog { $0[2].inventory = nil } }
    #expect(unknown["acme-week/none"] == nil)  // a shop that does not count has it
    let none = try codes(returning) { $0.catalog = PlannerFixture.catalog { $0 = [] } }
    for creative in ["acme-week", "brand-news", "guide"] { #expect(none[creative + "/none"] == "out-of-stock") }
    #expect(none["bestsellers/none"] == nil)
  }

  @Test func offerEnds() throws {
    let end = Instant(milliseconds: 1_780_272_000_000)
    for (at, code) in [(end.adding(-1), nil), (end, "offer-ended"), (end.adding(1), "offer-ended")]
      as [(Instant, String?)]
    {
      let found = try codes(returning) { $0.at = at }
      #expect(found["bestsellers/ten"] == code && found["bestsellers/none"] == nil)
    }
  }

  @Test func offerBudget() throws {
    for (used, code) in [(0, nil), (4, nil), (5, "offer-budget"), (6, "offer-budget")] as [(Int, String?)] {
      let found = try codes(returning) { $0.offerOrders = ["ten": used] }
      #expect(found["bestsellers/ten"] == code && found["bestsellers/none"] == nil, "\(used) orders")
    }
  }

  /// With a discount of 10 % and a floor of 20 % the cost may be 72 of 100.
  @Test func marginFloor() throws {
    for (cost, code) in [(71, nil), (73, "margin-floor")] as [(Int, String?)] {
      let catalog = PlannerFixture.catalog { products in
        for i in products.indices { products[i].cost = Money(i == 2 ? 50 : cost) }
      }
      let found = try codes(returning) { $0.catalog = catalog }
      #expect(found["brand-news/ten"] == code)
      #expect(found["brand-news/none"] == nil && found["acme-week/ten"] == nil)
    }
    let unknown = try codes(returning) { input in
      input.catalog = PlannerFixture.catalog { products in for i in products.indices { products[i].cost = nil } }
    }
    #expect(unknown["brand-news/ten"] == nil)
  }

  @Test func quietHours() throws {
    for (time, code) in [("20:59", nil), ("21:00", "quiet-hours"), ("07:59", "quiet-hours"), ("08:00", nil)]
      as [(String, String?)]
    {
      let policy = try PlannerFixture.policy { object in
        object["placements"] = [
          ["id": "home"], ["id": "email", "channel": "email", "send_at": .string(time)],
        ]
      }
      let found = try codes(returning, "email") { $0.policy = policy }
      #expect(found["bestsellers/none"] == code, "\(time)")
      #expect(try codes(returning, "home") { $0.policy = policy }["bestsellers/none"] == nil)
    }
  }

  @Test func whereNothingIsAllowedNothingIsDecided() throws {
    let policy = try PlannerFixture.policy { object in
      object["creatives"] = [
        ["id": "w", "placements": ["home"], "only_for": ["visits": ["new"]], "content": ["title": "x"]]
      ]
    }
    let book = Planner(try PlannerFixture.input { $0.policy = policy }).plan()
    let decision = try PlannerFixture.decisions(book).first { $0.segment.values == returning && $0.placement == "home" }
    #expect(decision?.arms.isEmpty == true)
    #expect(decision?.exclusions.count == 2)
  }
}
