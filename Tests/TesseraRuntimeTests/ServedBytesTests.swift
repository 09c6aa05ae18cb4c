import Liquid
import Synchronization
import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraSimulator
import TesseraTesting
import Testing

@testable import TesseraRuntime

/// What the hot path writes is what `PlainDecider` works out: texts bound at the cycle and filled in as bytes read as
/// if they had been rendered at once, for everybody, in every group, and whatever happens to the book meanwhile.
@Suite struct ServedBytesTests {
  private static func creative(
    _ id: String, _ placement: String, _ content: [(String, JSONValue)], _ more: [(String, JSONValue)] = []
  ) -> JSONValue {
    .object(
      JSONObject(
        [("id", .string(id)), ("placements", [.string(placement)]), ("content", .object(JSONObject(content)))] + more))
  }

  static let creatives: JSONValue = [
    creative(
      "brand", "home_hero",
      [
        (
          "title",
          "Hi {{ customer.first_name | default: 'there' }}, new from {{ segment.brand | default: product.brand }}"
        ),
        (
          "body",
          "{{ customer.last_viewed.title | default: \"caf\u{E9} & <b>more</b>\" }}: {{ customer.basket[0].title }}"
        ),
        ("url", "{{ product.url }}"), ("image", "{{ customer.last_viewed.image | default: product.image }}"),
      ], [("brand", "segment")]),
    creative(
      "category", "home_hero",
      [
        (
          "title",
          "{{ customer.last_name }} {{ segment.researching }}{{ customer.researching | default: segment.visits }}"
        ),
        ("url", "{{ customer.basket[0].url | default: product.url }}"),
        ("text", "{{ customer.first_name | upcase }} {{ customer.last_viewed.price | money }}"),
      ], [("category", "segment")]),
    creative(
      "plain", "home_hero",
      [
        ("subject", "Hello\n{{ customer.first_name | default: 'you' }} of {{ shop.name }}"),
        ("preheader", "{{ customer.first_name }}/{{ customer.last_order.products[0].title | default: '-' }}"),
        ("text", "{{ customer.first_name | default: '\"' }} {{ customer['first_name'] }} {{ customer.brand }}"),
        ("link", "https://shop.example/?n={{ customer.first_name }}"), ("back_url", "{{ customer.first_name }}"),
        (
          "body",
          "{% if customer.traits.vip %}VIP {{ customer.traits.city }}{% else %}{{ segment.description }}{% endif %}"
        ),
        (
          "note",
          "{{ 'now' | date: '%Y' }} {{ offer.value | default: '0' }} {{ segment.basket }} {{ customer.last_order.placed_at }} {{ offer.ends_at | date: '%H:%M %z' }}"
        ),
      ]),
    creative(
      "fixed", "home_hero",
      [
        ("title", "{{ product.title }} for {{ customer.first_name | default: segment.brand | default: shop.name }}"),
        ("url", "{{ customer.last_viewed.url | default: product.url }}"),
      ], [("brand", "Ursa")]),
    creative(
      "basket", "home_hero",
      [
        ("title", "{% for p in customer.basket %}{{ p.title }} {% endfor %}"),
        ("note", "{% if customer.traits.vip %}Yours{% endif %}"), ("image", "/b.png"),
      ]),
    creative(
      "opener", "home_hero", [("title", "{% if segment.basket != 'none' %}Go on{% endif %}"), ("url", "/cart")]),
    creative("usual", "home_hero", [("title", "As ever, {{ customer.first_name | default: segment.brand }}")]),
    creative(
      "letter", "email",
      [("subject", "Dear {{ customer.first_name | default: 'all' }}"), ("body", "{{ segment.description }}")]),
    creative("buzz", "app", [("title", "{{ customer.first_name | default: 'You' }} & {{ shop.name }}")]),
  ]

  static func fixture() throws -> EngineFixture {
    try EngineFixture(more: [
      "creatives": creatives, "shop": ["name": "Test", "currency": "USD", "time_zone": "Europe/Berlin"],
      "segments": ["min_members": 2, "max_segments": 500],
      "groups": ["decisioned": 55, "random": 20, "business_as_usual": 15, "holdout": 10],
      "placements": [
        [
          "id": "home_hero", "channel": "onsite", "reward": "click", "reward_window_hours": 1,
          "business_as_usual": "usual", "do_nothing": true,
        ],
        ["id": "email", "channel": "email", "reward": "click", "send_at": "10:00"],
        ["id": "app", "channel": "push", "reward": "click", "send_at": "10:00"],
      ],
      "offers": [
        ["id": "ten-percent", "kind": "percentage", "value": 10, "code": "TEN"],
        ["id": "short", "kind": "free-shipping", "ends_at": .instant(Instant(milliseconds: 1_780_000_600_000))],
      ],
    ])
  }

  static let odd = [
    "gid://x/Customer/7a", "caf\u{E9} \u{1F600}", "a\"b\\c<d>&e", "tilde~", String(repeating: "x", count: 255), "g7",
    " ",
  ]

  /// People with names that every escaping has something to do with, and visitors who are and are not known.
  static func oddPeople(_ fixture: EngineFixture) throws -> [FactEntry] {
    let names = [
      "<Ana>", "O'Brien & \"Sons\"", "B\u{F6}rje\u{1F600}", "two\nlines\u{2028}", "/path?x=1", "java:script", "",
    ]
    var facts: [FactEntry] = []
    for (i, id) in odd.enumerated() {
      let json: JSONValue = [
        "id": .string(id), "first_name": .string(names[i]), "last_name": "back\\slash\ttab",
        "consents": ["email": .string(i % 2 == 0 ? "subscribed" : "unsubscribed")],
        "traits": ["vip": .bool(i % 3 == 0), "city": "K\u{F6}ln <1>"],
      ]
      facts.append(try FactEntry(kind: .customer, json: json))
      facts.append(fixture.event("o\(i)", "product_viewed", id, secondsAgo: 300, product: "p\(i + 1)"))
      facts.append(fixture.event("ob\(i)", "product_added_to_cart", id, secondsAgo: 200, product: "p\(i + 3)"))
    }
    facts.append(FactEntry(identify: Identify(anonymous: "joined", customer: odd[0], at: fixture.now.adding(-1_000))))
    facts.append(
      FactEntry(
        event: Event(
          id: "v1", type: "product_viewed", at: fixture.now.adding(-60_000), anonymous: "lone \u{E9}", product: "p2")))
    return facts
  }

  static func subjects() -> [DecideSubject] {
    let customers = (1...120).map { "c\($0)" } + (0..<60).map { "ghost\($0)" } + odd
    var out = customers.map { DecideSubject.customer(Array($0.utf8)) }
    out += customers.prefix(20).map { .unproven(Array($0.utf8)) }
    for visitor in ["joined", "lone \u{E9}", "nobody", "caf\u{E9}"] + (1...20).map({ "a\($0)" }) {
      out += [.anonymous(Array(visitor.utf8)), .browser(Array(visitor.utf8))]
    }
    return out
  }

  private static func plain(_ fixture: EngineFixture, placedAt: Instant, then: Catalog?) async throws -> PlainDecider {
    let engine = fixture.engine
    let book = try #require(try await engine.bookInForce()).book
    var decider = PlainDecider(engine, book, now: fixture.now, placedAt: placedAt)
    decider.catalogThen = then
    return decider
  }

  /// - Returns: how many answers there were of each group and fallback.
  private static func compare(_ fixture: EngineFixture, _ decider: PlainDecider) throws -> [String: Int] {
    var kinds: [String: Int] = [:]
    for subject in subjects() {
      for placement in ["home_hero", "email"] {
        let got = try fixture.decide(subject, placement)
        let wanted = try decider.answer(subject, placement: placement)
        guard case .object(var object) = got else { throw DecideError.unknownPlacement("", nearest: []) }
        object["receipt"] = nil
        #expect(
          JSONWriter.text(.object(object)) == JSONWriter.text(wanted), "\(String(decoding: subject.id, as: UTF8.self))")
        kinds[got["group"]?.text ?? "", default: 0] += 1
        kinds[got["fallback"]?.text ?? "-", default: 0] += 1
      }
    }
    return kinds
  }

  @Test func bytesReadAsIfRenderedAtOnce() async throws {
    let fixture = try ServedBytesTests.fixture()
    try await fixture.fill(customers: 300)
    try await fixture.ingest(try ServedBytesTests.oddPeople(fixture))
    _ = try await fixture.engine.runCycle()
    let start = fixture.now
    let then = fixture.engine.profiles.catalog
    #expect(try #require(fixture.engine.serving.current).segmentCount > 5)
    var kinds = try ServedBytesTests.compare(
      fixture, try await ServedBytesTests.plain(fixture, placedAt: start, then: then))
    #expect(Set(Group.allCases.map(\.rawValue)).isSubset(of: kinds.keys))
    #expect(Set(["unknown_customer", "no_allowed_action", "-"]).isSubset(of: kinds.keys))
    // The offer ends.
    fixture.clock.set(start.adding(11 * Instant.minute))
    kinds = try ServedBytesTests.compare(
      fixture, try await ServedBytesTests.plain(fixture, placedAt: start, then: then))
    // The book grows stale, and the last that could be said is what is always said.
    fixture.clock.set(start.adding(25 * Instant.hour))
    kinds = try ServedBytesTests.compare(
      fixture, try await ServedBytesTests.plain(fixture, placedAt: start, then: then))
    #expect(kinds["stale_book"] == 2 * ServedBytesTests.subjects().count)
  }

  /// What is sold out is not shown any more: another action takes its place with the same hash, and no page is left
  /// blank that had something to show.
  @Test func whatIsGoneGivesWayAtOnce() async throws {
    let fixture = try ServedBytesTests.fixture()
    try await fixture.fill(customers: 300)
    _ = try await fixture.engine.runCycle()
    let then = fixture.engine.profiles.catalog
    let start = fixture.now
    let subjects = ServedBytesTests.subjects()
    func creatives() throws -> [String?] { try subjects.map { try fixture.decide($0)["action"]?["creative"]?.text } }
    let before = try creatives()
    #expect(before.contains("fixed"))
    try await fixture.ingest(
      try then.entries.compactMap(\.record).map { record in
        var gone = record
        gone.inventory = 0
        return try FactEntry(kind: .product, json: gone.json)
      })
    let after = try creatives()
    #expect(!after.contains("fixed") && !after.contains("brand") && !after.contains("category"))
    for (old, new) in zip(before, after) { #expect((old == nil) == (new == nil)) }
    _ = try ServedBytesTests.compare(fixture, try await ServedBytesTests.plain(fixture, placedAt: start, then: then))
  }

  @Test func anOfferThatIsUsedUpIsNotMadeAgain() async throws {
    let fixture = try EngineFixture(more: [
      "offers": [["id": "few", "kind": "percentage", "value": 10, "code": "FEW", "budget_orders": 2]]
    ])
    try await fixture.fill(customers: 200)
    _ = try await fixture.engine.runCycle()
    func offers() throws -> [String?] {
      try (0..<200).map { try fixture.decide(.customer(Array("ghost\($0)".utf8)))["action"]?["offer"]?.text }
    }
    #expect(try offers().contains("few"))
    let before = try offers()
    for (i, id) in ["o1", "o1", "o2"].enumerated() {
      #expect(try offers() == before, "order \(i)")
      let order: JSONValue = [
        "id": .string(id), "customer": "c1", "placed_at": .instant(fixture.now), "currency": "USD",
        "discount_codes": ["few"], "lines": [["product": "p1", "quantity": 1, "price": 5]],
      ]
      try await fixture.ingest([try FactEntry(kind: .order, json: order)])
    }
    #expect(try !offers().contains("few"))
    for (old, new) in zip(before, try offers()) { #expect((old == nil) == (new == nil)) }
  }
}
