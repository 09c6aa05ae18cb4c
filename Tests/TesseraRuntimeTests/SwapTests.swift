import Synchronization
import TesseraDecisions
import TesseraModel
import TesseraStorage
import TesseraTesting
import Testing

@testable import TesseraRuntime

/// Books, products and rows change under the hands of those who ask: no answer fails, and none is of two books.
@Suite struct SwapTests {
  private final class Work: Sendable {
    let isDone = Atomic(false)
    /// Decision, cycle and segment of all answers.
    let seen = Mutex<Set<String>>([])
    let answers = Atomic<Int>(0)
    let texts = Atomic<Int>(0)
  }

  @Test func booksAreSwappedUnderLoad() async throws {
    let fixture = try EngineFixture(more: ["creatives": SwapTests.creatives])
    try await fixture.fill(customers: 120)
    try await fixture.ingest(
      try (0..<120).map { i in
        try FactEntry(kind: .customer, json: ["id": .string("c\(i)"), "first_name": .string("N\(i)")])
      })
    _ = try await fixture.engine.runCycle()
    let start = fixture.now
    let work = Work()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for reader in 0..<2 { group.addTask { try await SwapTests.ask(fixture, work, reader) } }
      group.addTask {
        defer { work.isDone.store(true, ordering: .releasing) }
        for hour in 1...3 {
          fixture.clock.set(start.adding(Int64(hour) * Instant.hour))
          for i in 0..<8 {
            let product: JSONValue = ["id": .string("p\(i)"), "title": "T", "brand": "B", "inventory": .integer(i % 2)]
            try await fixture.ingest([
              fixture.event("h\(hour)-\(i)", "product_viewed", "c\(i)", product: "p\(i)"),
              try FactEntry(kind: .product, json: product),
            ])
          }
          _ = try await fixture.engine.runCycle()
        }
      }
      try await group.waitForAll()
    }
    #expect(work.answers.load(ordering: .relaxed) > 100 && work.texts.load(ordering: .relaxed) > 50)
    // Each answer is of one book: its decision was made in its cycle, for its segment.
    var made: Set<String> = []
    for row in try await fixture.engine.state.cycles(before: nil, limit: 10) {
      let book = try #require(try await fixture.engine.book(ofCycle: row)).book
      for entry in book.entries {
        for id in entry.decisions { made.insert("\(id) \(row.number) \(entry.segment.id)") }
      }
    }
    let seen = work.seen.withLock { $0 }
    #expect(seen.isSubset(of: made))
    #expect(Set(seen.compactMap { $0.split(separator: " ").dropFirst().first }).count > 1, "one book only was seen")
  }

  /// Texts that say which action, segment and person they are of, with what is bound at the cycle and what is not.
  private static let creatives: JSONValue = .array(
    ["a", "b", "c"].map { id in
      [
        "id": .string(id), "placements": ["home_hero"],
        "content": [
          "title": .string(
            "\(id)|{{ segment.id }}|{{ offer.id | default: 'none' }}|{{ customer.first_name | default: 'nobody' }}")
        ],
      ]
    })

  private static func ask(_ fixture: EngineFixture, _ work: Work, _ reader: Int) async throws {
    var i = reader
    while !work.isDone.load(ordering: .acquiring) {
      try some(fixture, work, &i)
      // There may be no more threads than readers.
      await Task.yield()
    }
  }

  /// A few answers of one session, among which there may be a swap.
  private static func some(_ fixture: EngineFixture, _ work: Work, _ i: inout Int) throws {
    let engine = fixture.engine
    var session = DecideSession(engine.serving)
    var out = ByteWriter()
    for _ in 0..<20 {
      i += 1
      out.clear()
      let id = Array("c\(i % 120)".utf8)
      let isKnown = id.withUnsafeBytes { id in
        Array("home_hero".utf8).withUnsafeBytes {
          session.answer(.customer, id: id, placement: $0, now: fixture.now, to: &out)
        }
      }
      let answer = try JSONParser.parse(Array(out.bytes))
      let receipt = try #require(answer["receipt"]?.text.flatMap { engine.serving.seal.open($0) })
      let decision = try #require(answer["decision"]?.text)
      let cycle = try #require(answer["cycle"]?.integer)
      #expect(isKnown && receipt.cycle == cycle && Decision.id(bytes: receipt.decision) == decision)
      #expect((answer["age_seconds"]?.integer ?? -1) >= 0)
      let segment = answer["segment"]?["id"]?.text ?? ""
      // What is read is of the same action, segment and person as the rest of the answer.
      if let action = Action(json: answer["action"]) {
        let title = "\(action.creative)|\(segment)|\(action.offer)|N\(i % 120)"
        #expect(answer["content"]?["title"]?.text == title, "\(answer)")
        work.texts.add(1, ordering: .relaxed)
      }
      work.seen.withLock { _ = $0.insert("\(decision) \(cycle) \(segment)") }
      work.answers.add(1, ordering: .relaxed)
    }
  }
}
