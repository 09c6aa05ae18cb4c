import Synchronization
package import TesseraModel
package import TesseraStorage

/// Collects the batches of concurrent requests into one transaction each time the disk is free (group commit), and
/// folds them in the log's order. While facts are folded, the next ones are on their way to the disk.
package actor IngestQueue {
  /// Facts that may wait; beyond it new batches are refused, so that memory is bounded and clients learn to slow down.
  package static let pendingMax = 100_000

  /// Facts that are committed at once, unless one batch has more: who waits longest is told first, and there is always
  /// something to write, something to fold and somebody who sends more.
  package static let commitMax = 4_000

  /// Commits that are folded or wait for it while another is written; what waits is bounded.
  private static let foldsMax = 2

  private struct Batch {
    let entries: [FactEntry]
    let done: CheckedContinuation<Result<[AppendResult], StorageError>, Never>
  }

  private let log: any FactLog
  private let pendingMax: Int
  private let commitMax: Int
  private let fold: @Sendable ([FactEntry], [AppendResult]) -> Void
  private var pending: [Batch] = []
  private var pendingCount = 0
  private var isDraining = false
  /// Fold one commit each, and tell who sent it; the oldest first, one after the other.
  private var folding: [Task<Void, Never>] = []
  /// How many facts there is room for, for those who have not been read yet.
  nonisolated private let room = Atomic(Int.max)

  static let overloaded = EngineError(
    .overloaded, "too many facts are waiting for the disk; try again in a second")

  /// Refuses what there is no room for, before anything is made of its bytes.
  package nonisolated func admit(_ count: Int) throws(EngineError) {
    if count > room.load(ordering: .relaxed) { throw IngestQueue.overloaded }
  }

  /// - Parameters:
  ///   - pendingMax: facts that may wait.
  ///   - commitMax: facts that are committed at once.
  ///   - fold: called with what was appended, in order, after it is on disk and before anyone is told.
  package init(
    log: any FactLog, pendingMax: Int = IngestQueue.pendingMax, commitMax: Int = IngestQueue.commitMax,
    fold: @escaping @Sendable ([FactEntry], [AppendResult]) -> Void
  ) {
    (self.log, self.fold, self.pendingMax, self.commitMax) = (log, fold, pendingMax, commitMax)
  }

  /// Appends a batch; when this returns it is durable and folded.
  package func submit(_ entries: [FactEntry]) async throws(EngineError) -> [AppendResult] {
    try await submit(entries) { true } ?? []
  }

  /// As above, unless what the batch was looked through for has changed.
  /// - Parameter isCurrent: asked when the batch takes its place, behind all that came before.
  /// - Returns: nil if it has changed: then nothing was appended.
  package func submit(
    _ entries: [FactEntry], if isCurrent: @Sendable () -> Bool
  ) async throws(EngineError) -> [AppendResult]? {
    // From here to the batch's place in the queue nobody else has a turn.
    guard isCurrent() else { return nil }
    guard pendingCount + entries.count <= pendingMax || pending.isEmpty else {
      throw IngestQueue.overloaded
    }
    let result = await withCheckedContinuation { done in
      pending.append(Batch(entries: entries, done: done))
      pendingCount += entries.count
      room.store(pendingCount == 0 ? .max : pendingMax - pendingCount, ordering: .relaxed)
      if !isDraining {
        isDraining = true
        Task { await self.drain() }
      }
    }
    do { return try result.get() } catch { throw EngineError(.storage, error.message) }
  }

  /// Commits until nothing waits. Runs in a task of its own, so that a request that gives up does not take others'
  /// facts with it.
  private func drain() async {
    while !pending.isEmpty {
      var (taken, facts) = (1, pending[0].entries.count)
      while taken < pending.count, facts + pending[taken].entries.count <= commitMax {
        facts += pending[taken].entries.count
        taken += 1
      }
      let batches = Array(pending[..<taken])
      pending.removeFirst(taken)
      pendingCount -= facts
      room.store(pendingCount == 0 ? .max : pendingMax - pendingCount, ordering: .relaxed)
      let entries = batches.flatMap(\.entries)
      do throws(StorageError) {
        let results = try await log.append(entries)
        if folding.count == IngestQueue.foldsMax { await folding.removeFirst().value }
        folding.append(
          Task { [before = folding.last] in
            await before?.value
            await settle(batches, entries, results)
          })
      } catch {
        for batch in batches { batch.done.resume(returning: .failure(error)) }
      }
    }
    isDraining = false
  }

  /// Folds a commit and tells who sent it, beside the actor, which goes on taking batches meanwhile.
  @concurrent
  private nonisolated func settle(_ batches: [Batch], _ entries: [FactEntry], _ results: [AppendResult]) async {
    fold(entries, results)
    var start = 0
    for batch in batches {
      batch.done.resume(returning: .success(Array(results[start..<start + batch.entries.count])))
      start += batch.entries.count
    }
  }
}
