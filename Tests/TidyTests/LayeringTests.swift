import Testing

/// What may import what, as the table in docs/architecture.md has it.
@Suite struct LayeringTests {
  static let table = LayeringTable(Repository.file("docs/architecture.md")?.text ?? "")
  static let targets = PackageTargets(Repository.file("Package.swift")?.text ?? "")

  static let sample = LayeringTable(
    "| target | may import | third party | job |\n|---|---|---|---|\n| `A` | – | `C` | x |\n| `B` | `A` | – | y |\n")

  static func strangers(_ file: Repository.File, _ table: LayeringTable) -> [String] {
    guard let row = table[file.target] else { return ["\(file.path): no row for \(file.target)"] }
    return imports(file).filter {
      $0.module != "Swift" && !row.own.contains($0.module) && !row.others.contains($0.module)
    }
    .map { "\(file.path):\($0.line): \(file.target) may not import \($0.module)" }
  }

  @Test func importsFollowTheTable() {
    expectNone(Repository.sources.flatMap { LayeringTests.strangers($0, LayeringTests.table) })
  }

  @Test func theImportRuleCanFail() {
    let text =
      "package import A\nimport struct Foundation.Date\n@testable import C\n// import D\nlet s = \"import E\"\n"
    let bad = Repository.File(path: "Sources/B/F.swift", text: text)
    #expect(
      LayeringTests.strangers(bad, LayeringTests.sample) == [
        "Sources/B/F.swift:2: B may not import Foundation", "Sources/B/F.swift:3: B may not import C",
      ])
    #expect(
      LayeringTests.strangers(Repository.File(path: "Sources/X/F.swift", text: ""), LayeringTests.sample).count == 1)
  }

  @Test func arrowsPointDownTheTable() {
    expectNone(LayeringTests.table.disorder)
    let circle = "| target | a | b | c |\n| `A` | `B` | – | x |\n| `B` | `A` | – | y |\n"
    #expect(LayeringTable(circle).disorder == ["A names B, which is not above it"])
  }

  /// Rows and targets, and each target's dependencies and its row.
  static func differences(_ table: LayeringTable, _ targets: PackageTargets) -> [String] {
    let rows = Set(table.rows.map(\.target))
    let missing = Set(targets.named.keys).subtracting(rows).sorted().map { "\($0) has no row" }
    let stale = rows.subtracting(targets.named.keys).sorted().map { "the row \($0) has no target" }
    let wide = table.rows.flatMap { row in
      (targets.named[row.target] ?? []).intersection(rows.union(targets.system))
        .subtracting(row.own.union(row.others)).sorted()
        .map { "\(row.target) depends on \($0), which its row does not name" }
    }
    return missing + stale + wide
  }

  @Test func thePackageHasTheTablesTargets() {
    #expect(LayeringTests.table.rows.count >= 14)
    expectNone(LayeringTests.differences(LayeringTests.table, LayeringTests.targets))
  }

  @Test func theTargetRuleCanFail() {
    let package = """
      func pure(_ name: String) {}
      let package = Package(
        targets: [
          .systemLibrary(name: "CZlib"),
          pure("A", ["CZlib"]), pure("D"),
          .executableTarget(name: "B", dependencies: ["A", .product(name: "X", package: "x")]),
          tests("ATests", ["A"]),
        ])
      """
    let targets = PackageTargets(package)
    #expect(targets.named == ["A": ["CZlib"], "D": [], "B": ["A", "X", "x"]] && targets.system == ["CZlib"])
    #expect(
      LayeringTests.differences(LayeringTests.sample, targets) == [
        "D has no row", "A depends on CZlib, which its row does not name",
      ])
  }

  /// Where the parts are put together.
  static let composition = "Sources/tessera/Composition.swift"
  static let adapters: Set<String> = ["TesseraSQLite", "TesseraIntegrations"]

  static func adapterUses(_ file: Repository.File) -> [String] {
    guard file.path != composition, !adapters.contains(file.target) else { return [] }
    return imports(file).filter { adapters.contains($0.module) }
      .map { "\(file.path):\($0.line): only Composition.swift names \($0.module)" }
  }

  @Test func onlyTheCompositionNamesAdapters() {
    expectNone(Repository.sources.flatMap(LayeringTests.adapterUses))
    let bad = Repository.File(path: "Sources/tessera/Commands/X.swift", text: "import TesseraSQLite\n")
    #expect(LayeringTests.adapterUses(bad).count == 1)
  }
}
