import TesseraModel
import TesseraStorage

/// Rows of a CSV file that follow each other and describe one thing: an order and its lines, a product and its
/// variants.
struct CSVRowGroup {
  /// The rows in the file's order, at least one.
  var rows: [CSVRow]
  /// The rows as they stand in the file.
  var raw: [UInt8]
  /// Why the group is refused as a whole.
  var fault: RecordError?

  /// The first value that a row has in one of the named columns. Exports fill what concerns the whole thing in one
  /// row only.
  func first(_ name: String, _ alias: String? = nil) -> String? {
    for row in rows {
      if let text = alias.map({ row.text(name, $0) }) ?? row.text(name) { return text }
    }
    return nil
  }
}

/// Reads a CSV file group by group.
struct CSVRowGroups {
  /// More rows than a product may have variants and pictures, or an order lines.
  static let rowsMax = 5_000
  /// No thing takes as many bytes; bounds the memory of a file that never changes its key.
  static let bytesMax = 4 << 20

  /// A group, or a record that cannot be split into fields.
  enum Item {
    case group(CSVRowGroup)
    case fault(ImportRow)
  }

  private var reader: CSVReader
  private let key: @Sendable (CSVRow) -> String?
  private var pending: CSVRowGroup?
  private var pendingKey: String?

  /// - Parameter key: what the rows of a group share. A row without belongs to the group before it.
  init(reader: CSVReader, key: @escaping @Sendable (CSVRow) -> String?) {
    (self.reader, self.key) = (reader, key)
  }

  /// The next group, or nil at the end. A record that is not CSV comes before the group in which it stands.
  mutating func next() throws(FactSourceError) -> Item? {
    while true {
      guard let record = try reader.next() else {
        defer { pending = nil }
        return pending.map { .group($0) }
      }
      let row: CSVRow
      switch record.row {
      case .success(let read): row = read
      case .failure(let error):
        return .fault(ImportRow(file: reader.path, line: record.line, text: record.text, result: .failure(error)))
      }
      let key = key(row)
      if pending != nil, key == nil || key == pendingKey {
        add(row, raw: record.raw)
        continue
      }
      let finished = pending
      pending = CSVRowGroup(rows: [row], raw: record.raw)
      pendingKey = key
      if let finished { return .group(finished) }
    }
  }

  private mutating func add(_ row: CSVRow, raw: [UInt8]) {
    guard let rows = pending?.rows.count, let bytes = pending?.raw.count, pending?.fault == nil else { return }
    guard rows < CSVRowGroups.rowsMax, bytes + raw.count < CSVRowGroups.bytesMax else {
      pending?.fault = RecordError("more than \(CSVRowGroups.rowsMax) rows or 4 MiB under one name")
      return
    }
    pending?.rows.append(row)
    pending?.raw.append(10)
    pending?.raw += raw
  }
}
