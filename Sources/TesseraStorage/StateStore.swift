package import TesseraModel

/// A cycle as the state store holds it.
package struct CycleRow: Sendable {
  /// How far a cycle has come.
  package enum Status: String, Sendable {
    case running, published
  }

  package let number: Int
  /// T.
  package let at: Instant
  package let status: Status
  /// The report in the shape of `tessera cycle --json`; null while running.
  package let report: JSONValue
  /// The book's hash; empty while running.
  package let book: String

  package init(number: Int, at: Instant, status: Status, report: JSONValue, book: String) {
    (self.number, self.at, self.status, self.report, self.book) = (number, at, status, report, book)
  }
}

/// A finished cycle, to be made public in one step.
package struct Publication: Sendable {
  /// What one decided segment's place in the history says.
  package struct SegmentRow: Sendable {
    package let segment: String
    package let members: Int
    package let decisions: [String]
    package init(segment: String, members: Int, decisions: [String]) {
      (self.segment, self.members, self.decisions) = (segment, members, decisions)
    }
  }

  package let cycle: Int
  package let report: JSONValue
  /// The planner's recorded input.
  package let input: [UInt8]
  package let book: [UInt8]
  package let bookHash: String
  /// Decision records by id; those already stored are kept once.
  package let records: [String: [UInt8]]
  package let segments: [SegmentRow]
  /// Settings that change with it, in the same step.
  package let settings: [String: [UInt8]]

  package init(
    cycle: Int, report: JSONValue, input: [UInt8], book: [UInt8], bookHash: String, records: [String: [UInt8]],
    segments: [SegmentRow], settings: [String: [UInt8]] = [:]
  ) {
    (self.cycle, self.report, self.input, self.book) = (cycle, report, input, book)
    (self.bookHash, self.records, self.segments) = (bookHash, records, segments)
    self.settings = settings
  }
}

/// Where cycles, books and decisions are kept for people to read.
package protocol StateStore: Sendable {
  /// Starts the cycle of an hour, or takes over one that was cut off. If the hour has a published cycle, that one is
  /// returned: never two for one hour.
  func begin(at instant: Instant) async throws(StorageError) -> CycleRow
  /// Makes a cycle's book public: all of it or nothing.
  func publish(_ publication: Publication) async throws(StorageError)
  /// Cycles, the newest first.
  func cycles(before number: Int?, limit: Int) async throws(StorageError) -> [CycleRow]
  func cycle(_ number: Int) async throws(StorageError) -> CycleRow?
  /// The published cycle with the highest T at or before an instant.
  func cycleInForce(at instant: Instant) async throws(StorageError) -> CycleRow?
  /// The recorded input and the book of a published cycle.
  func record(ofCycle number: Int) async throws(StorageError) -> (input: [UInt8], book: [UInt8])?
  func decisions(_ ids: [String]) async throws(StorageError) -> [String: [UInt8]]
  /// A segment's decisions cycle by cycle, the newest first.
  func history(ofSegment id: String, limit: Int) async throws(StorageError) -> [(
    cycle: Int, row: Publication.SegmentRow
  )]
}

/// Small named values: keys, progress of imports.
package protocol SettingStore: Sendable {
  func setting(_ name: String) async throws(StorageError) -> [UInt8]?
  func set(_ name: String, to value: [UInt8]) async throws(StorageError)
}
