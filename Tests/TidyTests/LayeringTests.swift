import Testing

/// What may import what, as docs/architecture.md has it.
@Suite struct LayeringTests {
  /// Target → modules its row allows.
  static func table(_ text: String) -> [String: Set<String>] {
    var out: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map(String.init)
      guard cells.count >= 4 else { continue }
      let names = cells.map { cell in
        cell.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
      }
      guard let target = names[0].first, names[0].count == 1, !target.contains("/") else { continue }
      out[target] = Set(names[1] + names[2])
    }
    return out
  }

  static func imports(_ file: Repository.File) -> [String] {
    file.lines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let at = words.firstIndex(of: "import"), at <= 2, words.count > at + 1, !line.hasPrefix("//"),
        !line.hasPrefix(" ") || words[0] == "import"
      else { return nil }
      guard words[..<at].allSatisfy({ $0 == "package" || $0 == "public" || $0.hasPrefix("@") }) else { return nil }
      return words[at + 1]
    }
  }

  static func violations(_ files: [Repository.File], _ table: [String: Set<String>]) -> [String] {
    files.flatMap { file in
      imports(file).filter { $0 != "Swift" && !(table[file.target]?.contains($0) ?? false) }.map {
        "\(file.path) imports \($0)"
      }
    }
  }

  @Test func importsFollowTheTable() {
    let table = LayeringTests.table(Repository.text("docs/architecture.md"))
    #expect(table.count >= 14)
    #expect(LayeringTests.violations(Repository.files(in: "Sources"), table) == [])
  }

  @Test func theTableIsAcyclicAndNamesEveryTarget() {
    let table = LayeringTests.table(Repository.text("docs/architecture.md"))
    var left = table.mapValues { $0.filter { table[$0] != nil } }
    while let leaf = left.first(where: { $0.value.isEmpty })?.key {
      left[leaf] = nil
      for target in left.keys { left[target]?.remove(leaf) }
    }
    #expect(left.isEmpty, "a cycle among \(left.keys.sorted())")
    let folders = Set(Repository.files(in: "Sources").map(\.target))
    #expect(folders == Set(table.keys))
  }

  @Test func onlyTheCompositionNamesAdapters() {
    let adapters: Set<String> = ["TesseraSQLite", "TesseraIntegrations"]
    for file in Repository.files(in: "Sources") where file.path != "Sources/tessera/Composition.swift" {
      #expect(!LayeringTests.imports(file).contains { adapters.contains($0) }, "\(file.path)")
    }
  }

  @Test func theRuleCanFail() {
    let table = LayeringTests.table("| `A` | `B` | `C` | x |\n| `B` | – | – | y |")
    #expect(table == ["A": ["B", "C"], "B": []])
    let bad = Repository.File(path: "Sources/B/F.swift", text: "package import A\nimport struct\n")
    #expect(
      LayeringTests.violations([bad], table) == ["Sources/B/F.swift imports A", "Sources/B/F.swift imports struct"])
  }
}
