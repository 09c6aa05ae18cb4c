package import TesseraModel

/// A fact as the log holds it.
package struct LoggedFact: Sendable {
  /// Its place in the order of acceptance, from 1.
  package let position: Int64
  package let kind: FactKind
  /// The client's JSON, as accepted.
  package let body: [UInt8]

  package init(position: Int64, kind: FactKind, body: [UInt8]) {
    (self.position, self.kind, self.body) = (position, kind, body)
  }

  /// The fact, read from its body. The body was checked when it was accepted, so an error means a damaged store.
  package func fact() throws(StorageError) -> Fact {
    do { return try Fact(kind: kind, json: try JSONParser.parse(body)) } catch {
      throw StorageError("fact \(position) cannot be read back (\(error)): the store is damaged, restore a backup")
    }
  }
}

/// What became of an appended entry.
package enum AppendResult: Sendable, Equatable {
  case accepted(position: Int64)
  case duplicate
}

/// The append-only log of accepted facts: the truth everything else is folded from.
package protocol FactLog: Sendable {
  /// Appends entries in order, in one transaction that is on disk when this returns. An event whose id is known, and a
  /// record equal to the one last accepted under its id, are duplicates and leave no trace.
  func append(_ entries: [FactEntry]) async throws(StorageError) -> [AppendResult]
  /// Facts after a position, in order.
  func read(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact]
  /// The stored event of an id.
  func event(id: String) async throws(StorageError) -> LoggedFact?
  /// Events only, in the order accepted.
  func events(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact]
  /// Everything that names a customer or one of these anonymous ids.
  func facts(ofCustomer customer: String, anonymous: [String]) async throws(StorageError) -> [LoggedFact]
  /// Deletes everything that names a customer or one of these anonymous ids, and remembers that the customer was
  /// erased.
  func erase(customer: String, anonymous: [String]) async throws(StorageError)
  /// Whether anything was ever erased, and what: hashes of erased ids.
  func erasedHashes() async throws(StorageError) -> [String]
}

/// Why a store failed, in a sentence that says what to do.
package struct StorageError: Error, Sendable, CustomStringConvertible {
  package let message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}
