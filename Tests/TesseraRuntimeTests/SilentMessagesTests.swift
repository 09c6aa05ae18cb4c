import Foundation
import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// Who gets no message is told as well as who gets one, so that there is something to compare with.
@Suite struct SilentMessagesTests {
  private static func fixture() throws -> EngineFixture {
    try EngineFixture(more: [
      "groups": ["decisioned": 55, "random": 20, "business_as_usual": 5, "holdout": 20],
      "placements": [
        ["id": "home_hero", "channel": "onsite", "reward": "click", "reward_window_hours": 1],
        [
          "id": "email", "channel": "email", "reward": "order", "reward_window_hours": 2, "send_at": "10:00",
          "do_nothing": true,
        ],
      ],
    ])
  }

  private func operations(_ fixture: EngineFixture) -> Operations {
    Operations(engine: fixture.engine, settings: fixture.store) { name, _ throws(FactSourceError) in
      throw FactSourceError("there is no source \(name)")
    }
  }

  private func email(_ fixture: EngineFixture) async throws -> JSONValue {
    let evidence = try await fixture.engine.evidence()
    return try #require(evidence["placements"]?.elements?.first { $0["placement"]?.text == "email" })
  }

  @Test func theHoldOutAndNothingAreCompared() async throws {
    let fixture = try Self.fixture()
    try await fixture.fill(customers: 1_500)
    _ = try await fixture.engine.runCycle()
    let folder = FileManager.default.temporaryDirectory.appending(path: "silent-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (sent, silent) = (folder.appending(path: "sent.json").path, folder.appending(path: "silent.json").path)
    let result = try await operations(fixture).run(
      "export", ["placement": "email", "out": .string(sent), "silent": .string(silent)])
    func lines(_ path: String) throws -> [JSONValue] {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { try JSONParser.parse(String($0)) }
    }
    let (messages, withheld) = (try lines(sent), try lines(silent))
    #expect(messages.count == result["customers"]?.integer && withheld.count == result["silent"]?.integer)
    func people(_ rows: [JSONValue]) -> Set<String> { Set(rows.compactMap { $0["customer"]?.text }) }
    #expect(messages.count > 50 && withheld.count > 50 && people(messages).isDisjoint(with: people(withheld)))
    // Everyone who may be written to is in one of the two.
    let all = try await operations(fixture).run("export", ["placement": "email", "out": .string(sent)])
    #expect(all["customers"]?.integer == messages.count && all["silent"] == nil)
    #expect(Set(messages.compactMap { $0["group"]?.text }) == ["decisioned", "random"])

    func facts(_ rows: [JSONValue], _ type: String) throws -> [FactEntry] {
      try rows.map { row in
        let customer = try #require(row["customer"]?.text)
        return FactEntry(
          event: Event(
            id: row["id"]?.text ?? "m\(customer)", type: row["type"]?.text ?? type, at: fixture.now,
            customer: customer, receipt: try #require(row["receipt"]?.text)))
      }
    }
    // As a tool tells of what it sent: nothing can be said of those who got nothing.
    try await fixture.ingest(try facts(messages, "message_delivered"))
    fixture.clock.set(fixture.now.adding(3 * Instant.hour))
    var told = try await email(fixture)
    #expect((told["comparisons"]?.elements ?? []).allSatisfy { $0["over"]?.text != "holdout" })
    #expect(told["sample_ratio"]?.isNull == true)

    fixture.clock.set(fixture.now.adding(-3 * Instant.hour))
    let quiet = try facts(withheld, "")
    // It is no visit.
    #expect(!EventKind(type: Event.withheld).isOnSite)
    try await fixture.ingest(quiet)
    try await fixture.ingest(quiet)
    fixture.clock.set(fixture.now.adding(3 * Instant.hour))
    told = try await email(fixture)
    #expect((told["comparisons"]?.elements ?? []).contains { $0["over"]?.text == "holdout" })
    #expect(told["sample_ratio"]?["alarm"]?.flag == false)
    let exposures = (told["groups"]?.elements ?? []).reduce(0) { $0 + ($1["exposures"]?.integer ?? 0) }
    #expect(exposures == messages.count + withheld.count)

    // "Do nothing" is learned like any other action.
    _ = try await fixture.engine.runCycle()
    let (_, book) = try #require(await fixture.engine.bookInForce())
    var views = 0
    for record in book.records.values {
      let decision = try #require(Decision(json: try JSONParser.parse(record)))
      for arm in decision.arms where arm.action.isNothing { views += arm.exposures }
    }
    #expect(views > 0)
  }

  @Test func aPageSpeaksForItself() async throws {
    let fixture = try Self.fixture()
    await #expect(throws: EngineError.self) {
      _ = try await operations(fixture).run(
        "export", ["placement": "home_hero", "out": "/dev/null", "silent": "/dev/null"])
    }
  }
}
