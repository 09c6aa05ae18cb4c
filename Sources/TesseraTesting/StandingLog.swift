package import Synchronization
package import TesseraModel
package import TesseraStorage

/// A disk that stands still while it is told to, and that notes how much each commit had.
package actor StandingDisk {
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isOpen: Bool
  package private(set) var commits: [Int] = []
  /// As `commits.count`, for those who cannot wait.
  package nonisolated let begun = Atomic(0)

  package init(isOpen: Bool = false) { self.isOpen = isOpen }

  func commit(_ count: Int) async {
    commits.append(count)
    begun.add(1, ordering: .relaxed)
    if !isOpen { await withCheckedContinuation { waiting.append($0) } }
  }

  package func close() { isOpen = false }

  package func open() {
    isOpen = true
    for one in waiting { one.resume() }
    waiting = []
  }
}

/// A log in memory behind such a disk: only appending waits for it.
package struct StandingLog: FactLog {
  package let disk: StandingDisk
  private let inner: InMemoryStore

  package init(_ disk: StandingDisk, _ inner: InMemoryStore = InMemoryStore()) {
    (self.disk, self.inner) = (disk, inner)
  }

  package func append(_ entries: [FactEntry]) async throws(StorageError) -> [AppendResult] {
    await disk.commit(entries.count)
    return try await inner.append(entries)
  }
  package func read(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact] {
    try await inner.read(after: position, limit: limit)
  }
  package func event(id: String) async throws(StorageError) -> LoggedFact? { try await inner.event(id: id) }
  package func events(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact] {
    try await inner.events(after: position, limit: limit)
  }
  package func facts(ofCustomer customer: String, anonymous: [String]) async throws(StorageError) -> [LoggedFact] {
    try await inner.facts(ofCustomer: customer, anonymous: anonymous)
  }
  package func erase(customer: String, anonymous: [String]) async throws(StorageError) {
    try await inner.erase(customer: customer, anonymous: anonymous)
  }
  package func erasedHashes() async throws(StorageError) -> [String] { try await inner.erasedHashes() }
}
