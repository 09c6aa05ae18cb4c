import Testing

/// Lines, functions and files that one can take in at a glance.
@Suite struct SizeTests {
  static let lineMax = 120
  static let fileMax = 400
  static let functionMax = 70

  /// Longer files, each with the reason.
  static let longFiles: [String: String] = [:]
  /// Longer functions, `path name`, each with the reason.
  static let longFunctions: [String: String] = [:]

  /// What stands in string literals does not count: a template, a query or a message may be as long as it is.
  static func longLines(_ file: Repository.File) -> [String] {
    file.scanned.lengths.enumerated().filter { $0.element > lineMax }
      .map { "\(file.path):\($0.offset + 1): \($0.element) characters" }
  }

  @Test func linesFitAPage() {
    let package = Repository.file("Package.swift").map { [$0] } ?? []
    expectNone((Repository.sources + Repository.tests + package).flatMap(SizeTests.longLines))
  }

  @Test func filesStayReadable() {
    for file in Repository.sources + Repository.tests where SizeTests.longFiles[file.path] == nil {
      #expect(file.scanned.lines.count - 1 <= SizeTests.fileMax, "\(file.path)")
    }
    for path in SizeTests.longFiles.keys {
      let count = Repository.file(path)?.scanned.lines.count ?? 0
      #expect(count > SizeTests.fileMax, "\(path) needs no exception any more")
    }
  }

  static func longFunctions(_ file: Repository.File) -> [String] {
    FunctionScanner.functions(file.scanned.code).filter { $0.lineCount > functionMax }
      .filter { longFunctions["\(file.path) \($0.name)"] == nil }
      .map { "\(file.path):\($0.line): \($0.name) has \($0.lineCount) lines" }
  }

  @Test func functionsStayReadable() {
    expectNone((Repository.sources + Repository.tests).flatMap(SizeTests.longFunctions))
  }

  @Test func theRulesCanFail() {
    let long = String(repeating: "x", count: 130)
    let text = "let a = \"\(long)\"\nlet \(long) = 1\n// \(long)\n\"\"\"\n\(long)\n\"\"\"\n"
    let lines = Repository.File(path: "F.swift", text: text)
    #expect(SizeTests.longLines(lines).map { $0.split(separator: ":")[1] } == ["2", "3"])
    let body = (0..<80).map { "  let x\($0) = {\"}\"}" }.joined(separator: "\n")
    let code =
      "protocol P {\n  func a()\n  init(x: Int)\n}\nfunc b() -> Int { 1 }\nfunc c(\n  _ f: () -> Void = {}\n) {\n\(body)\n}\n"
    let functions = FunctionScanner.functions(Repository.File(path: "F.swift", text: code).scanned.code)
    #expect(functions.map(\.name) == ["b", "c"] && functions.map(\.lineCount) == [1, 84])
    #expect(SizeTests.longFunctions(Repository.File(path: "F.swift", text: code)).count == 1)
  }
}

/// Finds functions and initializers with a body in lines of code.
enum FunctionScanner {
  struct Function {
    let name: String
    /// From 1.
    let line: Int
    let lineCount: Int
  }

  /// A word or sign of the code.
  private struct Token {
    let text: Substring
    let line: Int
  }

  static func functions(_ code: [String]) -> [Function] {
    let tokens = code.enumerated().flatMap { i, line in split(line).map { Token(text: $0, line: i + 1) } }
    var out: [Function] = []
    for (i, token) in tokens.enumerated() {
      let isMember = i > 0 && tokens[i - 1].text == "."
      let isInitializer =
        token.text == "init" && !isMember && i + 1 < tokens.count && "(<?!".contains(tokens[i + 1].text)
      guard token.text == "func" || isInitializer else { continue }
      guard let end = end(tokens, from: i + 1) else { continue }
      let name = token.text == "func" && i + 1 < tokens.count ? String(tokens[i + 1].text) : "init"
      out.append(Function(name: name, line: token.line, lineCount: tokens[end].line - token.line + 1))
    }
    return out
  }

  /// The index of the brace that closes the body, or nil for a requirement without one.
  private static func end(_ tokens: [Token], from start: Int) -> Int? {
    var (parentheses, braces) = (0, 0)
    for i in start..<tokens.count {
      switch tokens[i].text {
      case "(", "[": parentheses += 1
      case ")", "]": parentheses -= 1
      case "{": braces += 1
      case "}":
        braces -= 1
        if braces == 0, parentheses == 0 { return i }
        if braces < 0 { return nil }
      case "func", "var", "let", "init", "static", "mutating", "package", "public", "associatedtype", "subscript":
        if braces == 0, parentheses == 0, i > start + 1 { return nil }
      default: break
      }
    }
    return nil
  }

  private static func split(_ line: String) -> [Substring] {
    var out: [Substring] = []
    var rest = line[...]
    while let first = rest.first {
      if first.isLetter || first == "_" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        out.append(word)
        rest = rest[word.endIndex...]
      } else {
        if first != " " { out.append(rest.prefix(1)) }
        rest = rest.dropFirst()
      }
    }
    return out
  }
}
