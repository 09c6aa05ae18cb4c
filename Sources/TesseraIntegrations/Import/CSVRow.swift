/// The fields of one CSV record, found by the names in the header. A field that the record lacks is empty.
package struct CSVRow: Sendable {
  /// Line of the file, from 1; of a record of several lines its first.
  package let line: Int
  /// The names by which fields are found.
  package let header: CSVHeader
  private let bytes: [UInt8]
  private let ends: [Int]

  /// - Parameters:
  ///   - bytes: the contents of all fields without quotes, one after the other, in valid UTF-8.
  ///   - ends: where each field ends in `bytes`.
  init(line: Int, header: CSVHeader, bytes: [UInt8], ends: [Int]) {
    (self.line, self.header, self.bytes, self.ends) = (line, header, bytes, ends)
  }

  /// How many fields the record has.
  package var count: Int { ends.count }

  /// The field at a place, exactly as written, quotes removed.
  package subscript(position: Int) -> String {
    guard ends.indices.contains(position) else { return "" }
    return String(decoding: bytes[(position == 0 ? 0 : ends[position - 1])..<ends[position]], as: UTF8.self)
  }

  /// The first of the named columns, given in lower case, that the file has: trimmed of blanks, nil when nothing is
  /// left.
  package func text(_ names: String...) -> String? {
    for name in names {
      guard let position = header[name] else { continue }
      return CSVRow.trimmed(self[position])
    }
    return nil
  }

  /// A text without blanks around it, nil when nothing is left.
  static func trimmed(_ text: String) -> String? {
    var rest = text[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest.isEmpty ? nil : String(rest)
  }

  /// Whether every field is empty, as in the blank rows that spreadsheets leave at the end.
  var isBlank: Bool { bytes.isEmpty }
}
