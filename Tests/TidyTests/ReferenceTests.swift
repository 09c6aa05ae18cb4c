import Testing

/// What users can name is documented where they will look for it.
@Suite struct ReferenceTests {
  /// What the line for a thing starts with on a page with a table.
  static let row: @Sendable (String) -> String = { "| `\($0)` |" }

  static func missing(_ things: [String], on page: String, _ text: String, mark: (String) -> String) -> [String] {
    let lines = text.split(separator: "\n")
    return things.filter { thing in !lines.contains { $0.hasPrefix(mark(thing)) } }
      .map { "\(page) says nothing of `\($0)`: add a line that starts with \(mark($0))" }
  }

  static func check(_ things: [String], on page: String, mark: (String) -> String = row) -> [String] {
    missing(things, on: page, Repository.file(page)?.text ?? "", mark: mark)
  }

  /// The first match of a pattern on each line of the files.
  static func names(_ files: [Repository.File], _ pattern: Regex<(Substring, Substring)>) -> [String] {
    files.flatMap { file in file.scanned.lines.compactMap { $0.firstMatch(of: pattern).map { String($0.output.1) } } }
  }

  static func files(_ folder: String, ending: String) -> [Repository.File] {
    Repository.sources.filter { $0.path.hasPrefix("Sources/\(folder)/") && $0.path.hasSuffix(ending) }
  }

  @Test func axesAreDocumented() {
    let axes = ReferenceTests.files("TesseraSegments/Axes", ending: "Axis.swift").filter {
      $0.text.contains("static let definition")
    }
    #expect(axes.count >= 12)
    for axis in axes {
      let name = axis.text.firstMatch(of: /(?:"axis": |builtin\(\s*)"([^"]+)"/).map { String($0.output.1) } ?? "?"
      expectNone(ReferenceTests.check([name], on: "docs/reference/axes.md"))
      let list = axis.text.firstMatch(of: /(?:"values"|words): \[([^\]]*)\]/).map { String($0.output.1) } ?? ""
      let none = axis.text.firstMatch(of: /"none": "([a-z-]+)"/).map { String($0.output.1) }
      let words = list.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      let row = Repository.file("docs/reference/axes.md")?.scanned.lines.first { $0.hasPrefix("| `\(name)` |") } ?? ""
      for word in words + (none.map { [$0] } ?? []) {
        #expect(row.contains("`\(word)`"), "docs/reference/axes.md: the row \(name) does not name \(word)")
      }
    }
  }

  /// The vocabulary of axes: every word that its readers know.
  @Test func wordsOfAxesAreDocumented() {
    let readers = Repository.sources.filter {
      $0.path.hasPrefix("Sources/TesseraModel/Axes/") && $0.name.contains("Reader")
    }
    let keys = Set(readers.flatMap { $0.text.matches(of: /"([a-z]+(?:_[a-z]+)*)"/).map { String($0.output.1) } })
    #expect(keys.isSuperset(of: ["where", "window", "half_life", "at_least", "line", "refund"]))
    let page = Repository.file("docs/reference/axes.md")?.text ?? ""
    for key in keys.sorted() { #expect(page.contains(key), "docs/reference/axes.md says nothing of \(key)") }
  }

  @Test func toolsAreDocumented() {
    let tools = ReferenceTests.files("TesseraAgents/Tools", ending: "Tool.swift").filter {
      $0.name != "AgentTool.swift"
    }
    let names = ReferenceTests.names(tools, /let name = "([^"]+)"/)
    #expect(names.count == tools.count && !tools.isEmpty)
    expectNone(ReferenceTests.check(names, on: "docs/reference/tools.md"))
  }

  @Test func guardrailsAreDocumented() {
    let files = ReferenceTests.files("TesseraDecisions/Guardrails", ending: ".swift")
    let codes = ReferenceTests.names(files, /let code = "([^"]+)"/)
    #expect(codes.count >= 7)
    expectNone(ReferenceTests.check(codes, on: "docs/reference/guardrails.md"))
  }

  @Test func settingsAreDocumented() {
    let source = Repository.file("Sources/tessera/BuiltinConfiguration.swift")?.text ?? ""
    let settings = SettingPaths.paths(inYAMLOf: source)
    #expect(settings.contains("guardrails.quiet_hours.from") && settings.count > 30)
    // Lists of things: the keys that the readers accept, of which the built-in file shows only some.
    let readers = [
      "placements[]": "PlacementPolicy", "creatives[]": "Creative", "offers[]": "Offer",
    ].flatMap { path, name in
      SettingPaths.keys(Repository.file("Sources/TesseraModel/Actions/\(name).swift")?.text ?? "").map {
        "\(path).\($0)"
      }
    }
    #expect(readers.count > 15)
    let all = Set(settings + readers).sorted()
    expectNone(ReferenceTests.check(all, on: "docs/reference/configuration.md"))
  }

  @Test func commandsAreDocumented() {
    let files = ReferenceTests.files("tessera/Commands", ending: "Command.swift")
    guard !files.isEmpty else { return }
    let names = ReferenceTests.names(files, /commandName: "([^"]+)"/)
    #expect(names.count >= files.count)
    expectNone(ReferenceTests.check(names, on: "docs/reference/cli.md") { "## `tessera \($0)" })
  }

  static func routes(_ text: String) -> [String] {
    let listed = text.matches(of: /method: \.([a-z]+), path: "([^"]+)"/).map {
      "\($0.output.1.uppercased()) \($0.output.2)"
    }
    return listed + text.matches(of: /\bpage\("([^"]+)"/).map { "GET \($0.output.1)" }
  }

  @Test func routesAreDocumented() {
    let routes = ReferenceTests.files("TesseraServer", ending: "Routes.swift").flatMap {
      ReferenceTests.routes($0.text)
    }
    #expect(routes.count > 25)
    expectNone(ReferenceTests.check(routes, on: "docs/reference/http.md"))
  }

  @Test func theRulesCanFail() {
    let text = "# Axes\n| `visits` | x |\n"
    #expect(ReferenceTests.missing(["visits", "spend"], on: "p", text, mark: ReferenceTests.row).count == 1)
    #expect(
      ReferenceTests.missing(["demo", "serve"], on: "p", "## `tessera demo`\n") { "## `tessera \($0)" }.count == 1)
    let route = "Route(method: .get, path: \"/v1/x/{id}\", page(\"/y\", \"Y\")"
    #expect(ReferenceTests.routes(route) == ["GET /v1/x/{id}", "GET /y"])
    let file = Repository.File(path: "a", text: "  package let name = \"a-b\"\n  let names = \"c\"\n")
    #expect(ReferenceTests.names([file], /let name = "([^"]+)"/) == ["a-b"])
  }

  @Test func settingsAreRead() {
    let source = """
      enum B {
        static let yaml = \"""
          # A comment: with a colon
          shop:
            name: My shop   # why: so
            hours: {from: "21:00", to: "08:00"}
          placements:
            - {id: home, at: [a, b]}
          creatives:
            - id: one
              only_for: {visits: [never, new]}
              content:
                title: "Hi {{ a: b }}"
          offers:
            - {id: none}
          \"""
      }
      """
    #expect(
      SettingPaths.paths(inYAMLOf: source) == [
        "creatives[].content", "creatives[].id", "creatives[].only_for", "offers[].id", "placements[].at",
        "placements[].id", "shop.hours.from", "shop.hours.to", "shop.name",
      ])
    #expect(SettingPaths.keys("keys: [\n  \"a\", \"b\"])\nkeys: axes.names)") == ["a", "b"])
  }
}

/// Reads the settings' names out of the built-in configuration, which is YAML of a plain shape.
enum SettingPaths {
  /// Paths of all settings, sorted; `[]` stands for the elements of a list, below which only the first level counts.
  static func paths(inYAMLOf source: String) -> [String] {
    guard let text = source.firstMatch(of: /"""\n([\s\S]*?)"""/)?.output.1 else { return [] }
    var out: Set<String> = []
    var stack: [(indent: Int, path: String)] = []
    for line in text.split(separator: "\n") {
      var text = line.drop { $0 == " " }
      var indent = line.count - text.count
      guard !text.isEmpty, !text.hasPrefix("#") else { continue }
      stack.removeAll { $0.indent >= indent }
      if text.hasPrefix("- ") {
        if let top = stack.last, !top.path.hasSuffix("[]") { stack.append((indent, top.path + "[]")) }
        text = text.dropFirst(2)
        indent += 2
      }
      let above = stack.last?.path ?? ""
      if text.hasPrefix("{") {
        for key in flowKeys(text) { out.insert("\(above).\(key)") }
        continue
      }
      guard let colon = text.firstIndex(of: ":") else { continue }
      let path: String = (above.isEmpty ? "" : above + ".") + String(text[..<colon])
      let value = text[colon...].dropFirst().drop { $0 == " " }
      if let list = path.firstRange(of: "[].") {
        let first = path[list.upperBound...].prefix { $0 != "." }
        out.insert(String(path[..<list.upperBound] + first))
        stack.append((indent, path))
      } else if value.isEmpty || value.hasPrefix("#") {
        stack.append((indent, path))
      } else if value.hasPrefix("{") {
        for key in flowKeys(value) { out.insert("\(path).\(key)") }
      } else {
        out.insert(path)
      }
    }
    return out.sorted()
  }

  /// Keys of a mapping in braces, of its outermost level.
  private static func flowKeys(_ text: Substring) -> [String] {
    var (depth, isQuoted, word) = (0, false, "")
    var out: [String] = []
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if isQuoted { continue }
      switch character {
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      case ":" where depth == 1: out.append(word)
      default: break
      }
      if character.isLetter || character == "_" { word.append(character) } else { word = "" }
    }
    return out
  }

  /// Keys of the first list that a configuration's reader accepts.
  static func keys(_ source: String) -> [String] {
    guard let list = source.firstMatch(of: /keys(?:: | = )\[([^\]]+)\]/) else { return [] }
    return list.output.1.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter {
      $0.offset % 2 == 1
    }.map { String($0.element) }
  }
}
