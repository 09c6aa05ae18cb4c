import Foundation
import GRDB
package import TesseraStorage

extension SQLiteStore: RunStore {
  package func put(runs: [StoredRun], blobs: [String: [UInt8]]) async throws(StorageError) {
    let last = runs.map(\.cycle).max() ?? 0
    try await write { db in
      for run in runs {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO agent_run (id, cycle, record) VALUES (?, ?, ?)")
          .execute(arguments: [run.id, run.cycle, Data(run.record)])
        for segment in run.segments {
          try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO agent_run_segment (segment, cycle, run) VALUES (?, ?, ?)"
          ).execute(arguments: [segment, run.cycle, run.id])
        }
      }
      for (hash, bytes) in blobs {
        try db.cachedStatement(
          sql: """
            INSERT INTO agent_blob (hash, cycle, bytes) VALUES (?, ?, ?)
            ON CONFLICT (hash) DO UPDATE SET cycle = MAX(cycle, excluded.cycle)
            """
        ).execute(arguments: [hash, last, Data(bytes)])
      }
    }
  }

  package func run(_ id: String) async throws(StorageError) -> StoredRun? {
    try await read { db in
      try Row.fetchOne(db, sql: "SELECT id, cycle, record FROM agent_run WHERE id = ?", arguments: [id])
        .map { try SQLiteStore.run($0, db) }
    }
  }

  package func runs(ofCycle number: Int) async throws(StorageError) -> [StoredRun] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT id, cycle, record FROM agent_run WHERE cycle = ? ORDER BY id", arguments: [number]
      ).map { try SQLiteStore.run($0, db) }
    }
  }

  package func runs(after place: RunPlace?, limit: Int) async throws(StorageError) -> [StoredRun] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, cycle, record FROM agent_run WHERE (cycle, id) < (?, ?) ORDER BY cycle DESC, id DESC LIMIT ?
          """, arguments: [place?.cycle ?? Int.max, place?.id ?? "", limit]
      ).map { try SQLiteStore.run($0, db) }
    }
  }

  package func runs(ofSegment id: String, limit: Int) async throws(StorageError) -> [StoredRun] {
    try await read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, agent_run.cycle, record FROM agent_run_segment JOIN agent_run ON agent_run.id = run
          WHERE segment = ? ORDER BY agent_run_segment.cycle DESC, run DESC LIMIT ?
          """, arguments: [id, limit]
      ).map { try SQLiteStore.run($0, db) }
    }
  }

  private static func run(_ row: Row, _ db: Database) throws -> StoredRun {
    let id: String = row["id"]
    let cycle: Int = row["cycle"]
    let record = [UInt8](row["record"] as Data)
    let segments = try String.fetchAll(
      db, sql: "SELECT segment FROM agent_run_segment WHERE cycle = ? AND run = ? ORDER BY segment",
      arguments: [cycle, id])
    return StoredRun(id: id, cycle: cycle, segments: segments, record: record)
  }

  package func blobs(_ hashes: [String]) async throws(StorageError) -> [String: [UInt8]] {
    try await read { db in
      let statement = try db.cachedStatement(sql: "SELECT bytes FROM agent_blob WHERE hash = ?")
      var out: [String: [UInt8]] = [:]
      for hash in hashes where out[hash] == nil {
        if let bytes = try Data.fetchOne(statement, arguments: [hash]) { out[hash] = [UInt8](bytes) }
      }
      return out
    }
  }

  package func forgetRuns(before cycle: Int) async throws(StorageError) {
    try await write { db in
      for table in ["agent_run", "agent_run_segment", "agent_blob"] {
        try db.execute(sql: "DELETE FROM \(table) WHERE cycle < ?", arguments: [cycle])
      }
    }
  }
}
