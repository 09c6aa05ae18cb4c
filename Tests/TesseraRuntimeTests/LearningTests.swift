import TesseraModel
import TesseraRuntime
import TesseraSimulator
import TesseraStorage
import TesseraTesting
import Testing

/// The loop closed: decisions shown, responses by a known truth, posteriors, better decisions.
@Suite struct LearningTests {
  @Test func decisionedBeatsRandomOnTheTruthAfterSomeHours() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 2_000)
    let store = SimulatedStore(customers: 2_000, seed: 5, endingAt: fixture.now)
    // Several streams of shoppers at once: a busy shop in few hours.
    var streams = (0..<6).map { LiveShoppers(store, seed: 11 + $0) }
    _ = try await fixture.engine.runCycle()
    var (decisioned, random) = (Tally(), Tally())
    for hour in 1...20 {
      let end = fixture.now.adding(Instant.hour)
      for i in streams.indices {
        for visit in streams[i].visits(from: fixture.now, to: end) {
          try await LearningTests.carryOut(visit, &streams[i], fixture, count: hour > 10, &decisioned, &random)
        }
      }
      fixture.clock.set(end)
      _ = try await fixture.engine.runCycle()
    }
    #expect(decisioned.count > 200 && random.count > 20)
    #expect(decisioned.mean > 1.15 * random.mean, "\(decisioned.mean) against \(random.mean)")
  }

  private struct Tally {
    var count = 0
    var sum = 0.0
    var mean: Double { count == 0 ? 0 : sum / Double(count) }
  }

  private static func carryOut(
    _ visit: LiveShoppers.Visit, _ live: inout LiveShoppers, _ fixture: EngineFixture, count: Bool,
    _ decisioned: inout Tally,
    _ random: inout Tally
  ) async throws {
    try await fixture.ingest(visit.opening)
    let subject: DecideSubject =
      visit.shopper.customer.map { .customer(Array($0.utf8)) } ?? .anonymous(Array(visit.shopper.anonymous.utf8))
    let answer = try fixture.decide(subject)
    guard let receipt = answer["receipt"]?.text else { return }
    let creative = answer["action"]?["creative"]?.text
    let offer = answer["action"]?["offer"]?.text
    let shown = LiveShoppers.ShownDecision(
      placement: "home_hero", creative: creative, offer: offer, receipt: receipt, at: visit.startsAt.adding(10_000))
    try await fixture.ingest(live.respond(visit, to: shown))
    guard count, let creative else { return }
    let rate = live.truth.clickRate(
      visit.shopper, visit.situation, placement: "home_hero", creative: creative, offer: offer ?? "none")
    if answer["group"]?.text == "decisioned" {
      decisioned = Tally(count: decisioned.count + 1, sum: decisioned.sum + rate)
    }
    if answer["group"]?.text == "random" { random = Tally(count: random.count + 1, sum: random.sum + rate) }
  }

  @Test func aForgedReceiptIsKeptButTeachesNothing() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 100)
    _ = try await fixture.engine.runCycle()
    let receipt = try #require(fixture.decide(.customer(Array("c1".utf8)))["receipt"]?.text)
    let forged = "r_" + String(receipt.dropFirst(2).reversed())
    try await fixture.ingest([fixture.event("f", "decision_shown", "c1", secondsAgo: 7_200, receipt: forged)])
    #expect(try await fixture.engine.event(id: "f") != nil)
    let later = try await fixture.restarted(at: fixture.now.adding(3 * Instant.hour))
    let (row, _) = try await later.engine.runCycle()
    let input = try #require(await fixture.store.record(ofCycle: row.number)).input
    #expect(try JSONParser.parse(input)["facts"]?["posterior"]?["cells"]?.elements?.isEmpty ?? false)
  }
}
