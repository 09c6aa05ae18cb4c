import Foundation
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// A checkpoint saves time and decides nothing: with it, without it and with a damaged one a start comes to the same.
@Suite struct CheckpointTests {
  let file = CheckpointFile(path: FileManager.default.temporaryDirectory.appending(path: "\(UUID()).checkpoint").path)

  /// Every customer's segment, and the input of the next cycle.
  private func state(_ store: InMemoryStore, _ now: Instant, checkpoint: CheckpointFile?) async throws -> [String] {
    let fixture = try EngineFixture(store: store, now: now, checkpoint: checkpoint)
    try await fixture.engine.load()
    let rows = await fixture.engine.assignments(at: now).customers.map { "\($0.name) \($0.segment.id)" }
    let profile = try await fixture.engine.customer("c1")
    return rows + ["\(fixture.engine.position)", JSONWriter.text(profile)]
  }

  /// A store with history, a cycle, and exposures; and the file of its checkpoint.
  private func made() async throws -> EngineFixture {
    let fixture = try EngineFixture(checkpoint: file)
    try await fixture.fill(customers: 300)
    let (row, _) = try await fixture.engine.runCycle()
    let answer = try fixture.decide(.customer(Array("c1".utf8)))
    try await fixture.ingest([
      fixture.event("shown", "decision_shown", "c1", secondsAgo: 1, receipt: answer["receipt"]?.text),
      fixture.event("clicked", "decision_clicked", "c1", secondsAgo: 0, receipt: answer["receipt"]?.text),
    ])
    #expect(row.number == 1)
    await fixture.engine.checkpointIfDue(after: 1)
    return fixture
  }

  @Test func aStartFromTheCheckpointIsAStartFromTheLog() async throws {
    let fixture = try await made()
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    #expect(FileManager.default.fileExists(atPath: file.path))
    // The tail behind the checkpoint counts as well.
    try await fixture.ingest([fixture.event("later", "product_viewed", "c1", secondsAgo: 0, product: "p3")])
    let now = fixture.now.adding(Instant.hour)
    let fromLog = try await state(fixture.store, now, checkpoint: nil)
    #expect(try await state(fixture.store, now, checkpoint: file) == fromLog)
    let (a, b) = (
      try EngineFixture(store: fixture.store, now: now),
      try EngineFixture(store: fixture.store, now: now, checkpoint: file)
    )
    try await a.engine.load()
    try await b.engine.load()
    // Exposures come back with it: the next cycle's recorded input is the same, byte for byte.
    let first = try await a.engine.runCycle().row
    #expect(try await b.engine.replay(cycle: first.number).isIdentical)
  }

  @Test func aDamagedCheckpointIsNoticedAndNotTrusted() async throws {
    let fixture = try await made()
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    let whole = try Data(contentsOf: URL(filePath: file.path))
    let expected = try await state(fixture.store, fixture.now, checkpoint: nil)
    var random = SeededDraws(state: 3)
    for round in 0..<24 {
      var bytes = whole
      if round % 3 == 0 {
        bytes = bytes.prefix(random.below(bytes.count))
      } else {
        bytes[random.below(bytes.count)] ^= UInt8(1 + random.below(255))
      }
      try bytes.write(to: URL(filePath: file.path))
      #expect(try await state(fixture.store, fixture.now, checkpoint: file) == expected, "round \(round)")
    }
  }

  @Test func aCheckpointOfAnotherLogIsNotTrusted() async throws {
    let fixture = try await made()
    defer { try? FileManager.default.removeItem(atPath: file.path) }
    let other = try EngineFixture()
    try await other.fill(customers: 40)
    #expect(other.engine.position < fixture.engine.position)
    let expected = try await state(other.store, other.now, checkpoint: nil)
    #expect(try await state(other.store, other.now, checkpoint: file) == expected)
  }

  @Test func anErasureTakesTheCheckpointWithIt() async throws {
    let fixture = try await made()
    #expect(try await fixture.engine.erase(customer: "c1"))
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  private struct SeededDraws {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }
}
