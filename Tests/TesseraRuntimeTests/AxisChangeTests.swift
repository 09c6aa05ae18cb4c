import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraSegments
import TesseraStorage
import TesseraTesting
import Testing

/// A store changes its axes while people visit.
@Suite struct AxisChangeTests {
  /// How new axes come to a store.
  enum Way: CaseIterable {
    case restart, reconfiguration
  }

  /// The store some time later, told of other axes.
  private func changed(_ fixture: EngineFixture, after milliseconds: Int64, _ way: Way) async throws -> EngineFixture {
    if way == .reconfiguration {
      fixture.clock.set(fixture.now.adding(milliseconds))
      try await fixture.engine.reconfigure(EngineFixture.policy(["axes": AxisChangeTests.axes]))
      return fixture
    }
    let later = try EngineFixture(
      store: fixture.store, now: fixture.now.adding(milliseconds), axes: AxisChangeTests.axes)
    later.engine.serving.turnOn()
    try await later.engine.load()
    #expect(try await later.engine.activateBookInForce())
    return later
  }

  static let axes: JSONValue = [
    "visits", ["axis": "orders", "cuts": [1, 3], "values": ["none", "some", "lots"]], "price-tier", "brand", "returns",
  ]

  /// Customers that the store knows something of.
  private func known(_ fixture: EngineFixture) throws -> [String] {
    let ids = (1...400).map { "c\($0)" }
    let known = try ids.filter { try fixture.decide(.customer(Array($0.utf8)))["fallback"]?.isNull ?? false }
    #expect(known.count > 100)
    return known
  }

  private func segments(_ fixture: EngineFixture, _ customers: [String]) throws -> [JSONValue?] {
    try customers.map { try fixture.decide(.customer(Array($0.utf8)))["segment"] }
  }

  @Test(arguments: Way.allCases) func oldAxesServeUntilTheNewOnesAreReady(_ way: Way) async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 400)
    let (first, _) = try await fixture.engine.runCycle()
    let known = try known(fixture)
    let before = try segments(fixture, known)

    // With other axes the book of before goes on, in its own axes, for those who move as well.
    let names = fixture.engine.space.names
    let later = try await changed(fixture, after: 40 * Instant.minute, way)
    #expect(later.engine.serving.space.names == names && later.engine.space.names != names)
    #expect(try segments(later, known) == before)
    try await later.ingest([later.event("x1", "product_viewed", "c1"), later.event("x2", "page_viewed", "new-one")])
    let old = try later.decide(.customer(Array("new-one".utf8)))
    #expect(old["cycle"]?.integer == first.number && old["fallback"]?.isNull ?? false)

    // The next cycle brings the new ones, and everyone has a place in them.
    later.clock.set(later.now.adding(30 * Instant.minute))
    let (second, isNew) = try await later.engine.runCycle()
    #expect(isNew && later.engine.serving.space.names == ["visits", "orders", "price-tier", "brand", "returns"])
    for customer in known {
      let answer = try later.decide(.customer(Array(customer.utf8)))
      #expect(answer["cycle"]?.integer == second.number && answer["fallback"]?.isNull ?? false)
      let relaxed = answer["segment"]?["relaxed"]?.elements?.compactMap(\.text) ?? []
      #expect(relaxed.allSatisfy { ["visits", "orders", "price-tier", "brand", "returns"].contains($0) })
    }
    // Facts that come now are placed in the new ones.
    try await later.ingest([later.event("x3", "page_viewed", "new-two")])
    #expect(try later.decide(.customer(Array("new-two".utf8)))["fallback"]?.isNull ?? false)

    // Both books are rebuilt byte for byte, each with its own axes.
    for number in [first.number, second.number] {
      let report = try await later.engine.replay(cycle: number)
      #expect(report.isIdentical, "\(report.difference ?? "")")
    }
  }

  /// While people are moved over, facts go on arriving: nobody is left behind, and no answer mixes the two.
  @Test(arguments: Way.allCases) func factsArriveDuringTheChange(_ way: Way) async throws {
    let fixture = try EngineFixture()
    try await fixture.fill(customers: 300)
    _ = try await fixture.engine.runCycle()
    let customers = try known(fixture)
    let later = try await changed(fixture, after: Instant.hour, way)
    async let cycle = later.engine.runCycle()
    for i in 0..<200 {
      let customer = customers[i % customers.count]
      try await later.ingest([later.event("y\(i)", "product_viewed", customer, product: "p\(i % 40)")])
      let answer = try later.decide(.customer(Array(customer.utf8)))
      let axes =
        later.engine.serving.current?.cycle == answer["cycle"]?.integer ? later.engine.serving.space.names : nil
      let relaxed = answer["segment"]?["relaxed"]?.elements?.compactMap(\.text) ?? []
      if let axes { #expect(relaxed.allSatisfy(axes.contains)) }
      #expect(answer["fallback"]?.isNull ?? false)
    }
    _ = try await cycle
    let (_, book) = try #require(await later.engine.bookInForce())
    let decided = Set(book.entries.map(\.segment.id))
    let now = try segments(later, customers)
    #expect(now.allSatisfy { decided.contains($0?["id"]?.text ?? "") })
    // What a fresh process would decide by is what this one does.
    let fresh = try EngineFixture(store: fixture.store, now: later.now, axes: AxisChangeTests.axes)
    fresh.engine.serving.turnOn()
    try await fresh.engine.load()
    #expect(try await fresh.engine.activateBookInForce())
    #expect(try segments(fresh, customers) == now)
  }
}
