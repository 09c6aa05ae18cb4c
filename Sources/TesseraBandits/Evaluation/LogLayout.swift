import TesseraModel

/// Where the parts of a log's rows stand: the names of `LogColumns`, found among the columns that the file has.
struct LogLayout: Sendable, Equatable {
  /// Places of the columns by role; those that the log has.
  private(set) var places: [LogColumns.Role: Int] = [:]
  /// The propensity of every row, for logs without a column of it.
  private(set) var propensity: Double?
  /// Places of the context columns, in the order of the file.
  private(set) var context: [Int] = []

  /// The places of all columns that are read.
  var used: [Int] { (Array(places.values) + context).sorted() }

  /// Columns listed in a message: the names of most files, and no flood for the others.
  static let listedMax = 40
  /// A number of the row is no context.
  static let rowNumber = "row"

  init(_ columns: LogColumns, in header: [String]) throws(LogError) {
    var missing: [LogColumns.Role] = []
    for role in LogColumns.Role.allCases {
      let name = columns.name(role)
      if let place = header.firstIndex(of: name) {
        if let other = LogColumns.Role.allCases.first(where: { places[$0] == place }) {
          throw LogError("columns: \(other) and \(role) are both \"\(name)\"; name a column for each")
        }
        places[role] = place
      } else if role == .propensity, columns.names[role] != nil, let value = LogNumber.fraction(name) {
        guard value > 0, value <= 1 else {
          throw LogError("columns: propensity is \(name); it must be above 0 and at most 1")
        }
        propensity = value
      } else if columns.names[role] != nil {
        throw LogLayout.noColumn(name, for: role.rawValue, header)
      } else if role.isRequired {
        missing.append(role)
      }
    }
    guard missing.isEmpty else { throw LogLayout.missing(missing, header) }
    for (names, word) in [(columns.context, "context"), (columns.ignored, "ignore")] {
      for name in names where !header.contains(name) { throw LogLayout.noColumn(name, for: word, header) }
    }
    let reserved = LogColumns.Role.allCases.map(\.rawValue) + [LogLayout.rowNumber, ""]
    let used = Set(places.values)
    context = header.indices.filter { place in
      guard !used.contains(place), !columns.ignored.contains(header[place]) else { return false }
      return columns.context.isEmpty ? !reserved.contains(header[place]) : columns.context.contains(header[place])
    }
  }

  private static func noColumn(_ name: String, for word: String, _ header: [String]) -> LogError {
    let hint = NearestName.suggestion(for: name, among: header)
    return LogError("columns: there is no column \"\(name)\" for \(word)\(hint); the log has \(list(header))")
  }

  private static func missing(_ roles: [LogColumns.Role], _ header: [String]) -> LogError {
    let examples = roles.map { role -> String in
      let known = role.otherNames.first(where: header.contains)
      let near = NearestName.nearest(to: role.rawValue, among: header).first
      return "\(role)=\(known ?? near ?? (role == .propensity ? "1/3" : "…"))"
    }
    let names = roles.map { "\"\($0)\"" }.joined(separator: " or ")
    var message = "the log has no column \(names); it has \(list(header)). Say which of them it is with columns: "
    message += examples.joined(separator: ", ")
    if roles.contains(.propensity) {
      message += " (propensity is the logged probability of the action: a column, or the same number for all rows)"
    }
    if header.count == 1, let name = header.first, name.contains(";") || name.contains("\t") {
      message += ". The file seems to be separated by semicolons or tabs: write it with commas"
    }
    return LogError(message)
  }

  private static func list(_ header: [String]) -> String {
    let shown = header.prefix(listedMax).joined(separator: ", ")
    return header.count > listedMax ? "\(shown) and \(header.count - listedMax) more" : shown
  }
}
