import Synchronization
import TesseraBandits
package import TesseraModel
import TesseraSegments
import TesseraStorage

/// Who was erased, as hashes.
struct Erased: Sendable {
  var hashes: Set<String> = []
  /// How often somebody was added.
  private(set) var changes = 0

  /// - Returns: whether it was not there.
  mutating func insert(_ hash: String) -> Bool {
    changes += 1
    return hashes.insert(hash).inserted
  }
}

extension Engine {
  /// Takes a batch: checks what only the store knows, makes the rest durable, folds it. When this returns, what is
  /// counted as accepted survives any crash and shows in the next decision.
  /// - Parameter items: entries, or why an item is not one, in the order of the batch.
  package func ingest(_ items: [Result<FactEntry, RecordError>]) async throws(EngineError) -> BatchOutcome {
    var outcome = BatchOutcome()
    for (i, result) in try await ingestEach(items).enumerated() {
      switch result {
      case .accepted: outcome.accepted += 1
      case .duplicate: outcome.duplicate += 1
      case .rejected(let reason): outcome.errors.append(ItemError(index: i, reason: reason))
      }
    }
    return outcome
  }

  /// Refuses a batch whose facts would have to wait for too many others, before it is read.
  /// - Parameter count: at least so many facts.
  package func admitIngest(_ count: Int) throws(EngineError) { try ingestQueue.admit(count) }

  /// What became of one item.
  enum ItemResult: Sendable, Equatable {
    case accepted, duplicate
    case rejected(reason: String)
  }

  /// As `ingest`, item by item.
  func ingestEach(_ items: [Result<FactEntry, RecordError>]) async throws(EngineError) -> [ItemResult] {
    var out = [ItemResult](repeating: .duplicate, count: items.count)
    while true {
      var entries: [FactEntry] = []
      var places: [Int] = []
      let erased = erased.withLock { $0 }
      for (i, item) in items.enumerated() {
        switch item {
        case .failure(let error): out[i] = .rejected(reason: error.reason)
        case .success(let entry):
          if let reason = objection(to: entry.fact, erased: erased.hashes) {
            out[i] = .rejected(reason: reason)
          } else {
            entries.append(entry)
            places.append(i)
          }
        }
      }
      guard !entries.isEmpty else { return out }
      // Whoever is erased between this look and the queue is looked for again: behind an erasure no fact slips in.
      let results = try await ingestQueue.submit(entries) { self.erased.withLock { $0.changes } == erased.changes }
      guard let results else { continue }
      for (place, result) in zip(places, results) {
        if case .accepted = result { out[place] = .accepted }
      }
      return out
    }
  }

  private func objection(to fact: Fact, erased: Set<String>) -> String? {
    if case .order(let order) = fact, let currency = order.currency, currency != policy.shop.currency {
      return
        "currency is \(currency.prefix(8)), but this store's is \(policy.shop.currency) (shop.currency in the configuration)"
    }
    if !erased.isEmpty, let customer = fact.customer, erased.contains(ErasedIdentity.hash(customer)) {
      return "this customer was erased"
    }
    return nil
  }

  /// Folds what was appended and places everyone it concerns anew.
  func fold(_ entries: [FactEntry], _ results: [AppendResult]) {
    let now = clock.now()
    let serves = serving.isOn
    memory.withLock { memory in
      var changed: Set<Profiles.Subject> = []
      var horizon = now
      for (entry, result) in zip(entries, results) {
        guard case .accepted(let position) = result else { continue }
        if case .event(let event) = entry.fact {
          horizon = max(horizon, event.at)
          memory.fold(event, position: position, seal: seal, changed: &changed)
        } else {
          memory.fold(entry.fact, position: position, seal: seal, changed: &changed)
        }
      }
      guard serves else { return }
      noteAvailability(entries, results, memory.profiles.catalog)
      // A browser's clock may be a little ahead; its events count at once, but nobody else's future does.
      let at = min(horizon, now.adding(clock.toleranceMilliseconds))
      let rule = activityRule(at: at)
      var view = ProfileView(memory.profiles, at: at, spendCuts: serving.spendCuts)
      for subject in changed { place(subject, in: &memory, &view, rule: rule) }
    }
  }

  /// Works out what the hot path must know of a subject and hands it over.
  /// - Parameter view: to read the profile with, as of now.
  func place(_ subject: Profiles.Subject, in memory: inout Memory, _ view: inout ProfileView, rule: ActivityRule) {
    if alias(subject, memory.profiles, at: view.at) { return }
    let rows = serving.rows
    let (placed, isNew) = memory.profiles.place(subject, in: &view, space: rows.space, activity: rule)
    if isNew { put(placed, of: subject, memory.profiles, view, into: rows) }
    placeAhead(subject, memory.profiles, &view, rule: rule)
  }

  /// Notes a visitor who is a known customer.
  /// - Returns: whether the subject is one.
  func alias(_ subject: Profiles.Subject, _ profiles: borrowing Profiles, at instant: Instant) -> Bool {
    guard case .visitor(let v) = subject, let customer = profiles.identity(ofVisitor: v, at: instant) else {
      return false
    }
    serving.alias(visitor: profiles.visitors.id(Int(v)), to: profiles.customers.id(Int(customer)))
    return true
  }

  /// While other axes are made ready, everyone who moves has a row in them as well.
  func placeAhead(
    _ subject: Profiles.Subject, _ profiles: Profiles, _ view: inout ProfileView, rule: ActivityRule
  ) {
    guard let next = serving.upcoming else { return }
    let cuts = view.spendCuts
    view.spendCuts = next.spendCuts
    let placed = view.place(subject, of: profiles, space: next.rows.space, activity: rule)
    put(placed, of: subject, profiles, view, into: next.rows)
    view.spendCuts = cuts
  }

  /// - Parameter view: holds the subject's profile.
  func put(
    _ placed: Placed, of subject: Profiles.Subject, _ profiles: borrowing Profiles, _ view: borrowing ProfileView,
    into rows: ServingRows
  ) {
    guard placed.bits & Placed.isListed != 0 else { return }
    let named = rows.named(placed.key, profiles.catalog)
    var channels: UInt8 = 0
    for i in MessageChannel.allCases.indices where placed.bits & Placed.mayReceive(i) != 0 { channels |= 1 << UInt8(i) }
    rows.put(name: profiles.name(of: subject), key: placed.key, context: named.context, channels: channels) {
      MergeData.pack(view, named.names, into: &$0)
    }
  }

  /// Erases a customer: facts, profile, serving row, exposures.
  /// - Returns: whether there was anything to erase.
  package func erase(customer id: String) async throws(EngineError) -> Bool {
    guard memory.withLock({ $0.profiles.customer(id) != nil }) else { return false }
    let hash = ErasedIdentity.hash(id)
    let isNew = erased.withLock { $0.insert(hash) }
    let anonymous: [String]
    do throws(EngineError) {
      // From now on facts about them are refused; those taken before are kept and folded first, and erased with the
      // rest.
      _ = try await ingestQueue.submit([])
      anonymous = memory.withLock { memory in
        memory.profiles.customer(id).map { memory.profiles.visitorsKnownOnly(as: $0) } ?? []
      }
      // The checkpoint holds what is to be erased.
      checkpoint?.remove()
      checkpointed.withLock { $0 = 0 }
      do throws(StorageError) { try await log.erase(customer: id, anonymous: anonymous) } catch {
        throw EngineError(.storage, error.message)
      }
    } catch {
      if isNew { erased.withLock { _ = $0.hashes.remove(hash) } }
      throw error
    }
    memory.withLock { memory in
      memory.profiles.erase(customer: id)
      memory.exposures.erase(subject: id)
      memory.searches.erase(names: [id] + anonymous.map { "~" + $0 })
      for visitor in anonymous { memory.exposures.erase(subject: "~" + visitor) }
      serving.remove(customer: id, visitors: anonymous)
    }
    return true
  }
}
