import Foundation
import Testing

@testable import Liquid

/// The page of the language says all that there is, and what it says is so.
@Suite struct DocumentedTests {
  private static let page = text("docs/reference/liquid.md")

  private static func text(_ path: String) -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  /// The rows of the tables of a section, without the code marks around their first cell.
  private static func rows(_ section: String) -> [[String]] {
    let sections = page.components(separatedBy: "\n## ")
    let lines = sections.first { $0.hasPrefix(section + "\n") }?.split(separator: "\n") ?? []
    return lines.filter { $0.hasPrefix("| `") }.map { line in
      line.replacing("\\|", with: "\u{0}").split(separator: "|", omittingEmptySubsequences: false).dropFirst().map {
        let cell = $0.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces)
        let isCode = cell.hasPrefix("`") && cell.hasSuffix("`") && cell.count { $0 == "`" } == 2
        return isCode ? String(cell.dropFirst().dropLast()) : cell
      }
    }
  }

  private static func names(_ section: String) -> [String] { rows(section).compactMap(\.first) }

  @Test func everyFilterHasItsRow() {
    #expect(DocumentedTests.names("Filters").sorted() == Filter.allCases.map(\.rawValue).sorted())
  }

  @Test func everyExampleIsTrue() throws {
    for row in DocumentedTests.rows("Filters") { #expect(try render(row[3]) == row[4], "\(row[0])") }
  }

  @Test func everyTagHasItsRow() {
    let parser = DocumentedTests.text("Sources/Liquid/TemplateParser.swift")
    let cases = parser.components(separatedBy: "switch name {").last?.components(separatedBy: "default:").first ?? ""
    let known = cases.matches(of: /case ([^:]*):/).flatMap { $0.output.1.matches(of: /"([^"]+)"/).map(\.output.1) }
    #expect(known.count >= 20)
    // The first row is that of outputs, which have no name.
    #expect(DocumentedTests.names("Tags").dropFirst().sorted() == known.map(String.init).sorted())
  }

  @Test func everySlotLimitAndKindHasItsRow() {
    #expect(DocumentedTests.names("Slots") == Slot.allCases.map(\.rawValue))
    #expect(DocumentedTests.names("Errors") == ["syntax", "evaluation", "limit", "aborted"])
    let limits = Mirror(reflecting: RenderLimits()).children.map { "\($0.label ?? ""): \($0.value)" }
    let rows = DocumentedTests.rows("Limits").map { "\($0[0]): \($0[1].replacing(",", with: ""))" }
    #expect(rows == limits)
  }

  @Test func everyUnmetCaseHasItsRow() {
    #expect(Set(DocumentedTests.names("Conformance")) == GoldenLiquidTests.unmet)
  }
}
