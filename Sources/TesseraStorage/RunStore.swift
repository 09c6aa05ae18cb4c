/// An agent's look as it is kept: its record as JSON, found by its id, its cycle and the segments that it spoke of.
package struct StoredRun: Sendable, Equatable {
  package let id: String
  package let cycle: Int
  package let segments: [String]
  package let record: [UInt8]

  package init(id: String, cycle: Int, segments: [String], record: [UInt8]) {
    (self.id, self.cycle, self.segments, self.record) = (id, cycle, segments, record)
  }
}

/// A look's place among all of them, the newest first: by its cycle, then by its id.
package struct RunPlace: Sendable, Equatable {
  package let cycle: Int
  package let id: String

  package init(cycle: Int, id: String) { (self.cycle, self.id) = (cycle, id) }

  /// Before the looks of a cycle and of those that came earlier.
  package static func from(cycle: Int) -> RunPlace { RunPlace(cycle: cycle + 1, id: "") }
}

/// Where agents' looks are kept for people to read and for replay: records, and bytes by their hash.
package protocol RunStore: Sendable {
  /// Keeps looks and bytes; those already there are left as they are.
  func put(runs: [StoredRun], blobs: [String: [UInt8]]) async throws(StorageError)
  func run(_ id: String) async throws(StorageError) -> StoredRun?
  /// A cycle's looks, in the order of their ids.
  func runs(ofCycle number: Int) async throws(StorageError) -> [StoredRun]
  /// Looks, the newest first: those that come after a place, or all.
  func runs(after place: RunPlace?, limit: Int) async throws(StorageError) -> [StoredRun]
  /// The looks at a segment, the newest first.
  func runs(ofSegment id: String, limit: Int) async throws(StorageError) -> [StoredRun]
  func blobs(_ hashes: [String]) async throws(StorageError) -> [String: [UInt8]]
  /// Forgets looks of cycles before one, and the bytes that only those had.
  func forgetRuns(before cycle: Int) async throws(StorageError)
}
