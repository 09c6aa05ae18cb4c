/// The table of targets in docs/architecture.md, as data.
struct LayeringTable: Equatable {
  struct Row: Equatable {
    let target: String
    /// Targets of this package that it may import.
    let own: Set<String>
    /// Other people's modules and the system's.
    let others: Set<String>
  }

  /// In the order of the page.
  let rows: [Row]

  /// Reads the table whose heading's first cell is `target`.
  init(_ page: String) {
    var rows: [Row] = []
    var isInside = false
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        isInside = false
        continue
      }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map(String.init)
      if cells.first?.filter({ $0 != " " }) == "target" { isInside = true }
      guard isInside, cells.count >= 4, let target = LayeringTable.names(cells[0]).first else { continue }
      rows.append(
        Row(
          target: target, own: Set(LayeringTable.names(cells[1])), others: Set(LayeringTable.names(cells[2]))))
    }
    self.rows = rows
  }

  subscript(target: String) -> Row? { rows.first { $0.target == target } }

  /// What stands in backquotes.
  private static func names(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  /// Rows that name a target of a later row, or none of the table: arrows point up the page only, so there is no cycle.
  var disorder: [String] {
    var seen: Set<String> = []
    return rows.flatMap { row in
      defer { seen.insert(row.target) }
      return row.own.subtracting(seen).sorted().map { "\(row.target) names \($0), which is not above it" }
    }
  }
}

/// The modules that a file imports, with the line of each.
func imports(_ file: Repository.File) -> [(line: Int, module: String)] {
  file.scanned.code.enumerated().compactMap { i, line in
    let words = line.split(separator: " ")
    guard let at = words.firstIndex(of: "import"), words.count > at + 1 else { return nil }
    let before = words[..<at].allSatisfy { $0 == "package" || $0 == "public" || $0 == "private" || $0.hasPrefix("@") }
    let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    let name = kinds.contains(String(words[at + 1])) ? words.last : words[at + 1]
    guard before, let module = name?.split(separator: ".").first else { return nil }
    return (i + 1, String(module))
  }
}

/// The package description's targets, read as text: SwiftPM itself cannot be asked while it runs the tests.
struct PackageTargets {
  /// Name → what its entry names in quotes: dependencies, products, packages.
  let named: [String: Set<String>]
  /// Libraries of the system, which have a folder but no Swift.
  let system: Set<String>

  init(_ text: String) {
    var named: [String: Set<String>] = [:]
    var system: Set<String> = []
    let list = text.split(separator: "targets: [\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    let starts = [".systemLibrary(", "pure(", ".target(", ".executableTarget(", ".testTarget(", "tests("]
    var rest = Substring(list)
    var current: (kind: String, chunk: String)?
    func close() {
      guard let current else { return }
      let quoted = current.chunk.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      guard let name = quoted.first, !current.kind.lowercased().contains("test") else { return }
      if current.kind == ".systemLibrary(" { system.insert(name) } else { named[name] = Set(quoted.dropFirst()) }
    }
    while let character = rest.first {
      if let start = starts.first(where: { rest.hasPrefix($0) }), !(current?.chunk.last?.isLetter ?? false) {
        close()
        current = (start, "")
        rest = rest.dropFirst(start.count)
      } else {
        current?.chunk.append(character)
        rest = rest.dropFirst()
      }
    }
    close()
    (self.named, self.system) = (named, system)
  }
}
