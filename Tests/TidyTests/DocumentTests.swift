import Foundation
import Testing

/// Every page can be found, and every link leads somewhere.
@Suite struct DocumentTests {
  /// Targets of a page's relative links, from the root, without what follows `#`; none from code.
  static func links(_ page: Repository.File) -> [String] {
    var isFenced = false
    return page.scanned.lines.flatMap { line -> [String] in
      if line.hasPrefix("```") { isFenced.toggle() }
      if isFenced || line.hasPrefix("    ") { return [] }
      let plain = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .map { $0.offset % 2 == 0 ? String($0.element) : "" }.joined(separator: "`")
      return plain.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
    }.filter { !$0.contains("://") && !$0.hasPrefix("#") && !$0.hasPrefix("mailto:") }.map { link in
      let folder = page.path.split(separator: "/").dropLast().map(String.init)
      var parts = folder
      for part in link.split(separator: "#")[0].split(separator: "/") {
        if part == ".." { parts = parts.dropLast() } else if part != "." { parts.append(String(part)) }
      }
      return parts.joined(separator: "/")
    }
  }

  static func unlinked(_ pages: [Repository.File]) -> [String] {
    let linked = Dictionary(grouping: pages.flatMap { page in links(page).map { (page.path, $0) } }) { $0.1 }
    return pages.filter { page in
      page.path.hasPrefix("docs/") && !(linked[page.path] ?? []).contains { $0.0 != page.path }
    }.map { "\($0.path) is linked from no other page" }
  }

  @Test func everyPageIsLinked() {
    expectNone(DocumentTests.unlinked(Repository.pages))
    let pages = ["docs/a.md": "[b](b/b.md#x)", "docs/b/b.md": "[me](b.md) `[c](c.md)`", "docs/b/c.md": "[a](../a.md)"]
      .sorted { $0.key < $1.key }.map { Repository.File(path: $0.key, text: $0.value) }
    #expect(DocumentTests.unlinked(pages) == ["docs/b/c.md is linked from no other page"])
  }

  static func broken(_ page: Repository.File, exists: (String) -> Bool) -> [String] {
    links(page).filter { !exists($0) }.map { "\(page.path) links to \($0), which is not there" }
  }

  @Test func everyLinkLeadsSomewhere() {
    expectNone(Repository.pages.flatMap { DocumentTests.broken($0, exists: Repository.exists) })
    let bad = Repository.File(path: "docs/a.md", text: "[x](x.md) [y](https://y.example)")
    #expect(DocumentTests.broken(bad) { _ in false } == ["docs/a.md links to docs/x.md, which is not there"])
  }

  /// Decisions count up from 1, and each says from what situation, what, and at what price.
  static func disorder(_ decisions: [Repository.File]) -> [String] {
    let numbers = decisions.enumerated().filter { Int($0.element.name.prefix(4)) != $0.offset + 1 }
      .map { "\($0.element.path) should have the number \($0.offset + 1)" }
    let parts = decisions.flatMap { page in
      ["Context", "Decision", "Consequences"].filter { !page.text.contains("## \($0)") }
        .map { "\(page.path) has no section \($0)" }
    }
    return numbers + parts
  }

  @Test func decisionsAreNumberedWithoutGaps() {
    let decisions = Repository.files(in: "docs/decisions", ending: ".md")
    #expect(!decisions.isEmpty)
    expectNone(DocumentTests.disorder(decisions))
    let text = "## Context\n## Decision\n"
    let bad = ["docs/decisions/0001-a.md", "docs/decisions/0003-b.md"].map { Repository.File(path: $0, text: text) }
    #expect(DocumentTests.disorder(bad).count == 3)
  }
}
