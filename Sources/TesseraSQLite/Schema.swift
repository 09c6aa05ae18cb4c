import GRDB

/// The tables, as a sequence of migrations that only ever grows.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 facts, cycles, decisions, settings") { db in
      try db.execute(
        sql: """
          CREATE TABLE fact (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            kind INTEGER NOT NULL,
            id TEXT NOT NULL,
            customer TEXT,
            anonymous TEXT,
            body BLOB NOT NULL
          );
          CREATE UNIQUE INDEX fact_event ON fact (id) WHERE kind = 1;
          CREATE INDEX fact_record ON fact (kind, id, position) WHERE kind <> 1;
          CREATE TABLE erased (hash TEXT PRIMARY KEY) WITHOUT ROWID;
          CREATE TABLE cycle (
            number INTEGER PRIMARY KEY,
            hour INTEGER NOT NULL UNIQUE,
            at INTEGER NOT NULL,
            status TEXT NOT NULL,
            report BLOB,
            book_hash TEXT NOT NULL DEFAULT '',
            input BLOB,
            book BLOB
          );
          CREATE TABLE decision (id TEXT PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
          CREATE TABLE segment_history (
            segment TEXT NOT NULL,
            cycle INTEGER NOT NULL,
            members INTEGER NOT NULL,
            decisions TEXT NOT NULL,
            PRIMARY KEY (segment, cycle)
          ) WITHOUT ROWID;
          CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2 agents' looks") { db in
      try db.execute(
        sql: """
          CREATE TABLE agent_run (id TEXT PRIMARY KEY, cycle INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;
          CREATE INDEX agent_run_cycle ON agent_run (cycle);
          CREATE TABLE agent_run_segment (
            segment TEXT NOT NULL,
            cycle INTEGER NOT NULL,
            run TEXT NOT NULL,
            PRIMARY KEY (segment, cycle, run)
          ) WITHOUT ROWID;
          CREATE INDEX agent_run_segment_cycle ON agent_run_segment (cycle);
          -- The cycle is the last one that has these bytes.
          CREATE TABLE agent_blob (hash TEXT PRIMARY KEY, cycle INTEGER NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID;
          CREATE INDEX agent_blob_cycle ON agent_blob (cycle);
          """)
    }
    return migrator
  }
}
