import TesseraModel

/// A log as its columns of texts, before it is known what they say.
struct LogText: Sendable {
  private(set) var columns: [WordColumn] = []
  /// By row: its line in the file, from 1.
  private(set) var lines: [Int] = []
  private(set) var rejected = LogRejections()

  /// Blanks and line ends.
  static let blanks: Set<UInt8> = [32, 9, 10, 13]
  /// A file with more columns is no log of rows; every column costs four bytes a row.
  static let columnsMax = 1_000

  /// - Throws: already before the rows are read if a column that is needed is not in the heading.
  init(csv bytes: [UInt8], from start: Int, _ columns: LogColumns) throws(LogError) {
    var text = DelimitedText(bytes, from: start)
    var fields: [String] = []
    guard let heading = try text.next(&fields), case .fields = heading else {
      throw LogError("line 1: the heading cannot be read; it must name the columns, separated by commas")
    }
    let names = fields.map { String(LogNumber.trimmed($0)) }
    try LogText.check(names)
    // Other columns stay empty: files may have many that nobody asks for.
    let used = try LogLayout(columns, in: names).used
    self.columns = names.map { WordColumn(name: $0) }
    while let record = try text.next(&fields) {
      switch record {
      case .broken(let line, let message): rejected.add(line: line, message)
      case .fields(let line) where fields.count != names.count:
        rejected.add(line: line, "it has \(fields.count) values; the heading has \(names.count)")
      case .fields(let line):
        lines.append(line)
        for place in used { self.columns[place].append(fields[place]) }
      }
    }
  }

  init(json bytes: [UInt8], from start: Int) throws(LogError) {
    var places: [ByteKey: Int] = [:]
    var (i, line) = (start, 0)
    while i < bytes.count {
      let end = bytes[i...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let range = i..<end
      i = end + 1
      line += 1
      if bytes[range].allSatisfy({ LogText.blanks.contains($0) }) { continue }
      do throws(JSONError) {
        guard let object = try JSONParser.parse(bytes, in: range).members else {
          rejected.add(line: line, "it is no JSON object; write one object a line")
          continue
        }
        lines.append(line)
        for (name, value) in object {
          let place = places[ByteKey(name)] ?? columns.count
          if place == columns.count {
            guard place < LogText.columnsMax else { continue }
            places[ByteKey(name)] = place
            columns.append(WordColumn(name: name))
          }
          columns[place].fill(to: lines.count - 1)
          columns[place].append(LogText.word(value))
        }
      } catch {
        rejected.add(line: line, "it is no JSON: \(error.message), after \(error.offset) bytes")
      }
    }
    for place in columns.indices { columns[place].fill(to: lines.count) }
    try LogText.check(columns.map(\.name))
  }

  private static func check(_ names: [String]) throws(LogError) {
    guard names.count < columnsMax else {
      throw LogError("the log has \(columnsMax) columns or more; keep those that matter")
    }
    var seen: Set<String> = []
    for name in names where !name.isEmpty && !seen.insert(name).inserted {
      throw LogError("the heading names the column \"\(name)\" twice; rename one of them")
    }
  }

  /// A text as it is, everything else as it is written; nothing for null.
  private static func word(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .string(let text), .number(let text): text
    case .bool, .array, .object: JSONWriter.text(value)
    }
  }

  /// The rows whose values make sense.
  func table(_ names: LogColumns) throws(LogError) -> LoggedTable {
    guard !columns.isEmpty else {
      let problem = rejected.first.first.map { "; \($0)" } ?? ""
      throw LogError("the log has no columns; it needs action, propensity and reward\(problem)")
    }
    let values = LogValues(self, try LogLayout(names, in: columns.map(\.name)), names)
    var rejected = rejected
    var rows: [Int] = []
    for row in lines.indices {
      if let problem = values.problem(row) {
        rejected.add(line: lines[row], problem)
      } else {
        rows.append(row)
      }
    }
    guard !rows.isEmpty else {
      let problem = rejected.first.first.map { "; \($0)" } ?? " at all"
      throw LogError("the log has no row that can be used\(problem)")
    }
    return LoggedTable(self, values, rows: rows, rejected: rejected)
  }
}
