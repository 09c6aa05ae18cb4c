package import Logging
import Synchronization
import TesseraAgents
package import TesseraModel
package import TesseraSegments
package import TesseraStorage

/// One store's decisioning: takes facts, keeps profiles, runs cycles, answers requests. All state that requests share
/// is here; the ports do the I/O.
package final class Engine: Sendable {
  package let log: any FactLog
  package let state: any StateStore
  let rules: Mutex<Rules>
  package let keys: StoreKeys
  package let clock: any EngineClock
  package let agents: AgentServices
  package let logger: Logger
  /// What the hot path reads.
  package let serving: Serving
  let seal: ReceiptSeal
  let memory = Mutex(Memory())
  /// Hashes of customers that were erased; facts about them are refused. Apart from the memory, which is held while
  /// facts are folded: who sends the next ones must not wait for that.
  let erased = Mutex(Erased())
  let cycleGate = CycleGate()
  /// One book at a time is put in force, each with the texts that are approved at that moment.
  let activationGate = CycleGate()
  let bookMemo = BookMemo()
  /// What agents spent.
  let account: BudgetAccount
  /// The texts that they proposed.
  let copyKeeper: CopyKeeper
  /// What agents did to decisions that were seen, by eight bytes of the decision's id; nil for nothing.
  let traces = Mutex<[[UInt8]: DecisionTrace?]>([:])
  /// Orders that used the codes of offers with a budget.
  let offerUse = Mutex(OfferUse())
  /// Where the folded memory is kept beside the log; nil where every start folds the whole log.
  let checkpoint: CheckpointFile?
  /// The position of the last checkpoint.
  let checkpointed = Mutex<Int64>(0)
  private let queue = Mutex<IngestQueue?>(nil)

  /// Facts read at a time when starting: bounds memory while a large log is folded.
  static let loadBatch = 20_000
  static let loadStretch = 2_000_000

  package init(
    log: any FactLog, state: any StateStore, policy: Policy, keys: StoreKeys, clock: any EngineClock,
    agents: AgentServices, logger: Logger, checkpoint: CheckpointFile? = nil
  ) {
    (self.log, self.state, self.keys) = (log, state, keys)
    let rules = Rules(policy)
    self.rules = Mutex(rules)
    (self.clock, self.agents, self.logger, self.checkpoint) = (clock, agents, logger, checkpoint)
    account = BudgetAccount(settings: agents.settings)
    copyKeeper = CopyKeeper(settings: agents.settings)
    seal = ReceiptSeal(key: keys.receipt)
    serving = Serving(policy: rules.serving, keys: keys, space: rules.space)
  }

  /// Folds the log into memory; call once, before anything else.
  /// - Parameter progress: told the number of facts folded so far.
  package func load(progress: (Int) -> Void = { _ in }) async throws(StorageError) {
    precondition(position == 0, "the log is folded once")
    let erased = try await log.erasedHashes()
    var loaded = try await checkpointedMemory(erased: erased) ?? Memory()
    self.erased.withLock { $0.hashes = Set(erased) }
    let start = loaded.profiles.position
    checkpointed.withLock { $0 = start }
    var written = start
    // In stretches with a checkpoint after each, so that a start that was cut off goes on where it was.
    var count = 0
    while true {
      let before = count
      let folded = try await fold(
        after: loaded.profiles.position, upTo: .max, atMost: Engine.loadStretch, into: &loaded
      ) { progress(before + $0) }
      if folded == 0 { break }
      count += folded
      if loaded.profiles.position - written >= Engine.checkpointFacts {
        await writeCheckpoint(loaded, erased: erased)
        written = loaded.profiles.position
      }
    }
    loaded.profiles.trim()
    let ready = loaded
    memory.withLock { $0 = ready }
  }

  /// Folds a stretch of the log, batch by batch.
  /// - Returns: how many facts there were.
  @discardableResult
  func fold(
    after start: Int64, upTo end: Int64, atMost limit: Int = .max, into memory: inout Memory,
    progress: (Int) -> Void = { _ in }
  ) async throws(StorageError) -> Int {
    var position = start
    var count = 0
    var batch = EventBatch()
    while count < limit {
      let facts = try await log.read(after: position, limit: Engine.loadBatch).filter { $0.position <= end }
      guard let last = facts.last else { break }
      for logged in facts {
        let fact = try logged.fact()
        if case .event(let event) = fact {
          memory.fold(event, to: &batch, seal: seal)
        } else {
          memory.fold(fact, position: logged.position, seal: seal)
        }
      }
      position = last.position
      count += facts.count
      if batch.isFull {
        await memory.profiles.fold(batch, position: position)
        batch = EventBatch()
      }
      progress(count)
    }
    if count > 0 { await memory.profiles.fold(batch, position: position) }
    return count
  }

  /// The configuration in force: to be asked for once by whatever needs more than one part of it.
  var current: Rules { rules.withLock { $0 } }
  package var policy: Policy { current.policy }
  /// The axes that cycles tell customers apart by.
  package var space: AxisSpace { current.space }
  /// What is said of people in those axes.
  var phrases: AxisPhrases { current.phrases }

  /// A copy of the profiles as they are now.
  package var profiles: Profiles { memory.withLock { $0.profiles } }
  /// The position of the last fact folded.
  package var position: Int64 { memory.withLock { $0.profiles.position } }

  /// The queue is made on first use, since it calls back into the engine.
  var ingestQueue: IngestQueue {
    queue.withLock { queue in
      if let queue { return queue }
      let made = IngestQueue(log: log) { [weak self] entries, results in self?.fold(entries, results) }
      queue = made
      return made
    }
  }

  /// The shop's offset from UTC at an instant, seconds east. The zone was checked with the configuration.
  func utcOffset(at instant: Instant) -> Int { TimeZoneOffset.seconds(policy.shop.timeZone, at: instant) ?? 0 }

  /// Who counts as active at T under the policy.
  package func activityRule(at instant: Instant) -> ActivityRule { Engine.activityRule(policy, utcOffset(at: instant)) }

  static func activityRule(_ policy: Policy, _ utcOffsetSeconds: Int) -> ActivityRule {
    let windows = policy.placements.compactMap { placement -> ActivityRule.SendWindow? in
      guard let channel = placement.messageChannel, let minute = placement.sendAtMinute else { return nil }
      guard !policy.guardrails.isQuiet(localMinute: minute) else { return nil }
      return ActivityRule.SendWindow(channel: channel, opensAtMinute: minute)
    }
    return ActivityRule(
      windows: windows, utcOffsetSeconds: utcOffsetSeconds, capMessages: policy.guardrails.frequencyCapMessages,
      capDays: policy.guardrails.frequencyCapDays)
  }
}
