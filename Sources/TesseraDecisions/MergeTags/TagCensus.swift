package import TesseraModel

/// How many members of each micro-segment have what merge tags ask of a person: recorded with a cycle, beside its
/// census.
package struct TagCensus: Sendable, Equatable {
  /// So many members have these of the paths, and no others of them.
  package struct Count: Sendable, Equatable {
    package let mask: UInt64
    package let members: Int

    package init(mask: UInt64, members: Int) { (self.mask, self.members) = (mask, members) }
  }

  package let paths: [String]
  /// In the order of the census's entries, each by rising mask; empty where nothing is asked.
  package let entries: [[Count]]

  package init(paths: [String], entries: [[Count]]) { (self.paths, self.entries) = (paths, entries) }

  package var json: JSONValue {
    let rows = entries.map { counts in
      JSONValue.array(counts.flatMap { [.integer(Int($0.mask)), .integer($0.members)] })
    }
    return ["paths": .strings(paths), "entries": .array(rows)]
  }

  package init?(json: JSONValue) {
    guard let paths = json["paths"]?.elements?.compactMap(\.text), let rows = json["entries"]?.elements else {
      return nil
    }
    self.paths = paths
    entries = rows.map { row in
      let numbers = (row.elements ?? []).compactMap(\.integer)
      return stride(from: 0, to: numbers.count - 1, by: 2).map {
        Count(mask: UInt64(clamping: numbers[$0]), members: numbers[$0 + 1])
      }
    }
  }
}
