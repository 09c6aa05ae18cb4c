import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraSegments
import TesseraStorage
import Testing

@Suite struct CycleTests {
  @Test func aCycleIsReplayedByteForByteByAnotherProcess() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill()
    let (row, isNew) = try await fixture.engine.runCycle()
    #expect(isNew)
    #expect((row.report["segments_decided"]?.integer ?? 0) > 3)
    // Facts that arrive later change no past book.
    try await fixture.ingest(
      (0..<50).map { fixture.event("late\($0)", "page_viewed", "c\($0 + 1)", secondsAgo: 3_600) })
    let report = try await fixture.restarted().engine.replay(cycle: row.number)
    #expect(report.isIdentical, "\(report.difference ?? "")")
  }

  /// What is relaxed is chosen by what people did, and the next cycle knows what the last one chose.
  @Test func aBookRelaxesByWhatIsLost() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 1_500)
    let (first, _) = try await fixture.engine.runCycle()
    let (_, book) = try #require(await fixture.engine.bookInForce())
    #expect(book.relaxation.contains { $0.reason.contains("tells") }, "\(book.relaxation.map(\.reason))")
    let later = try await fixture.restarted(at: fixture.now.adding(Instant.hour))
    let (second, _) = try await later.engine.runCycle()
    let input = try JSONParser.parse(try #require(await fixture.store.record(ofCycle: second.number)).input)
    #expect(input["previous_relaxation"]?.elements?.compactMap(\.text) == book.relaxation.map(\.axis))
    for row in [first, second] {
      let report = try await later.engine.replay(cycle: row.number)
      #expect(report.isIdentical, "\(report.difference ?? "")")
    }
  }

  @Test func replayNoticesAChangedBook() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 200)
    let (row, _) = try await fixture.engine.runCycle()
    let record = try #require(await fixture.store.record(ofCycle: row.number))
    var book = record.book
    let at = try #require(book.firstIndex(of: UInt8(ascii: "1")))
    book[at] = UInt8(ascii: "2")
    try await fixture.store.publish(
      Publication(
        cycle: row.number, report: .null, input: record.input, book: book, bookHash: "x", records: [:], segments: []))
    let report = try await fixture.engine.replay(cycle: row.number)
    #expect(!report.isIdentical)
    #expect(report.difference?.contains("byte") ?? false)
    #expect(report.notes.isEmpty)

    // A book that an earlier version made need not have been changed.
    var input = try JSONParser.parse(record.input)
    guard case .object(var object) = input else { return }
    object["rules"] = .integer(1)
    input = .object(object)
    try await fixture.store.publish(
      Publication(
        cycle: row.number, report: .null, input: JSONWriter.bytes(input), book: book, bookHash: "x", records: [:],
        segments: []))
    let old = try await fixture.engine.replay(cycle: row.number)
    #expect(!old.isIdentical && old.notes.count == 1)
    #expect(old.notes.first?.contains("another version") ?? false)
  }

  @Test func anHourHasOneCycleAndTheNextIsChained() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 100)
    let first = try await fixture.engine.runCycle()
    let again = try await fixture.engine.runCycle()
    #expect(!again.isNew && again.row.number == first.row.number)
    let later = try await fixture.restarted(at: fixture.now.adding(Instant.hour))
    let second = try await later.engine.runCycle()
    let input = try #require(await fixture.store.record(ofCycle: second.row.number)).input
    #expect(try JSONParser.parse(input)["previous"]?.text == first.row.book)
  }

  @Test func afterAnErasureReplayUsesTheRecordAndSaysSo() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 200)
    let (row, _) = try await fixture.engine.runCycle()
    let customer = fixture.engine.profiles.customers.id(0)
    #expect(try await fixture.engine.erase(customer: customer))
    let report = try await fixture.restarted().engine.replay(cycle: row.number)
    #expect(report.isIdentical)
    #expect(report.notes.count == 1)
    await #expect(throws: EngineError.self) { _ = try await fixture.engine.customer(customer) }
    let outcome = try await fixture.engine.ingest([.success(fixture.event("back", "page_viewed", customer))])
    #expect(outcome.rejected == 1)
  }

  /// Facts that are on their way when a customer is erased are refused or erased with the rest.
  @Test func nothingSentMeanwhileSurvivesAnErasure() async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 50)
    let customer = fixture.engine.profiles.customers.id(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for i in 0..<100 {
        group.addTask {
          _ = try await fixture.engine.ingest([.success(fixture.event("late-\(i)", "page_viewed", customer))])
        }
        guard i == 50 else { continue }
        group.addTask {
          let isErased = try await fixture.engine.erase(customer: customer)
          #expect(isErased)
        }
      }
      try await group.waitForAll()
    }
    await #expect(throws: EngineError.self) { _ = try await fixture.engine.customer(customer) }
    #expect(try await fixture.store.facts(ofCustomer: customer, anonymous: []).isEmpty)
  }

  /// Facts alone decide: without the products' new versions the analyst claims nothing and the decisions differ.
  @Test func deletingAFactChangesTheAnswerOfItsTool() async throws {
    func decisions(withNews: Bool) async throws -> (claims: Int, on: [String]) {
      let fixture = try EngineFixture()
      fixture.engine.serving.turnOn()
      try await fixture.ingest(CycleTests.brandStore(fixture, withNews: withNews))
      _ = try await fixture.engine.runCycle()
      let (_, book) = try #require(await fixture.engine.bookInForce())
      let all = book.entries.flatMap(\.decisions).compactMap { book.decision($0) }
      return (all.reduce(0) { $0 + ($1.overlay?.claims.count ?? 0) }, all.map { "\($0.arms.map(\.on))" })
    }
    let with = try await decisions(withNews: true)
    let without = try await decisions(withNews: false)
    #expect(with.claims > 0)
    #expect(without.claims == 0)
    #expect(with.on != without.on)
  }

  /// Thirty people who lean to one brand; with news, one of its products came back into stock yesterday.
  static func brandStore(_ fixture: EngineFixture, withNews: Bool) -> [FactEntry] {
    var product = ProductRecord(id: "p1", title: "Jacket")
    product.brand = "Kestrel"
    product.inventory = 5
    product.createdAt = fixture.now.adding(-100 * Instant.day)
    product.updatedAt = product.createdAt
    var facts = [FactEntry(product: product)]
    if withNews {
      product.id = "p2"
      product.inventory = 0
      facts.append(FactEntry(product: product))
      product.inventory = 9
      product.updatedAt = fixture.now.adding(-Instant.day)
      facts.append(FactEntry(product: product))
    }
    for c in 0..<30 {
      for v in 0..<3 {
        facts.append(fixture.event("e\(c)-\(v)", "product_viewed", "c\(c)", secondsAgo: 600, product: "p1"))
      }
    }
    return facts
  }
}
