import Dispatch
import Foundation
import Synchronization
import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// What waits for the disk is bounded, and told so before it is read.
@Suite struct IngestQueueTests {
  private func batch(_ name: String, _ count: Int) -> [FactEntry] {
    (0..<count).map { i in
      FactEntry(
        event: Event(
          id: "\(name)-\(i)", type: "page_viewed", at: Instant(milliseconds: 1_780_000_000_000), customer: "c"))
    }
  }

  @Test func aFullQueueRefusesAndTakesAgain() async throws {
    let disk = StandingDisk()
    let folded = Mutex(0)
    let queue = IngestQueue(log: StandingLog(disk), pendingMax: 200, commitMax: 20) { _, results in
      folded.withLock { $0 += results.count }
    }
    try queue.admit(8)
    try await withThrowingTaskGroup(of: Int.self) { group in
      // One batch is with the disk, and as many wait as may.
      group.addTask { try await queue.submit(batch("first", 10)).count }
      while await disk.commits.isEmpty { await Task.yield() }
      for i in 0..<25 { group.addTask { (try? await queue.submit(batch("b\(i)", 8)).count) ?? 0 } }
      // The one too many is refused, once the others wait: whichever comes last, for tasks begin in no order.
      while true {
        do throws(EngineError) { try queue.admit(8) } catch { break }
        group.addTask { (try? await queue.submit(batch("more", 8)).count) ?? 0 }
        try await Task.sleep(for: .milliseconds(5))
      }
      await disk.open()
      let kept = try await group.reduce(0, +)
      // All that was taken is kept and folded, in commits of a bounded size.
      #expect(kept >= 200 + 10 && kept == folded.withLock { $0 })
      #expect(await disk.commits.allSatisfy { $0 <= 20 })
    }
    try queue.admit(8)
    #expect(try await queue.submit(batch("last", 1)).count == 1)
  }

  /// The fold of the first commit does not end before the second one has reached the disk: one behind the other they
  /// would wait for each other, until the fold gives up.
  @Test func theNextCommitIsWrittenMeanwhile() async throws {
    let disk = StandingDisk()
    await disk.open()
    let isFirst = Mutex(true)
    let queue = IngestQueue(log: StandingLog(disk), commitMax: 5) { _, _ in
      guard
        isFirst.withLock({ isFirst in
          defer { isFirst = false }
          return isFirst
        })
      else { return }
      var turns = 0
      while disk.begun.load(ordering: .relaxed) < 2, turns < 2_000 {
        Thread.sleep(forTimeInterval: 0.01)
        turns += 1
      }
      #expect(disk.begun.load(ordering: .relaxed) >= 2)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for name in ["a", "b"] { group.addTask { _ = try await queue.submit(batch(name, 5)) } }
      try await group.waitForAll()
    }
  }

  /// While one commit is folded the next ones go to disk: all are folded in the log's order all the same, and nobody is
  /// told before.
  @Test func whatIsCommittedMeanwhileIsFoldedInOrder() async throws {
    let disk = StandingDisk()
    await disk.open()
    let log = StandingLog(disk)
    /// Positions in the order folded.
    final class Folded: Sendable {
      let positions = Mutex<[Int64]>([])
    }
    let folded = Folded()
    let queue = IngestQueue(log: log, pendingMax: 10_000, commitMax: 40) { _, results in
      var turns = 0
      while turns < 20_000 { turns += 1 }
      folded.positions.withLock { folded in
        for case .accepted(let position) in results { folded.append(position) }
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for i in 0..<200 {
        group.addTask {
          for case .accepted(let position) in try await queue.submit(batch("b\(i)", 1 + i % 7)) {
            #expect(folded.positions.withLock { $0.contains(position) })
          }
        }
      }
      try await group.waitForAll()
    }
    let positions = folded.positions.withLock { $0 }
    #expect(positions == positions.sorted() && Set(positions).count == positions.count)
    #expect(positions.count == (0..<200).reduce(0) { $0 + 1 + $1 % 7 })
    // An empty batch ends behind all that were sent before it.
    #expect(try await queue.submit([]).isEmpty)
    // One that is out of date when its turn comes is sent back, and nothing of it is kept.
    #expect(try await queue.submit(batch("old", 3)) { false } == nil)
    #expect(folded.positions.withLock { $0 }.count == positions.count)
    #expect(try await queue.submit(batch("new", 3)) { true }?.count == 3)
  }

  /// An empty batch, as an erasure sends it, ends when all before it are folded, one after the other; and what is
  /// written but not folded is bounded.
  @Test func anEmptyBatchWaitsForFoldsThatStandStill() async throws {
    /// Folds that wait to be let go.
    final class Gate: Sendable {
      let semaphore = DispatchSemaphore(value: 0)
      let inside = Atomic(0)
      let most = Atomic(0)
      let folded = Atomic(0)
      let isThrough = Atomic(false)
    }
    let (gate, disk) = (Gate(), StandingDisk())
    await disk.open()
    let queue = IngestQueue(log: StandingLog(disk), pendingMax: 100, commitMax: 1) { _, results in
      let now = gate.inside.add(1, ordering: .relaxed).newValue
      _ = gate.most.max(now, ordering: .relaxed)
      if !results.isEmpty { gate.semaphore.wait() }
      gate.inside.subtract(1, ordering: .relaxed)
      gate.folded.add(results.count, ordering: .relaxed)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for i in 0..<6 { group.addTask { _ = try await queue.submit(batch("b\(i)", 1)) } }
      for _ in 0..<5_000 where disk.begun.load(ordering: .relaxed) < 3 { try await Task.sleep(for: .milliseconds(1)) }
      try await Task.sleep(for: .milliseconds(100))
      // One is folded, one waits for it, and one more is on disk.
      let begun = disk.begun.load(ordering: .relaxed)
      #expect(begun == 3)
      group.addTask {
        _ = try await queue.submit([])
        let folded = gate.folded.load(ordering: .relaxed)
        #expect(folded == 6)
        gate.isThrough.store(true, ordering: .relaxed)
      }
      try await Task.sleep(for: .milliseconds(100))
      let isEarly = gate.isThrough.load(ordering: .relaxed)
      #expect(!isEarly)
      for _ in 0..<6 { gate.semaphore.signal() }
      try await group.waitForAll()
    }
    let (isThrough, most) = (gate.isThrough.load(ordering: .relaxed), gate.most.load(ordering: .relaxed))
    #expect(isThrough && most == 1)
  }
}
