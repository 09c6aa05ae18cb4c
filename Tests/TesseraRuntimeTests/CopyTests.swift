import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// A proposed text from the look that proposed it to the page that shows it, and back.
@Suite struct CopyTests {
  private static let headline = "Kestrel & friends are back for {{ customer.first_name | default: 'you' }}"

  /// Proposes a text for what speaks of the segment's brand.
  private static func author(_ request: ModelRequest) -> Result<ModelReply, ModelFailure> {
    guard case .user(let texts)? = request.turns.first, let digest = texts.first,
      let json = try? JSONParser.parse(String(digest.dropFirst("<data>\n".count).dropLast("\n</data>".count))),
      let id = json["id"]?.text, json["arms"]?["a1"] != nil
    else { return ScriptedModel.reply("{\"answers\":[]}") }
    let copy: JSONValue = [
      "arm_id": "a1", "slot_id": "home_hero", "style": "brand-led", "headline": .string(headline),
      "body": "Seen and liked: have another look.", "merge_tags": [], "evidence": ["e1"],
    ]
    let answer: JSONValue = [
      "segment_id": .string(id), "verdict": "supplement", "summary": "The brand is back.", "arm_effects": [],
      "proposed_copy": [copy], "flags": [],
    ]
    return ScriptedModel.reply(JSONWriter.text(["answers": [answer]]))
  }

  private func proposed(_ rule: String) async throws -> EngineFixture {
    let fixture = try EngineFixture(model: ScriptedModel { CopyTests.author($0) }, agent: ["copy": .string(rule)])
    fixture.engine.serving.turnOn()
    try await fixture.ingest(CycleTests.brandStore(fixture, withNews: true))
    _ = try await fixture.engine.runCycle()
    return fixture
  }

  private func nextCycle(_ fixture: EngineFixture) async throws -> DecisionBook {
    fixture.clock.set(fixture.now.adding(Instant.hour))
    _ = try await fixture.engine.runCycle()
    return try #require(await fixture.engine.bookInForce()).book
  }

  private func arms(_ book: DecisionBook) -> [(segment: String, arm: Decision.Arm)] {
    book.entries.flatMap { entry in
      entry.decisions.compactMap { book.decision($0) }.flatMap(\.arms).map { (entry.segment.id, $0) }
    }
  }

  @Test func aTextIsAnArmOnlyOnceAMarketerApprovedIt() async throws {
    let fixture = try await proposed("marketer")
    let text = try #require(await fixture.engine.proposedTexts().first)
    #expect(text.state == .pending)
    let before = try await nextCycle(fixture)
    #expect(!arms(before).contains { $0.arm.action.creative == text.id })

    let approved = try await fixture.engine.judge(text: text.id, .approve)
    #expect(approved.state == .live && approved.judge == "marketer")
    let book = try await nextCycle(fixture)
    let own = arms(book).filter { $0.arm.action.creative == text.id }
    #expect(!own.isEmpty && own.allSatisfy { $0.segment == text.segment })
    for (segment, arm) in own {
      let parent = try #require(
        arms(book).first {
          $0.segment == segment && $0.arm.action.creative == text.parent && $0.arm.action.offer == arm.action.offer
        })
      #expect(arm.off > 0 && arm.off <= parent.arm.off / 9)
    }
    for cycle in 1...3 { #expect(try await fixture.engine.replay(cycle: cycle).isIdentical) }
    // Nobody writes about it where it does not belong.
    let exclusions = book.entries.flatMap(\.decisions).compactMap { book.decision($0) }.flatMap(\.exclusions)
    #expect(!exclusions.contains { $0.action.creative == text.id })

    let shown = try shows(fixture, text.id)
    #expect(shown.contains { $0["content"]?["title"]?.text == "Kestrel &amp; friends are back for you" })
    let restarted = try await fixture.restarted()
    _ = try await restarted.engine.activateBookInForce()
    #expect(try shows(restarted, text.id).count == shown.count)
  }

  /// Answers to many people that show a creative.
  private func shows(_ fixture: EngineFixture, _ creative: String) throws -> [JSONValue] {
    try (0..<30).flatMap { c in
      try (0..<20).compactMap { _ in try fixture.decide(.customer(Array("c\(c)".utf8))) }
    }.filter { $0["action"]?["creative"]?.text == creative }
  }

  @Test func whatIsStoppedIsShownToNobodyFromThenOn() async throws {
    let fixture = try await proposed("rules")
    let text = try #require(await fixture.engine.proposedTexts().first)
    #expect(text.state == .live && text.judge == "rules")
    var isShown = false
    // Each hour draws anew who sees a text that one in ten sees.
    for _ in 0..<12 where !isShown {
      _ = try await nextCycle(fixture)
      isShown = try !shows(fixture, text.id).isEmpty
    }
    #expect(isShown)
    _ = try await fixture.engine.judge(text: text.id, .stop)
    #expect(try shows(fixture, text.id).isEmpty)
    #expect(try shows(try await fixture.restarted(), text.id).isEmpty)
    let book = try await nextCycle(fixture)
    #expect(!arms(book).contains { $0.arm.action.creative == text.id })
    await #expect(throws: EngineError.self) { _ = try await fixture.engine.judge(text: text.id, .approve) }
  }

  @Test func noneIsAskedForWhereItIsOff() async throws {
    let fixture = try await proposed("off")
    #expect(try await fixture.engine.proposedTexts().isEmpty)
  }
}
