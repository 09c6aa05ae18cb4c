import Foundation
import GRDB
import GRDBSQLite
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

/// Appends with prepared statements. The one that every fact goes through is bound by hand: values wrapped one by one
/// cost as much as SQLite itself.
private struct FactWriter {
  let db: Database
  let connection: SQLiteConnection?
  let insert: Statement
  let lastBody: Statement
  let sameBody: Statement

  init(_ db: Database) throws {
    (self.db, connection) = (db, db.sqliteConnection)
    insert = try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO fact (kind, id, customer, anonymous, body) VALUES (?, ?, ?, ?, ?)")
    lastBody = try db.cachedStatement(
      sql: "SELECT body = ? FROM fact WHERE kind = ? AND kind <> 1 AND id = ? ORDER BY position DESC LIMIT 1")
    sameBody = try db.cachedStatement(
      sql: "SELECT 1 FROM fact WHERE kind = ? AND kind <> 1 AND id = ? AND body = ? LIMIT 1")
  }

  mutating func append(_ entry: FactEntry) throws -> AppendResult {
    let fact = entry.fact
    switch fact.kind {
    case .event: break
    case .identify:
      let body = Data(entry.body)
      if try Int.fetchOne(sameBody, arguments: [fact.kind.rawValue, fact.id, body]) != nil { return .duplicate }
    case .customer, .product, .order:
      let body = Data(entry.body)
      if try Int.fetchOne(lastBody, arguments: [body, fact.kind.rawValue, fact.id]) == 1 { return .duplicate }
    }
    try add(fact, entry.body)
    return sqlite3_changes(connection) == 0
      ? .duplicate : .accepted(position: sqlite3_last_insert_rowid(connection))
  }

  private func add(_ fact: Fact, _ body: [UInt8]) throws {
    let statement = insert.sqliteStatement
    let code = FactWriter.withText(fact.id) { id in
      FactWriter.withText(fact.customer) { customer in
        FactWriter.withText(FactWriter.anonymous(fact)) { anonymous in
          body.withUnsafeBytes { body in
            sqlite3_bind_int64(statement, 1, Int64(fact.kind.rawValue))
            FactWriter.bind(id, to: statement, 2)
            FactWriter.bind(customer, to: statement, 3)
            FactWriter.bind(anonymous, to: statement, 4)
            // Kept by the caller until the statement has run. No bytes are an empty body, not an absent one.
            let start = body.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
            sqlite3_bind_blob64(statement, 5, start, UInt64(body.count), nil)
            defer {
              sqlite3_reset(statement)
              sqlite3_clear_bindings(statement)
            }
            return sqlite3_step(statement)
          }
        }
      }
    }
    guard code == SQLITE_DONE else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
    }
  }

  private static func withText<R>(_ text: String?, _ body: (UnsafeBufferPointer<UInt8>?) -> R) -> R {
    guard var text else { return body(nil) }
    return text.withUTF8 { body($0) }
  }

  private static func bind(_ text: UnsafeBufferPointer<UInt8>?, to statement: SQLiteStatement, _ index: CInt) {
    guard let text else {
      sqlite3_bind_null(statement, index)
      return
    }
    // Kept by the caller until the statement has run. An empty text is not an absent one.
    guard let start = text.baseAddress else {
      sqlite3_bind_text(statement, index, "", 0, nil)
      return
    }
    start.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
      _ = sqlite3_bind_text(statement, index, characters, CInt(text.count), nil)
    }
  }

  private static func anonymous(_ fact: Fact) -> String? {
    switch fact {
    case .event(let event): event.anonymous
    case .identify(let identify): identify.anonymous
    default: nil
    }
  }
}
