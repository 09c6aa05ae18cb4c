import Foundation
import GRDB
package import TesseraModel
package import TesseraStorage

extension SQLiteStore: FactLog {
  package func append(_ entries: [FactEntry]) async throws(StorageError) -> [AppendResult] {
    try await write { db in
      var writer = try FactWriter(db)
      return try entries.map { try writer.append($0) }
    }
  }

  package func read(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact] {
    try await fetch(
      "SELECT position, kind, body FROM fact WHERE position > ? ORDER BY position LIMIT ?", [position, limit])
  }

  package func event(id: String) async throws(StorageError) -> LoggedFact? {
    try await fetch("SELECT position, kind, body FROM fact WHERE kind = 1 AND id = ?", [id]).first
  }

  package func events(after position: Int64, limit: Int) async throws(StorageError) -> [LoggedFact] {
    try await fetch(
      "SELECT position, kind, body FROM fact WHERE position > ? AND kind = 1 ORDER BY position LIMIT ?",
      [position, limit])
  }

  package func facts(ofCustomer customer: String, anonymous: [String]) async throws(StorageError) -> [LoggedFact] {
    let clause = SQLiteStore.namesClause(anonymous)
    return try await fetch(
      "SELECT position, kind, body FROM fact WHERE \(clause) ORDER BY position",
      StatementArguments([customer] + anonymous))
  }

  package func erase(customer: String, anonymous: [String]) async throws(StorageError) {
    let clause = SQLiteStore.namesClause(anonymous)
    try await write { db in
      try db.execute(sql: "DELETE FROM fact WHERE \(clause)", arguments: StatementArguments([customer] + anonymous))
      try db.execute(
        sql: "INSERT OR IGNORE INTO erased (hash) VALUES (?)", arguments: [ErasedIdentity.hash(customer)])
    }
  }

  package func erasedHashes() async throws(StorageError) -> [String] {
    try await read { db in try String.fetchAll(db, sql: "SELECT hash FROM erased ORDER BY hash") }
  }

  /// Placeholders only; values are always bound.
  private static func namesClause(_ anonymous: [String]) -> String {
    guard !anonymous.isEmpty else { return "customer = ?" }
    return "customer = ? OR anonymous IN (\(anonymous.map { _ in "?" }.joined(separator: ",")))"
  }

  private func fetch(_ sql: String, _ arguments: StatementArguments) async throws(StorageError) -> [LoggedFact] {
    try await read { db in
      var out: [LoggedFact] = []
      let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
      while let row = try rows.next() {
        let body = try row.withUnsafeData(atIndex: 2) { data in data.map { [UInt8]($0) } ?? [] }
        guard let kind = FactKind(rawValue: row[1]) else { continue }
        out.append(LoggedFact(position: row[0], kind: kind, body: body))
      }
      return out
    }
  }
}

/// Appends with prepared statements: per-row encoding through a record type costs three quarters of the throughput.
private struct FactWriter {
  let db: Database
  let insert: Statement
  let lastBody: Statement
  let sameBody: Statement

  init(_ db: Database) throws {
    self.db = db
    insert = try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO fact (kind, id, customer, anonymous, body) VALUES (?, ?, ?, ?, ?)")
    lastBody = try db.cachedStatement(
      sql: "SELECT body = ? FROM fact WHERE kind = ? AND kind <> 1 AND id = ? ORDER BY position DESC LIMIT 1")
    sameBody = try db.cachedStatement(
      sql: "SELECT 1 FROM fact WHERE kind = ? AND kind <> 1 AND id = ? AND body = ? LIMIT 1")
  }

  mutating func append(_ entry: FactEntry) throws -> AppendResult {
    let fact = entry.fact
    let body = Data(entry.body)
    switch fact.kind {
    case .event: break
    case .identify:
      if try Int.fetchOne(sameBody, arguments: [fact.kind.rawValue, fact.id, body]) != nil { return .duplicate }
    case .customer, .product, .order:
      if try Int.fetchOne(lastBody, arguments: [body, fact.kind.rawValue, fact.id]) == 1 { return .duplicate }
    }
    try insert.execute(arguments: [fact.kind.rawValue, fact.id, fact.customer, FactWriter.anonymous(fact), body])
    return db.changesCount == 0 ? .duplicate : .accepted(position: db.lastInsertedRowID)
  }

  private static func anonymous(_ fact: Fact) -> String? {
    switch fact {
    case .event(let event): event.anonymous
    case .identify(let identify): identify.anonymous
    default: nil
    }
  }
}
