import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// "Hi ," goes to nobody: not by the book, and not by the answer.
@Suite struct MergeTagTests {
  private static func creative(_ id: String, _ title: String) -> JSONValue {
    ["id": .string(id), "placements": ["home_hero"], "content": ["title": .string(title)]]
  }

  private func fixture(coverage: Double, usual: String = "plain") async throws -> EngineFixture {
    let fixture = try EngineFixture(more: [
      "guardrails": ["tag_coverage": .double(coverage)],
      "creatives": [
        MergeTagTests.creative("hello", "Hi {{ customer.first_name }}, look"),
        MergeTagTests.creative("size", "In {{ customer.traits.size }}, for {{ customer.last_name }}"),
        MergeTagTests.creative("plain", "Just in"), MergeTagTests.creative("code", "Use {{ offer.code }} today"),
      ],
      "placements": [
        [
          "id": "home_hero", "channel": "onsite", "reward": "click", "reward_window_hours": 1,
          "business_as_usual": .string(usual),
        ]
      ],
      "groups": ["decisioned": 60, "random": 20, "business_as_usual": 20, "holdout": 0], "offers": [],
    ])
    fixture.engine.serving.turnOn()
    // One in three has a first name, one in four a size, and all but a few a last name.
    for i in 0..<240 {
      var record: JSONObject = JSONObject([("id", .string("c\(i)")), ("last_name", .string(i % 40 == 0 ? "" : "Lee"))])
      if i % 3 == 0 { record["first_name"] = .string("Ana\(i)") }
      if i % 4 == 0 { record["traits"] = ["size": .string("S\(i)")] }
      try await fixture.ingest([
        try FactEntry(kind: .customer, json: .object(record)),
        fixture.event("e\(i)", "page_viewed", "c\(i)", secondsAgo: Int64(60 + i)),
      ])
    }
    return fixture
  }

  private func answers(_ fixture: EngineFixture) throws -> [JSONValue] {
    try (0..<240).map { try fixture.decide(.customer(Array("c\($0)".utf8))) }
  }

  private func creatives(_ answers: [JSONValue]) -> Set<String> {
    Set(answers.compactMap { $0["action"]?["creative"]?.text })
  }

  /// A name of blanks is no name, whichever way a text asks for it, and a text that fails or calls itself off for
  /// somebody is not shown to them.
  @Test func namesOfBlanksAndFailuresReachNobody() async throws {
    let fixture = try EngineFixture(more: [
      "guardrails": ["tag_coverage": .double(0)],
      "creatives": [
        MergeTagTests.creative("default", "Hi {{ customer.first_name | default: 'there' }}, a"),
        MergeTagTests.creative("blank", "Hi {{ customer.first_name | default: ' ' }}, b"),
        MergeTagTests.creative(
          "if", "{% if customer.first_name %}Hi {{ customer.first_name }},{% else %}Oh,{% endif %} c"),
        MergeTagTests.creative("gap", "Hi {% if customer.first_name %}{{ customer.first_name }}{% endif %}, d"),
        MergeTagTests.creative(
          "trait", "{% if customer.traits.nick %}Hi {{ customer.traits.nick }},{% else %}Oh,{% endif %} e"),
        MergeTagTests.creative("named", "{% assign n = customer.first_name %}Hi {{ n | default: 'you' }}, f"),
        MergeTagTests.creative("list", "You left {% for p in customer.basket %}{{ p.title }}{% endfor %} behind"),
        MergeTagTests.creative(
          "off", "{% if customer.first_name %}{% abort_message 'named' %}{% endif %}Hello g"),
        MergeTagTests.creative("error", "{{ customer.traits.n | modulo: 0 }} h"),
      ],
      "groups": ["decisioned": 0, "random": 100, "business_as_usual": 0, "holdout": 0], "offers": [],
    ])
    fixture.engine.serving.turnOn()
    let names = ["", " ", "\u{A0}\u{200B}", "Ana", nil]
    for i in 0..<200 {
      var record = JSONObject([("id", .string("c\(i)"))])
      if let name = names[i % 5] {
        record["first_name"] = .string(name)
        record["traits"] = ["nick": .string(name), "n": 7]
      }
      try await fixture.ingest([
        try FactEntry(kind: .customer, json: .object(record)),
        fixture.event("e\(i)", "page_viewed", "c\(i)", secondsAgo: Int64(60 + i)),
      ])
    }
    _ = try await fixture.engine.runCycle()
    var shown: [Bool: Set<String>] = [true: [], false: []]
    for i in 0..<200 {
      let answer = try fixture.decide(.customer(Array("c\(i)".utf8)))
      let title = try #require(answer["content"]?["title"]?.text)
      shown[names[i % 5] == "Ana"]?.insert(answer["action"]?["creative"]?.text ?? "")
      let words = title.split(separator: ",")[0].split(separator: " ")
      #expect(["there", "Ana", "you", "Oh", "g"].contains(words.last ?? ""), "\(title)")
    }
    #expect(shown[true] == ["default", "blank", "if", "gap", "trait", "named"])
    #expect(shown[false] == ["default", "if", "trait", "named", "off"])
  }

  @Test func theRecordSaysWhyAndTheReplayAgrees() async throws {
    let fixture = try await fixture(coverage: 0.95)
    let (row, _) = try await fixture.engine.runCycle()
    #expect(creatives(try answers(fixture)) == ["plain"])
    let (_, book) = try #require(await fixture.engine.bookInForce())
    let root = try #require(book.entries.last { $0.segment.values.allSatisfy { $0 == .any } })
    let record = try #require(book.records[root.decisions[0]])
    let decision = try #require(Decision(json: try JSONParser.parse(record)))
    let reasons = Dictionary(decision.exclusions.map { ($0.action.creative, $0) }) { first, _ in first }
    #expect(reasons["hello"]?.code == "merge-tag")
    #expect(
      reasons["hello"]?.reason.hasPrefix("customer.first_name is empty for 160 of 240 members, without a fallback")
        ?? false,
      "\(reasons["hello"]?.reason ?? "")")
    #expect(reasons["size"]?.reason.hasPrefix("customer.traits.size is empty for 180 of 240 members") ?? false)
    #expect(reasons["hello"]?.reason.contains("“Hi , look”") ?? false && reasons["plain"] == nil)
    let report = try await fixture.restarted().engine.replay(cycle: row.number)
    #expect(report.isIdentical, "\(report.difference ?? "")")
  }

  @Test func whoLacksItGetsSomethingElse() async throws {
    let fixture = try await fixture(coverage: 0)
    _ = try await fixture.engine.runCycle()
    let all = try answers(fixture)
    #expect(creatives(all) == ["hello", "size", "plain"])
    for (i, answer) in all.enumerated() {
      let (creative, title) = (answer["action"]?["creative"]?.text, answer["content"]?["title"]?.text)
      switch creative {
      case "hello": #expect(title == "Hi Ana\(i), look")
      case "size": #expect(title == "In S\(i), for Lee")
      default: #expect(title == "Just in")
      }
      // Where one text is left, it is certain; where there are three, it is not.
      let isCertain = answer["propensity"]?.double == 1
      let hasSize = i % 4 == 0 && i % 40 != 0
      if answer["group"]?.text != "business_as_usual" {
        #expect(isCertain == (i % 3 != 0 && !hasSize), "\(i): \(answer)")
      }
    }
    // Nothing is known of them, or may be said.
    for subject in [
      DecideSubject.customer(Array("nobody".utf8)), .unproven(Array("c0".utf8)), .browser(Array("v".utf8)),
    ] {
      #expect(try fixture.decide(subject)["content"]?["title"]?.text == "Just in")
    }
  }

  @Test func blanksAloneAreAHole() async throws {
    let fixture = try await fixture(coverage: 0)
    try await fixture.ingest([
      try FactEntry(kind: .customer, json: ["id": "c0", "first_name": "\u{A0}\t", "last_name": "Lee"])
    ])
    _ = try await fixture.engine.runCycle()
    #expect(try answers(fixture)[0]["action"]?["creative"]?.text != "hello")
  }

  @Test func businessAsUsualWithoutItsOfferIsLeftOut() async throws {
    let fixture = try await fixture(coverage: 0.95, usual: "code")
    _ = try await fixture.engine.runCycle()
    let usual = try answers(fixture).filter { $0["group"]?.text == "business_as_usual" }
    #expect(usual.count > 20 && usual.allSatisfy { $0["content"]?.isNull ?? false })
    fixture.clock.set(fixture.now.adding(30 * Instant.day))
    #expect(try answers(fixture).allSatisfy { $0["fallback"]?.text == "stale_book" && $0["content"]?.isNull ?? false })
  }

  @Test func businessAsUsualHasNoHoleEither() async throws {
    let fixture = try await fixture(coverage: 0.95, usual: "hello")
    _ = try await fixture.engine.runCycle()
    let usual = try answers(fixture).enumerated().filter { $0.element["group"]?.text == "business_as_usual" }
    #expect(usual.count > 20)
    for (i, answer) in usual {
      let title = answer["content"]?["title"]?.text
      #expect(title == (i % 3 == 0 ? "Hi Ana\(i), look" : nil), "\(i): \(answer)")
    }
  }
}
