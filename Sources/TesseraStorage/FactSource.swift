package import TesseraModel

/// One row of an import: where it stood, and the facts it makes or the reason why it makes none.
package struct ImportRow: Sendable {
  /// The file it came from, as the user named it.
  package let file: String
  /// Line in that file, from 1; for a record of several lines its first.
  package let line: Int
  /// The row as it was read, for the file of rejected rows.
  package let text: String
  package let result: Result<[FactEntry], RecordError>

  package init(file: String, line: Int, text: String, result: Result<[FactEntry], RecordError>) {
    (self.file, self.line, self.text, self.result) = (file, line, text, result)
  }
}

/// Rows to import, read one after the other in bounded memory.
package protocol FactSource {
  /// The next row, or nil at the end.
  /// - Throws: `FactSourceError` when the source itself fails: a missing or unreadable file, a broken gzip stream, a
  ///   missing header.
  mutating func next() throws(FactSourceError) -> ImportRow?
}

/// Why a source cannot be read at all, in a sentence that says what to do.
package struct FactSourceError: Error, Sendable, CustomStringConvertible {
  package let message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}
