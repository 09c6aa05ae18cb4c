import Synchronization
package import TesseraModel

/// All ports in memory: for tests, and as the model that every adapter's conformance suite is first held against.
package final class InMemoryStore: FactLog, StateStore, SettingStore, RunStore {
  private struct State {
    var facts: [LoggedFact] = []
    var eventPositions: [ByteKey: Int64] = [:]
    var lastBodies: [ByteKey: [UInt8]] = [:]
    var identifies: Set<[UInt8]> = []
    var next: Int64 = 1
    var erased: [String] = []
    var cycles: [Int: CycleRow] = [:]
    var publications: [Int: Publication] = [:]
    var records: [String: [UInt8]] = [:]
    var settings: [String: [UInt8]] = [:]
    var runs: [String: StoredRun] = [:]
    var blobs: [String: (cycle: Int, bytes: [UInt8])] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func append(_ entries: [FactEntry]) async throws(StorageError) -> [AppendResult] {
    state.withLock { state in entries.map { InMemoryStore.append($0, to: &state) } }
  }

  private static func append(_ entry: FactEntry, to state: inout State) -> AppendResult {
    let fact = entry.fact
    switch fact.kind {
    case .event:
      guard state.eventPositions[ByteKey(fact.id)] == nil else { return .duplicate }
      state.eventPositions[ByteKey(fact.id)] = state.next
    case .identify:
      guard state.identifies.insert(entry.body).inserted else { return .duplicate }
    case .customer, .product, .order:
      let key = ByteKey("\(fact.kind.rawValue)/\(fact.id)")
      guard state.lastBodies[key] != entry.body else { return .duplicate }
      state.lastBodies[key] = entry.body
    }
    state.facts.append(LoggedFact(position: state.next, kind: fact.kind, body: entry.body))
    state.next += 1
    return .accepted(position: state.next - 1)
  }

  package func read(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact] {
    state.withLock { Array($0.facts.lazy.filter { $0.position > position }.prefix(limit)) }
  }

  package func event(id: String) async throws(StorageError) -> LoggedFact? {
    state.withLock { state in
      state.eventPositions[ByteKey(id)].flatMap { position in state.facts.first { $0.position == position } }
    }
  }

  package func events(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact] {
    state.withLock { Array($0.facts.lazy.filter { $0.position > position && $0.kind == .event }.prefix(limit)) }
  }

  package func facts(ofCustomer customer: String, anonymous: [String]) async throws(StorageError) -> [LoggedFact] {
    let all = state.withLock { $0.facts }
    return all.filter { InMemoryStore.names($0, customer, anonymous) }
  }

  package func erase(customer: String, anonymous: [String]) async throws(StorageError) {
    state.withLock { state in
      let gone = state.facts.filter { InMemoryStore.names($0, customer, anonymous) }
      let positions = Set(gone.map(\.position))
      state.facts.removeAll { positions.contains($0.position) }
      state.eventPositions = state.eventPositions.filter { !positions.contains($0.value) }
      state.erased.append(ErasedIdentity.hash(customer))
    }
  }

  private static func names(_ logged: LoggedFact, _ customer: String, _ anonymous: [String]) -> Bool {
    guard let fact = try? logged.fact() else { return false }
    if fact.customer == customer { return true }
    switch fact {
    case .event(let event): return event.anonymous.map { anonymous.contains($0) } ?? false
    case .identify(let identify): return anonymous.contains(identify.anonymous)
    default: return false
    }
  }

  package func erasedHashes() async throws(StorageError) -> [String] { state.withLock { $0.erased } }

  package func begin(at instant: Instant) async throws(StorageError) -> CycleRow {
    state.withLock { state in
      let held = state.cycles.values.first { $0.at.hourStart == instant.hourStart }
      if let held, held.status == .published { return held }
      let number = held?.number ?? (state.cycles.keys.max() ?? 0) + 1
      let row = CycleRow(number: number, at: instant, status: .running, report: .null, book: "")
      state.cycles[number] = row
      return row
    }
  }

  package func publish(_ publication: Publication) async throws(StorageError) {
    state.withLock { state in
      guard let row = state.cycles[publication.cycle] else { return }
      state.cycles[publication.cycle] = CycleRow(
        number: row.number, at: row.at, status: .published, report: publication.report, book: publication.bookHash)
      state.publications[publication.cycle] = publication
      state.records.merge(publication.records) { held, _ in held }
      state.settings.merge(publication.settings) { _, new in new }
    }
  }

  package func cycles(before number: Int?, limit: Int) async throws(StorageError) -> [CycleRow] {
    state.withLock { state in
      Array(state.cycles.values.filter { $0.number < number ?? .max }.sorted { $0.number > $1.number }.prefix(limit))
    }
  }

  package func cycle(_ number: Int) async throws(StorageError) -> CycleRow? { state.withLock { $0.cycles[number] } }

  package func cycleInForce(at instant: Instant) async throws(StorageError) -> CycleRow? {
    state.withLock { state in
      state.cycles.values.filter { $0.status == .published && $0.at <= instant }.max {
        ($0.at, $0.number) < ($1.at, $1.number)
      }
    }
  }

  package func record(ofCycle number: Int) async throws(StorageError) -> (input: [UInt8], book: [UInt8])? {
    state.withLock { $0.publications[number].map { ($0.input, $0.book) } }
  }

  package func decisions(_ ids: [String]) async throws(StorageError) -> [String: [UInt8]] {
    state.withLock { state in
      Dictionary(ids.compactMap { id in state.records[id].map { (id, $0) } }) { first, _ in first }
    }
  }

  package func history(
    ofSegment id: String, limit: Int
  ) async throws(StorageError) -> [(cycle: Int, row: Publication.SegmentRow)] {
    state.withLock { state in
      Array(
        state.publications.values.sorted { $0.cycle > $1.cycle }
          .compactMap { p in p.segments.first { $0.segment == id }.map { (cycle: p.cycle, row: $0) } }.prefix(limit))
    }
  }

  package func setting(_ name: String) async throws(StorageError) -> [UInt8]? { state.withLock { $0.settings[name] } }

  package func set(_ name: String, to value: [UInt8]) async throws(StorageError) {
    state.withLock { $0.settings[name] = value }
  }

  package func put(runs: [StoredRun], blobs: [String: [UInt8]]) async throws(StorageError) {
    let cycle = runs.map(\.cycle).max() ?? 0
    state.withLock { state in
      for run in runs where state.runs[run.id] == nil { state.runs[run.id] = run }
      for (hash, bytes) in blobs { state.blobs[hash] = (max(cycle, state.blobs[hash]?.cycle ?? 0), bytes) }
    }
  }

  package func run(_ id: String) async throws(StorageError) -> StoredRun? { state.withLock { $0.runs[id] } }

  package func runs(ofCycle number: Int) async throws(StorageError) -> [StoredRun] {
    state.withLock { $0.runs.values.filter { $0.cycle == number }.sorted { $0.id < $1.id } }
  }

  package func runs(after place: RunPlace?, limit: Int) async throws(StorageError) -> [StoredRun] {
    state.withLock { state in
      let all = state.runs.values.filter { run in place.map { (run.cycle, run.id) < ($0.cycle, $0.id) } ?? true }
      return Array(all.sorted { ($0.cycle, $0.id) > ($1.cycle, $1.id) }.prefix(limit))
    }
  }

  package func runs(ofSegment id: String, limit: Int) async throws(StorageError) -> [StoredRun] {
    state.withLock { state in
      Array(
        state.runs.values.filter { $0.segments.contains(id) }.sorted { ($0.cycle, $0.id) > ($1.cycle, $1.id) }
          .prefix(limit))
    }
  }

  package func blobs(_ hashes: [String]) async throws(StorageError) -> [String: [UInt8]] {
    state.withLock { state in
      Dictionary(hashes.compactMap { hash in state.blobs[hash].map { (hash, $0.bytes) } }) { first, _ in first }
    }
  }

  package func forgetRuns(before cycle: Int) async throws(StorageError) {
    state.withLock { state in
      state.runs = state.runs.filter { $0.value.cycle >= cycle }
      state.blobs = state.blobs.filter { $0.value.cycle >= cycle }
    }
  }
}
