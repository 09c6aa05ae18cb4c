import Testing

/// Names that say what things are, types that say what they are for, and nothing left for later.
@Suite struct NamingTests {
  static let emptyWords = ["Util", "Helper", "Common", "Manager"]
  static let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol"]

  /// Types declared in a file: line, name, and the words before.
  static func types(_ file: Repository.File) -> [(line: Int, name: Substring, modifiers: [Substring])] {
    file.scanned.code.enumerated().compactMap { i, line in
      let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
      guard let at = words.firstIndex(where: { kinds.contains($0) }), at + 1 < words.count else { return nil }
      let known: Set<Substring> = ["package", "public", "internal", "private", "fileprivate", "final", "indirect"]
      guard words[..<at].allSatisfy({ known.contains($0) || $0.hasPrefix("@") }), words[at + 1] != "func" else {
        return nil
      }
      return (i + 1, words[at + 1], Array(words[..<at]))
    }
  }

  static func emptyNames(_ file: Repository.File) -> [String] {
    let ofFile = emptyWords.filter { file.name.contains($0) }.map { "\(file.path): \($0) says nothing" }
    return ofFile
      + types(file).filter { type in emptyWords.contains { type.name.contains($0) } }
      .map { "\(file.path):\($0.line): \($0.name) says nothing" }
  }

  @Test func namesSayWhatThingsAre() {
    expectNone((Repository.sources + Repository.tests).flatMap(NamingTests.emptyNames))
    let bad = Repository.File(
      path: "Sources/X/StringUtils.swift", text: "final class CacheManager {}\nlet FileManager = 1\n")
    #expect(NamingTests.emptyNames(bad).count == 2)
  }

  static func undocumented(_ file: Repository.File) -> [String] {
    types(file).filter { type in
      guard type.modifiers.contains("package") || type.modifiers.contains("public") else { return false }
      var above = type.line - 2
      while above >= 0, file.scanned.lines[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
      return above < 0 || !file.scanned.lines[above].drop(while: { $0 == " " }).hasPrefix("///")
    }.map { "\(file.path):\($0.line): \($0.name) has no doc comment" }
  }

  @Test func typesSayWhatTheyAreFor() {
    expectNone(Repository.sources.flatMap(NamingTests.undocumented))
    let text = "/// Good.\n@frozen\npackage struct A {\n  package enum B {}\n}\nstruct C {}\npublic protocol D {}\n"
    let bad = Repository.File(path: "Sources/X/A.swift", text: text)
    #expect(NamingTests.undocumented(bad).map { $0.split(separator: ":")[1] } == ["4", "7"])
  }

  /// Written in two halves, so that this file does not name them.
  static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

  static func leftOvers(_ file: Repository.File) -> [String] {
    guard marks.contains(where: { file.text.contains($0) }) else { return [] }
    return file.scanned.lines.enumerated().flatMap { i, line in
      marks.filter { line.contains($0) }.map { "\(file.path):\(i + 1): \($0): do it, or write it up as a limit" }
    }
  }

  @Test func nothingIsLeftForLater() {
    expectNone(Repository.everything.flatMap(NamingTests.leftOvers))
    #expect(NamingTests.leftOvers(Repository.File(path: "a", text: "x\n// \(NamingTests.marks[0]): y\n")).count == 1)
  }

  /// Roots of one machine's paths, which the project should not know.
  static let roots = ["work", "root", "home", "farm"].map { "/\($0)/" }

  static func machinePaths(_ file: Repository.File) -> [String] {
    guard roots.contains(where: { file.text.contains($0) }) else { return [] }
    return file.scanned.lines.enumerated().flatMap { i, line in
      roots.filter { root in
        line.ranges(of: root).contains { range in
          line[..<range.lowerBound].last.map { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "}") }
            ?? true
        }
      }.map { "\(file.path):\(i + 1): \($0) is a path of one machine" }
    }
  }

  @Test func noPathOfOneMachineIsNamed() {
    expectNone(Repository.everything.flatMap(NamingTests.machinePaths))
    let path = NamingTests.roots[0]
    let bad = Repository.File(path: "a", text: "see \(path)x\nhttps://shop.example\(path)\n")
    #expect(NamingTests.machinePaths(bad).map { $0.split(separator: ":")[1] } == ["1"])
  }
}
