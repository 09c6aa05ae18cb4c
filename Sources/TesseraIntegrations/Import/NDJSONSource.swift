package import TesseraModel
package import TesseraStorage

/// Facts of one kind in newline-delimited JSON, in the shapes of the HTTP interface: one object a line, blank lines
/// passed over.
package struct NDJSONSource: FactSource {
  private let kind: FactKind
  private var paths: ArraySlice<String>
  private var lines: ByteLineReader?

  /// Reads nothing yet.
  /// - Parameter paths: files, plain or gzip, read one after the other.
  package init(kind: FactKind, paths: [String]) {
    (self.kind, self.paths) = (kind, paths[...])
  }

  /// The next row; see `FactSource`.
  package mutating func next() throws(FactSourceError) -> ImportRow? {
    while true {
      if lines == nil {
        guard let path = paths.popFirst() else { return nil }
        lines = try ByteLineReader(path: path)
      }
      guard let line = try lines?.next() else {
        lines = nil
        continue
      }
      if line.isOverlong || !line.bytes.allSatisfy({ $0 == 32 || $0 == 9 }) { return row(of: line) }
    }
  }

  private func row(of line: ByteLine) -> ImportRow {
    let result: Result<[FactEntry], RecordError>
    do throws(RecordError) {
      guard !line.isOverlong else { throw RecordError(ByteLine.overlongReason) }
      result = .success([try FactEntry(kind: kind, json: try line.json())])
    } catch {
      result = .failure(error)
    }
    return ImportRow(file: lines?.path ?? "", line: line.number, text: line.text, result: result)
  }
}

extension ByteLine {
  /// The line as one JSON value.
  /// - Throws: `RecordError` that says at which byte of the line it stops being JSON.
  func json() throws(RecordError) -> JSONValue {
    do throws(JSONError) {
      return try JSONParser.parse(bytes)
    } catch {
      throw RecordError("not valid JSON at byte \(error.offset): \(error.message)")
    }
  }
}
