import TesseraModel
package import TesseraStorage

/// What every store must do, whatever it is made of. An adapter's test makes fresh stores and runs this over them.
package struct StoreConformance<Store: FactLog & StateStore & SettingStore & RunStore>: Sendable {
  /// A requirement that the store does not meet.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  let makeStore: @Sendable () async throws -> Store

  package init(makeStore: @escaping @Sendable () async throws -> Store) { self.makeStore = makeStore }

  /// Runs all checks, each on a fresh store.
  package func run() async throws {
    try await eventsAreUnique()
    try await recordsRepeatOnlyWhenTheyChange()
    try await positionsRiseAndReadsPage()
    try await erasureForgets()
    try await anHourHasOneCycle()
    try await publicationIsWhole()
    try await settingsKeepTheirBytes()
    try await looksAreKept()
  }

  private func expect(_ condition: Bool, _ what: String) throws {
    if !condition { throw Failure(description: what) }
  }

  private func event(_ id: String, customer: String = "c1", at: Int64 = 1_000) -> FactEntry {
    FactEntry(event: Event(id: id, type: "page_viewed", at: Instant(milliseconds: at), customer: customer))
  }

  private func eventsAreUnique() async throws {
    let store = try await makeStore()
    let first = try await store.append([event("a"), event("b"), event("a", at: 2_000)])
    try expect(first[2] == .duplicate, "an event's id counts once within a batch")
    let second = try await store.append([event("b", at: 9_000), event("c")])
    try expect(second[0] == .duplicate, "an event's id counts once over batches")
    let stored = try await store.event(id: "b")
    let fact = try stored?.fact()
    try expect(fact == event("b").fact, "the first accepted stands")
    let none = try await store.event(id: "x")
    try expect(none == nil, "an unknown event is nil")
  }

  private func recordsRepeatOnlyWhenTheyChange() async throws {
    let store = try await makeStore()
    let one = FactEntry(product: ProductRecord(id: "p", title: "one"))
    let two = FactEntry(product: ProductRecord(id: "p", title: "two"))
    let results = try await store.append([one, one, two, one])
    try expect(results[1] == .duplicate, "an equal record right after itself changes nothing")
    try expect(results[3] != .duplicate, "a record that returns to an earlier state is a new version")
    let identify = FactEntry(identify: Identify(anonymous: "v", customer: "c", at: Instant(milliseconds: 5)))
    let again = try await store.append([identify, identify])
    try expect(again[1] == .duplicate, "the same identify twice changes nothing")
  }

  private func positionsRiseAndReadsPage() async throws {
    let store = try await makeStore()
    let product = FactEntry(product: ProductRecord(id: "p", title: "t"))
    _ = try await store.append((0..<25).map { event("e\($0)") } + [product])
    var seen: [Int64] = []
    var position: Int64 = 0
    while let last = try await read(store, after: position, into: &seen) { position = last }
    try expect(seen.count == 26 && zip(seen, seen.dropFirst()).allSatisfy { $0 < $1 }, "positions rise over pages")
    let events = try await store.events(after: 0, limit: 100)
    try expect(events.count == 25, "events are listed without other facts")
  }

  private func read(_ store: Store, after position: Int64, into seen: inout [Int64]) async throws -> Int64? {
    let page = try await store.read(after: position, limit: 10)
    seen += page.map(\.position)
    return page.last?.position
  }

  private func erasureForgets() async throws {
    let store = try await makeStore()
    let visitor = FactEntry(event: Event(id: "v", type: "page_viewed", at: Instant(milliseconds: 1), anonymous: "a1"))
    _ = try await store.append([event("a"), event("b", customer: "c2"), visitor])
    let held = try await store.facts(ofCustomer: "c1", anonymous: ["a1"])
    try expect(held.count == 2, "facts of a customer include those of their visitors")
    try await store.erase(customer: "c1", anonymous: ["a1"])
    let left = try await store.read(after: 0, limit: 10)
    try expect(left.count == 1, "erasure deletes all of it and nothing else")
    let hashes = try await store.erasedHashes()
    try expect(hashes == [ErasedIdentity.hash("c1")], "erasure is remembered by hash")
  }

  private func anHourHasOneCycle() async throws {
    let store = try await makeStore()
    let at = Instant(milliseconds: 10 * Instant.hour + 5)
    let begun = try await store.begin(at: at)
    let resumed = try await store.begin(at: at.adding(Instant.minute))
    try expect(
      begun.number == resumed.number && resumed.status == .running, "a cut-off cycle is taken over, not doubled")
    try await store.publish(publication(begun.number))
    let third = try await store.begin(at: at.adding(2 * Instant.minute))
    try expect(third.status == .published && third.number == begun.number, "an hour that has a cycle keeps it")
    let next = try await store.begin(at: at.adding(Instant.hour))
    try expect(next.number == begun.number + 1, "the next hour has the next number")
    let inForce = try await store.cycleInForce(at: at.adding(5 * Instant.hour))
    try expect(inForce?.number == begun.number, "a running cycle is not in force")
    let before = try await store.cycleInForce(at: at.adding(-2 * Instant.hour))
    try expect(before == nil, "a cycle is not in force before its time")
  }

  private func publication(_ cycle: Int) -> Publication {
    Publication(
      cycle: cycle, report: ["cycle": .integer(cycle)], input: [1, 2], book: [3], bookHash: "h\(cycle)",
      records: ["d_1": [7]],
      segments: [.init(segment: "s_1", members: 12, decisions: ["d_1"])], settings: ["with": [UInt8(cycle)]])
  }

  private func publicationIsWhole() async throws {
    let store = try await makeStore()
    let row = try await store.begin(at: Instant(milliseconds: 0))
    let early = try await store.record(ofCycle: row.number)
    try expect(early == nil, "a running cycle has no record")
    try await store.publish(publication(row.number))
    let record = try await store.record(ofCycle: row.number)
    try expect(record?.input == [1, 2] && record?.book == [3], "a record comes back as it was given")
    let with = try await store.setting("with")
    try expect(with == [UInt8(row.number)], "settings change with a publication")
    let decisions = try await store.decisions(["d_1", "d_2"])
    try expect(decisions == ["d_1": [7]], "decisions come back by id")
    let history = try await store.history(ofSegment: "s_1", limit: 5)
    try expect(history.count == 1 && history[0].row.members == 12, "a segment's history names its cycle")
    let cycles = try await store.cycles(before: nil, limit: 10)
    try expect(cycles.first?.book == "h\(row.number)" && cycles.first?.status == .published, "cycles list their books")
  }

  private func settingsKeepTheirBytes() async throws {
    let store = try await makeStore()
    try await store.set("k", to: [0, 255])
    try await store.set("k", to: [1, 0])
    let value = try await store.setting("k")
    let none = try await store.setting("x")
    try expect(value == [1, 0] && none == nil, "a setting is its last value")
  }

  private func looksAreKept() async throws {
    let store = try await makeStore()
    let first = StoredRun(id: "run_1", cycle: 1, segments: ["s_1", "s_2"], record: [1])
    let second = StoredRun(id: "run_2", cycle: 2, segments: ["s_2"], record: [2])
    try await store.put(runs: [first], blobs: ["a": [1, 2], "b": [3]])
    try await store.put(runs: [second], blobs: ["a": [1, 2], "c": []])
    let one = try await store.run("run_1")
    let none = try await store.run("run_9")
    try expect(one == first && none == nil, "a look comes back by its id")
    let ofCycle = try await store.runs(ofCycle: 2)
    try expect(ofCycle == [second], "a cycle lists its looks")
    let ofSegment = try await store.runs(ofSegment: "s_2", limit: 5)
    try expect(ofSegment == [second, first], "a segment lists its looks, the newest first")
    let all = try await store.runs(after: nil, limit: 5)
    let older = try await store.runs(after: RunPlace(cycle: second.cycle, id: second.id), limit: 5)
    let upTo = try await store.runs(after: .from(cycle: first.cycle), limit: 5)
    let newest = try await store.runs(after: nil, limit: 1)
    try expect(all == [second, first] && newest == [second], "looks come the newest first")
    try expect(older == [first] && upTo == [first], "looks are leafed through")
    let blobs = try await store.blobs(["a", "b", "c", "x"])
    try expect(blobs == ["a": [1, 2], "b": [3], "c": []], "bytes come back by their hash")
    try await store.forgetRuns(before: 2)
    let left = try await store.blobs(["a", "b", "c"])
    let gone = try await store.run("run_1")
    let rest = try await store.runs(ofSegment: "s_2", limit: 5)
    try expect(left.keys.sorted() == ["a", "c"] && gone == nil && rest == [second], "what is old is forgotten alone")
  }
}
