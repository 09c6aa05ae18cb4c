package import TesseraModel
package import TesseraStorage

/// One record of a CSV file, or why it cannot be split into fields.
package struct CSVRecord: Sendable {
  /// Line of the file, from 1; of a record of several lines its first.
  package let line: Int
  /// The record as it stands in the file, its lines joined by LF, without the last line's ending.
  package let raw: [UInt8]
  /// The fields, or the reason.
  package let row: Result<CSVRow, RecordError>

  /// `raw` as text.
  var text: String { String(decoding: raw, as: UTF8.self) }
}

/// The records of a CSV file (RFC 4180: quotes, doubled quotes, line ends inside quotes), one after the other in
/// bounded memory.
///
/// A record with fewer fields than the header has empty ones at its end; one with more is refused. Empty lines and
/// rows of empty fields are passed over. When a record of several lines is not CSV, only its first line is refused
/// and the others are read again as records of their own, so that a quote nobody closed costs one row and not the
/// rest of the file.
package struct CSVReader {
  /// More bytes than a shop's longest product description; without a limit a stray quote would take in the whole file.
  package static let recordBytesMax = 1 << 20
  /// More lines than any description has; bounds the cost of many tiny lines in one record.
  package static let recordLinesMax = 10_000
  /// Bytes of a file that are read again after refused records; beyond that such records are refused whole, so that a
  /// file made to be slow takes linear time.
  package static let replayBytesMax = 32 << 20
  /// What a line read again counts besides its bytes, since even an empty one takes time.
  static let replayLineBytes = 100

  /// The names of the columns.
  package private(set) var header: CSVHeader
  private var lines: ByteLineReader
  /// Lines of the present record, and those read ahead of it when an earlier one was refused.
  private var window: [ByteLine] = []
  private var windowPosition = 0
  private var replayedBytes = 0

  /// Opens a file and reads its header.
  /// - Throws: `FactSourceError` if the file cannot be read, is empty, or starts with something else than a header.
  package init(path: String) throws(FactSourceError) {
    lines = try ByteLineReader(path: path)
    header = CSVHeader([])
    guard let first = try next() else {
      throw FactSourceError("\(path) is empty: the first line must name the columns")
    }
    switch first.row {
    case .success(let row): header = CSVHeader((0..<row.count).map { row[$0] })
    case .failure(let error): throw FactSourceError("\(path): the header is not CSV: \(error.reason)")
    }
  }

  /// The file, as the user named it.
  package var path: String { lines.path }
  /// Whether the file can be opened and read a second time, which a pipe cannot.
  package var isRepeatable: Bool { lines.isRepeatable }

  /// The next record, or nil at the end.
  /// - Throws: `FactSourceError` for a fault of the disk, a truncated or corrupt gzip stream.
  package mutating func next() throws(FactSourceError) -> CSVRecord? {
    while true {
      forgetFinished()
      guard let first = try nextLine() else { return nil }
      guard !first.isOverlong else {
        return CSVRecord(line: first.number, raw: first.bytes, row: .failure(RecordError(ByteLine.overlongReason)))
      }
      if first.bytes.isEmpty { continue }
      var parser = CSVRecordParser()
      var members = [first]
      var raw = first.bytes
      var fault = parser.add(first.bytes)
      while fault == nil, parser.isOpen {
        guard raw.count <= CSVReader.recordBytesMax, members.count < CSVReader.recordLinesMax else {
          fault = "a quote is opened and not closed within 1 MiB or \(CSVReader.recordLinesMax) lines"
          break
        }
        guard let line = try nextLine() else {
          fault = "a quote is opened and never closed"
          break
        }
        members.append(line)
        raw.append(10)
        raw += line.bytes
        fault = line.isOverlong ? ByteLine.overlongReason : parser.add(line.bytes)
      }
      if let fault = fault ?? self.fault(of: parser) { return refuse(members, raw: raw, because: fault) }
      let row = CSVRow(line: first.number, header: header, bytes: parser.bytes, ends: parser.ends)
      if !row.isBlank { return CSVRecord(line: first.number, raw: raw, row: .success(row)) }
    }
  }

  /// Drops lines of finished records; not at each record, so that the others are not moved each time.
  private mutating func forgetFinished() {
    if windowPosition == window.count {
      window.removeAll(keepingCapacity: true)
      windowPosition = 0
    } else if windowPosition > window.count / 2 {
      window.removeFirst(windowPosition)
      windowPosition = 0
    }
  }

  private mutating func nextLine() throws(FactSourceError) -> ByteLine? {
    if windowPosition == window.count {
      guard let line = try lines.next() else { return nil }
      window.append(line)
    }
    windowPosition += 1
    return window[windowPosition - 1]
  }

  /// What is wrong with a record whose quotes are right. The header itself may have any number of fields.
  private func fault(of parser: CSVRecordParser) -> String? {
    if !header.names.isEmpty, parser.ends.count > header.names.count {
      return "\(parser.ends.count) fields where the header has \(header.names.count)"
    }
    if parser.bytes.contains(0) { return "a NUL byte, which no text contains" }
    guard String(validating: parser.bytes, as: UTF8.self) != nil else {
      return "not valid UTF-8: save the file as UTF-8"
    }
    return nil
  }

  /// Refuses a record's first line and has the others read again, or all of them once the file has used up its
  /// allowance.
  private mutating func refuse(_ members: [ByteLine], raw: [UInt8], because reason: String) -> CSVRecord {
    let error = RecordError(reason)
    let rest = members.dropFirst()
    replayedBytes += rest.reduce(0) { $0 + $1.bytes.count + CSVReader.replayLineBytes }
    guard !rest.isEmpty, replayedBytes <= CSVReader.replayBytesMax else {
      return CSVRecord(line: members[0].number, raw: raw, row: .failure(error))
    }
    windowPosition -= rest.count
    return CSVRecord(line: members[0].number, raw: members[0].bytes, row: .failure(error))
  }
}
