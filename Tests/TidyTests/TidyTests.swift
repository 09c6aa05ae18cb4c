import Testing

/// Properties of the code that no compiler checks.
@Suite struct TidyTests {
  struct Ban {
    let text: String
    let instead: String
    /// Files that may.
    let rooms: [String]
  }

  static let bans = [
    Ban(
      text: "Date()", instead: "take the clock as an argument",
      // JavaScript for the shop's pages
      rooms: ["Sources/tessera/Commands/SnippetCommand.swift"]),
    Ban(text: "Date.now", instead: "take the clock as an argument", rooms: ["Sources/tessera/SystemClock.swift"]),
    Ban(
      text: ".random(", instead: "take a generator as an argument",
      // Lua for wrk, which has its own
      rooms: ["Sources/tessera/Bench/ServerBench.swift"]),
    Ban(text: "Task.detached", instead: "use structured concurrency or a service", rooms: []),
    Ban(text: "try!", instead: "throw an error that says what to do", rooms: []),
    Ban(text: "fatalError(", instead: "throw an error, or use precondition with its reason", rooms: []),
    Ban(text: "print(", instead: "use Console, or the logger", rooms: []),
    Ban(text: "@unchecked Sendable", instead: "keep value state behind a Mutex", rooms: []),
  ]

  static func banned(_ file: Repository.File) -> [String] {
    file.lines.enumerated().flatMap { i, line -> [String] in
      let code = Repository.code(line)
      return bans.filter { code.contains($0.text) && !$0.rooms.contains(file.path) }
        .map { "\(file.path):\(i + 1): \($0.text) is banned: \($0.instead)" }
    }
  }

  @Test func bannedCallsStayOut() {
    #expect(Repository.files(in: "Sources").flatMap(TidyTests.banned) == [])
    let sample = Repository.File(
      path: "Sources/X/Y.swift", text: "let x = try! f() // Date()\nlet s = \"print(\"\nprint(s)")
    #expect(TidyTests.banned(sample).count == 2)
  }

  @Test func filesStayReadable() {
    for file in Repository.files(in: "Sources") {
      #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test func namesSayWhatThingsAre() {
    for file in Repository.files(in: "Sources") {
      let name = file.path.split(separator: "/").last.map(String.init) ?? ""
      for word in ["Utils", "Helpers", "Common", "Manager"] { #expect(!name.contains(word), "\(file.path)") }
    }
  }

  @Test func nothingIsLeftToDo() {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
    for file in Repository.files(in: "Sources") + Repository.files(in: "Tests") {
      for mark in marks { #expect(!file.text.contains(mark), "\(file.path): \(mark)") }
    }
  }

  /// The project knows no machine but the reader's.
  @Test func noPathOfOneMachineIsNamed() {
    let roots = ["work", "root", "home", "farm"].map { "/" + $0 + "/" }
    let files =
      Repository.files(in: "Sources") + Repository.files(in: "Tests") + Repository.files(in: "docs", ending: ".md")
      + Repository.files(in: "scripts", ending: "")
      + ["README.md", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md"].map {
        Repository.File(path: $0, text: Repository.text($0))
      }
    for file in files where !file.path.contains("TidyTests") && !file.path.hasSuffix(".pyc") {
      for root in roots { #expect(!file.text.contains(root), "\(file.path) names \(root)") }
    }
  }

  @Test func decisionsAreNumberedWithoutGaps() {
    let numbers = Repository.files(in: "docs/decisions", ending: ".md").compactMap {
      Int($0.path.split(separator: "/").last?.prefix(4) ?? "")
    }
    #expect(numbers == Array(1...max(1, numbers.count)))
  }

  /// Every public and package declaration of a type says what it is for.
  @Test func typesAreDocumented() {
    for file in Repository.files(in: "Sources") {
      let lines = file.lines
      for (i, line) in lines.enumerated() {
        let isType = [
          "package struct ", "package enum ", "package protocol ", "package final class ", "public struct ",
          "public enum ",
        ].contains { line.hasPrefix($0) }
        guard isType else { continue }
        var above = i - 1
        while above >= 0, lines[above].hasPrefix("@") { above -= 1 }
        #expect(above >= 0 && lines[above].hasPrefix("///"), "\(file.path):\(i + 1): \(line)")
      }
    }
  }
}
