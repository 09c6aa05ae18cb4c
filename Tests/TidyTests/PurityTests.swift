import Testing

/// The pure side touches no file, socket, wall clock or random source: clock and generator are arguments.
@Suite struct PurityTests {
  static let pure: Set<String> = [
    "TesseraModel", "Liquid", "TesseraSegments", "TesseraBandits", "TesseraDecisions", "TesseraSimulator",
  ]

  /// Files that may import the C library, with the functions they need it for.
  static let mathematics = [
    "Sources/TesseraSegments/Measures/DecayTable.swift": "exp2: the table of powers is made with it",
    "Sources/TesseraSegments/Measures/TopScore.swift": "exp2: a score halves with its half-life",
    "Sources/TesseraBandits/Policies/ThompsonPolicy.swift": "erfc: the normal distribution function",
    "Sources/TesseraBandits/Policies/BetaThompsonPolicy.swift": "log: a Beta's log-odds",
    "Sources/TesseraBandits/Policies/SquareCBPolicy.swift": "exp: from log-odds to shares of the reward",
    "Sources/TesseraBandits/Learner/HierarchicalModel.swift": "exp, log: log-odds",
    "Sources/TesseraBandits/Evidence/RealFunctions.swift": "log, log1p, exp, lgamma: intervals and Bayes factors",
    "Sources/TesseraBandits/Halving.swift": "exp2: what an hour leaves of a weight",
    "Sources/TesseraDecisions/OverlayMath.swift": "log: a factor as a distance of log-odds",
    "Sources/TesseraSimulator/SegmentWorld.swift": "exp, log, cos: logistic responses, normal draws",
    "Sources/TesseraSimulator/ResponseModel.swift": "exp: the logistic response",
  ]

  /// Types and calls of the standard library that reach outside.
  static let outside = [
    "FileManager", "FileHandle", "ProcessInfo", "CommandLine", "readLine(", "ContinuousClock", "SuspendingClock",
    "SystemRandomNumberGenerator", "Hasher(", "randomElement()", "shuffled()", "Date(", "UUID(",
  ]

  /// Functions of the C library that do, for the files that import it.
  static let outsideC = [
    "open(", "fopen(", "read(", "write(", "close(", "stat(", "getenv(", "socket(", "connect(", "bind(", "time(",
    "clock_gettime(", "gettimeofday(", "rand(", "random(", "drand48(", "getrandom(", "sleep(", "usleep(",
  ]

  static func impurities(_ file: Repository.File) -> [String] {
    guard pure.contains(file.target) else { return [] }
    let modules = imports(file).filter { module in
      ["Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch"].contains(module.module)
        && !(["Glibc", "Musl", "Darwin"].contains(module.module) && mathematics[file.path] != nil)
    }.map { "\(file.path):\($0.line): \(file.target) is pure and imports \($0.module)" }
    let importsC = imports(file).contains { $0.module == "Glibc" }
    let named = (importsC ? outside + outsideC : outside).filter { file.text.contains($0) }
    let calls = file.scanned.code.enumerated().flatMap { i, line in
      named.filter { CodeSearch.usesFree($0, in: line) }
        .map { "\(file.path):\(i + 1): \(file.target) is pure and uses \($0)" }
    }
    return modules + calls
  }

  @Test func pureTargetsReachNothingOutside() {
    expectNone(Repository.sources.flatMap(PurityTests.impurities))
  }

  @Test func everyExceptionIsUsed() {
    for path in PurityTests.mathematics.keys {
      let modules = Repository.file(path).map { imports($0).map(\.module) } ?? []
      #expect(modules.contains("Glibc"), "\(path) needs no exception any more")
    }
  }

  @Test func theRuleCanFail() {
    let text = """
      import Foundation
      import Glibc
      let a = open("x", 0)
      func open(_ x: Int) {}
      let b = seal.open(text) // time(nil)
      let c = ContinuousClock.now, d = names.shuffled()
      """
    let bad = Repository.File(path: "Sources/TesseraModel/X.swift", text: text)
    #expect(PurityTests.impurities(bad).map { $0.split(separator: ":")[1] } == ["1", "2", "3", "6", "6"])
    let own = Repository.File(path: "Sources/Liquid/X.swift", text: "write(x)\nlet t = time(y)\nHasher()\n")
    #expect(PurityTests.impurities(own).map { $0.split(separator: ":")[1] } == ["3"])
    let other = Repository.File(path: "Sources/TesseraServer/X.swift", text: text)
    #expect(PurityTests.impurities(other) == [])
  }
}

/// Looks for names in lines of code.
enum CodeSearch {
  /// Whether a line uses a name that is not a member of something, not declared here, and not the end of a longer name.
  static func usesFree(_ name: String, in line: String) -> Bool {
    var rest = line[...]
    while let found = rest.firstRange(of: name) {
      let before = line[..<found.lowerBound]
      let isMember =
        name.contains(".") || name.hasPrefix("random") || name == "shuffled()" ? false : before.hasSuffix(".")
      let isLonger = before.last.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
      if !isMember, !isLonger, !before.hasSuffix("func ") { return true }
      rest = line[found.upperBound...]
    }
    return false
  }
}
