import Testing

/// Calls that have a better replacement, outside the rooms that need them.
@Suite struct BannedCallTests {
  struct Ban {
    let text: String
    let instead: String
    /// Files that may, with the reason.
    var rooms: [String: String] = [:]
    /// What on the same line makes it right.
    var unless: String?
  }

  static let bans = [
    Ban(text: "Date()", instead: "take the clock as an argument"),
    Ban(
      text: "Date.now", instead: "take the clock as an argument",
      rooms: ["Sources/tessera/SystemClock.swift": "it is the clock"]),
    Ban(text: ".random(", instead: "pass a generator: using:", unless: "using:"),
    Ban(
      text: "SystemRandomNumberGenerator", instead: "take a generator as an argument",
      rooms: [
        "Sources/tessera/Composition.swift": "keys are made from the system's secure source",
        "Sources/TesseraServer/Dashboard/DashboardRoutes.swift":
          "a random segment to look at; nothing is decided by it",
      ]),
    Ban(text: "Task.detached", instead: "use structured concurrency, or a service of the group"),
    Ban(
      text: "Task {", instead: "use structured concurrency, or a service of the group",
      rooms: ["Sources/TesseraRuntime/IngestQueue.swift": "the queue drains itself; every caller waits for its batch"]),
    Ban(text: "try!", instead: "throw an error that says what to do"),
    Ban(text: "fatalError(", instead: "throw an error, or use precondition with its reason"),
    Ban(text: "print(", instead: "use Console in commands and the logger elsewhere"),
    Ban(text: "@unchecked Sendable", instead: "keep value state behind a Mutex"),
    Ban(text: "nonisolated(unsafe)", instead: "keep value state behind a Mutex"),
  ]

  static func violations(_ file: Repository.File) -> [String] {
    let bans = bans.filter { $0.rooms[file.path] == nil && file.text.contains($0.text) }
    return file.scanned.code.enumerated().flatMap { i, line in
      bans.filter { ban in
        guard !(ban.unless.map { line.contains($0) } ?? false) else { return false }
        return CodeSearch.usesFree(ban.text, in: line) || (ban.text.hasPrefix(".") && line.contains(ban.text))
      }.map { "\(file.path):\(i + 1): \($0.text) is banned: \($0.instead)" }
    }
  }

  @Test func bannedCallsStayOut() {
    expectNone(Repository.sources.flatMap(BannedCallTests.violations))
  }

  /// Tests that draw at random say from which seed.
  @Test func testsAreSeeded() {
    let unseeded = ["pass a generator: using:", "take a generator as an argument"]
    let found = Repository.tests.flatMap(BannedCallTests.violations)
    expectNone(found.filter { line in unseeded.contains { line.hasSuffix($0) } })
  }

  @Test func everyRoomIsUsed() {
    for ban in BannedCallTests.bans {
      for path in ban.rooms.keys {
        let code = Repository.file(path)?.scanned.code ?? []
        #expect(code.contains { $0.contains(ban.text) }, "\(path) needs no room for \(ban.text) any more")
      }
    }
  }

  @Test func theRuleCanFail() {
    let text = """
      let x = try! f() // Date()
      let s = "print(" + #"Date()"# + "\\(Date())"
      print(s)
      let i = Int.random(in: 0...1)
      let j = Int.random(in: 0...1, using: &generator)
      case .random: myprint(1)
      /* fatalError( */ Task { }
      """
    let bad = Repository.File(path: "Sources/X/Y.swift", text: text)
    #expect(BannedCallTests.violations(bad).map { $0.split(separator: ":")[1] } == ["1", "2", "3", "4", "7"])
  }
}
