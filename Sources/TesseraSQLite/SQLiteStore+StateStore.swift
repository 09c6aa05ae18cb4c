import Foundation
import GRDB
package import TesseraModel
package import TesseraStorage

extension SQLiteStore: StateStore, SettingStore {
  package func begin(at instant: Instant) async throws(StorageError) -> CycleRow {
    let hour = instant.hourStart.milliseconds
    return try await write { db in
      if let held = try Row.fetchOne(db, sql: "SELECT * FROM cycle WHERE hour = ?", arguments: [hour]) {
        let row = SQLiteStore.cycle(held)
        if row.status == .published { return row }
        try db.execute(sql: "UPDATE cycle SET at = ? WHERE number = ?", arguments: [instant.milliseconds, row.number])
        return CycleRow(number: row.number, at: instant, status: .running, report: .null, book: "")
      }
      let number = try Int.fetchOne(db, sql: "SELECT COALESCE(MAX(number), 0) + 1 FROM cycle") ?? 1
      try db.execute(
        sql: "INSERT INTO cycle (number, hour, at, status) VALUES (?, ?, ?, 'running')",
        arguments: [number, hour, instant.milliseconds])
      return CycleRow(number: number, at: instant, status: .running, report: .null, book: "")
    }
  }

  package func publish(_ publication: Publication) async throws(StorageError) {
    try await write { db in
      for (id, record) in publication.records {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO decision (id, record) VALUES (?, ?)")
          .execute(arguments: [id, Data(record)])
      }
      for row in publication.segments {
        try db.cachedStatement(
          sql: "INSERT OR REPLACE INTO segment_history (segment, cycle, members, decisions) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [row.segment, publication.cycle, row.members, row.decisions.joined(separator: " ")])
      }
      for (name, value) in publication.settings {
        try db.execute(
          sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", arguments: [name, Data(value)])
      }
      try db.execute(
        sql: "UPDATE cycle SET status = 'published', report = ?, input = ?, book = ?, book_hash = ? WHERE number = ?",
        arguments: [
          Data(JSONWriter.bytes(publication.report)), Data(publication.input), Data(publication.book),
          publication.bookHash, publication.cycle,
        ])
    }
  }

  private static let columns = "number, at, status, report, book_hash"

  package func cycles(before number: Int?, limit: Int) async throws(StorageError) -> [CycleRow] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT \(SQLiteStore.columns) FROM cycle WHERE number < ? ORDER BY number DESC LIMIT ?",
        arguments: [number ?? .max, limit]
      ).map(SQLiteStore.cycle)
    }
  }

  package func cycle(_ number: Int) async throws(StorageError) -> CycleRow? {
    try await read { db in
      try Row.fetchOne(db, sql: "SELECT \(SQLiteStore.columns) FROM cycle WHERE number = ?", arguments: [number])
        .map(SQLiteStore.cycle)
    }
  }

  package func cycleInForce(at instant: Instant) async throws(StorageError) -> CycleRow? {
    try await read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT \(SQLiteStore.columns) FROM cycle WHERE status = 'published' AND at <= ?
          ORDER BY at DESC, number DESC LIMIT 1
          """, arguments: [instant.milliseconds]
      ).map(SQLiteStore.cycle)
    }
  }

  private static func cycle(_ row: Row) -> CycleRow {
    let report = (row["report"] as Data?).flatMap { try? JSONParser.parse([UInt8]($0)) } ?? .null
    return CycleRow(
      number: row["number"], at: Instant(milliseconds: row["at"]),
      status: CycleRow.Status(rawValue: row["status"]) ?? .running, report: report, book: row["book_hash"])
  }

  package func record(ofCycle number: Int) async throws(StorageError) -> (input: [UInt8], book: [UInt8])? {
    try await read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT input, book FROM cycle WHERE number = ? AND status = 'published'", arguments: [number]),
        let input = row["input"] as Data?, let book = row["book"] as Data?
      else { return nil }
      return ([UInt8](input), [UInt8](book))
    }
  }

  package func decisions(_ ids: [String]) async throws(StorageError) -> [String: [UInt8]] {
    try await read { db in
      let statement = try db.cachedStatement(sql: "SELECT record FROM decision WHERE id = ?")
      var out: [String: [UInt8]] = [:]
      for id in ids where out[id] == nil {
        if let record = try Data.fetchOne(statement, arguments: [id]) { out[id] = [UInt8](record) }
      }
      return out
    }
  }

  package func history(
    ofSegment id: String, limit: Int
  ) async throws(StorageError) -> [(cycle: Int, row: Publication.SegmentRow)] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT cycle, members, decisions FROM segment_history WHERE segment = ? ORDER BY cycle DESC LIMIT ?",
        arguments: [id, limit]
      ).map { row in
        let decisions = (row["decisions"] as String).split(separator: " ").map(String.init)
        return (row["cycle"], Publication.SegmentRow(segment: id, members: row["members"], decisions: decisions))
      }
    }
  }

  package func setting(_ name: String) async throws(StorageError) -> [UInt8]? {
    try await read { db in
      try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name]).map { [UInt8]($0) }
    }
  }

  package func set(_ name: String, to value: [UInt8]) async throws(StorageError) {
    try await write { db in
      try db.execute(sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", arguments: [name, Data(value)])
    }
  }
}
