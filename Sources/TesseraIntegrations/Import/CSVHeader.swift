import TesseraModel
package import TesseraStorage

/// The column names of a CSV file. They are trimmed and compared without case; of two columns of one name the first
/// counts.
package struct CSVHeader: Sendable {
  /// The names in the file's order, trimmed and in lower case; a column may have none.
  package let names: [String]
  private let positions: [String: Int]

  /// Takes the fields of the first record.
  package init(_ fields: [String]) {
    names = fields.map { NameNormalization.normalized($0) ?? "" }
    var positions: [String: Int] = [:]
    for (i, name) in names.enumerated() where !name.isEmpty && positions[name] == nil { positions[name] = i }
    self.positions = positions
  }

  /// The place of a column, given in lower case, or nil if the file lacks it.
  package subscript(name: String) -> Int? { positions[name] }

  /// The place of a column that must be there.
  /// - Throws: `FactSourceError` that names every one of `required` that the file lacks.
  package func position(of name: String, required: [String], path: String) throws(FactSourceError) -> Int {
    if let position = positions[name] { return position }
    let missing = required.filter { positions[$0] == nil }
    let list = missing.isEmpty ? name : missing.joined(separator: ", ")
    throw FactSourceError("\(path): the header lacks \(list); the first line must name the columns")
  }
}
