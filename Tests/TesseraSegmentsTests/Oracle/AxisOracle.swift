import Foundation
import GRDB
import TesseraModel

/// One listed customer with the values of the ten axes.
struct PlacedRow: Equatable {
  let id: String
  let values: [String]

  // Bytes, not canonical equivalence: ids that look alike are different ids.
  static func == (a: PlacedRow, b: PlacedRow) -> Bool { a.bytes == b.bytes }
  var bytes: [UInt8] { Array(([id] + values).joined(separator: "\u{1F}").utf8) }
}

/// The independent second definition of the axes: raw facts in tables, all logic in `OracleQueries`.
struct AxisOracle {
  private let database: DatabaseQueue

  /// - Parameter facts: as sent, in order of acceptance, duplicates included.
  init(_ facts: [Fact]) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { db in db.add(function: AxisOracle.normal) }
    database = try DatabaseQueue(configuration: configuration)
    try database.write { db in
      try db.execute(sql: OracleSchema.sql)
      for (seq, fact) in facts.enumerated() { try AxisOracle.insert(fact, seq, db) }
      try db.execute(sql: "CREATE INDEX identify_by_anonymous ON raw_identify (anonymous, at)")
    }
  }

  /// Everyone listed at T, in the order of the bytes of their ids.
  func rows(at instant: Instant) throws -> [PlacedRow] {
    try database.write { db in
      try db.execute(sql: "DELETE FROM clock")
      try db.execute(sql: "INSERT INTO clock VALUES (?)", arguments: [instant.milliseconds])
      for table in OracleQueries.tables { try db.execute(sql: "DROP TABLE IF EXISTS temp.\(table)") }
      try db.execute(sql: OracleQueries.all)
      return try Row.fetchAll(db, sql: OracleQueries.result).map { row in
        PlacedRow(id: row[0], values: (1...10).map { row[$0] })
      }
    }
  }

  /// Foundation's own normalisation, so that the product's is checked against something.
  private static let normal = DatabaseFunction("normal", argumentCount: 1, pure: true) { values in
    guard let name = String.fromDatabaseValue(values[0]) else { return nil }
    let text = name.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    return text.isEmpty ? nil : text
  }

  private static func insert(_ fact: Fact, _ seq: Int, _ db: Database) throws {
    switch fact {
    case .event(let e):
      try db.execute(
        sql: "INSERT INTO raw_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: [seq, e.id, e.type, e.at.milliseconds, e.customer, e.anonymous, e.product, e.quantity, e.channel])
    case .identify(let i):
      try db.execute(
        sql: "INSERT INTO raw_identify VALUES (?, ?, ?, ?)",
        arguments: [seq, i.anonymous, i.customer, i.at.milliseconds])
    case .customer(let c): try insert(c, seq, db)
    case .product(let p):
      try db.execute(
        sql: "INSERT INTO raw_product VALUES (?, ?, ?, ?, ?)",
        arguments: [seq, p.id, p.updatedAt?.milliseconds, p.brand, p.category])
    case .order(let o): try insert(o, seq, db)
    }
  }

  /// A field that an update does not name leaves no trace in the tables.
  private static func insert(_ record: CustomerRecord, _ seq: Int, _ db: Database) throws {
    var created: Int64?
    if case .set(let at) = record.createdAt { created = at.milliseconds }
    try db.execute(
      sql: "INSERT INTO raw_customer VALUES (?, ?, ?, ?, ?)",
      arguments: [seq, record.id, record.updatedAt?.milliseconds, record.createdAt != .unchanged, created])
    for (channel, change) in zip(["email", "sms", "push"], record.consents) where change != .unchanged {
      var state: String?
      if case .set(let text) = change { state = text }
      try db.execute(
        sql: "INSERT INTO raw_consent VALUES (?, ?, ?, ?, ?)",
        arguments: [seq, record.id, record.updatedAt?.milliseconds, channel, state])
    }
  }

  private static func insert(_ order: OrderRecord, _ seq: Int, _ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO raw_order VALUES (?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        seq, order.id, order.customer, order.placedAt.milliseconds, order.cancelledAt?.milliseconds,
        order.updatedAt?.milliseconds, order.discountCodes.count,
      ])
    for line in order.lines {
      try db.execute(
        sql: "INSERT INTO raw_line VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          seq, line.product, line.quantity, cents(line.price), line.compareAtPrice.map(cents), cents(line.discount),
        ])
    }
    for refund in order.refunds {
      for line in refund.lines {
        try db.execute(
          sql: "INSERT INTO raw_refund_line VALUES (?, ?, ?, ?)",
          arguments: [seq, refund.at.milliseconds, line.product, cents(line.amount)])
      }
    }
  }

  /// The generated facts have whole cents, which SQLite's integers hold exactly.
  private static func cents(_ money: Money) -> Int64 { Int64(money.units * 100 / Money.scale) }
}
