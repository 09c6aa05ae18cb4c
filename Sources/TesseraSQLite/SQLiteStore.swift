import GRDB
package import TesseraStorage

/// The embedded store: one SQLite file in WAL mode, every commit on disk before it is acknowledged. One process opens
/// it (the caller holds the directory's lock) and only the writer checkpoints, which keeps SQLite's WAL-reset bug
/// (before 3.51.3) out of reach.
package final class SQLiteStore: Sendable {
  let pool: DatabasePool

  /// Opens or makes the file and brings its schema up to date.
  /// - Parameter path: of the database file; its folder exists.
  /// - Throws: `StorageError` if the file cannot be opened, is of a later version, or does not sync fully.
  package init(path: String) throws(StorageError) {
    do {
      var configuration = Configuration()
      configuration.maximumReaderCount = 4
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF")
        try db.execute(sql: "PRAGMA cache_size = -65536")
      }
      pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL on the writer after prepareDatabase, which a power cut would turn into lost acknowledged
      // facts.
      let level = try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // Pages of the index by id are written again and again: each only once in so many pages of the log goes home.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
        return try Int.fetchOne(db, sql: "PRAGMA synchronous")
      }
      guard level == 2 else {
        throw StorageError("the database does not sync fully; refusing to acknowledge facts on it")
      }
      try Schema.migrator.migrate(pool)
    } catch let error as StorageError {
      throw error
    } catch {
      throw SQLiteStore.failure(error)
    }
  }

  /// Waits for running work and closes the file.
  package func close() {
    // A reader still at work keeps the file open; the process ends soon after.
    do { try pool.close() } catch { return }
  }

  static func failure(_ error: any Error) -> StorageError {
    if let error = error as? StorageError { return error }
    guard let error = error as? DatabaseError else { return StorageError("the database failed: \(error)") }
    switch error.resultCode {
    case .SQLITE_FULL: return StorageError("the disk is full: free some space; nothing that was acknowledged is lost")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return StorageError(
        "the database is damaged (\(error.message ?? "no detail")): restore a backup of the data directory")
    case .SQLITE_BUSY, .SQLITE_LOCKED: return StorageError("another process has the database open: stop it first")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return StorageError("the database cannot be written: check the owner and permissions of the data directory")
    default: return StorageError("the database failed: \(error.message ?? "error \(error.resultCode.rawValue)")")
    }
  }

  func write<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws(StorageError) -> T {
    do { return try await pool.write(work) } catch { throw SQLiteStore.failure(error) }
  }

  func read<T: Sendable>(_ work: @escaping @Sendable (Database) throws -> T) async throws(StorageError) -> T {
    do { return try await pool.read(work) } catch { throw SQLiteStore.failure(error) }
  }
}
