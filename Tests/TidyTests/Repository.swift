import Foundation
import Testing

/// The repository as a test subject: its files as text, read from the package root. Nothing here runs a tool.
enum Repository {
  /// One text file of the repository.
  struct File: Sendable {
    /// From the root, with slashes.
    let path: String
    let text: String
    let scanned: ScannedSource

    init(path: String, text: String) {
      (self.path, self.text) = (path, text)
      scanned = ScannedSource(text)
    }

    /// The file's name without its folders.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// The target whose folder it is in; empty outside Sources and Tests.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  }

  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path), folder.path != "/" {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  /// Swift files of the product.
  static let sources = files(in: "Sources", ending: ".swift")
  /// Swift files of the tests.
  static let tests = files(in: "Tests", ending: ".swift")
  /// Pages of the documentation, the README and its neighbours.
  static let pages = files(in: "docs", ending: ".md") + roots.filter { $0.path.hasSuffix(".md") }
  /// Everything that is text and belongs to the repository.
  static let everything =
    sources + tests + files(in: "docs", ending: ".md") + files(in: "scripts") + files(in: ".ci") + roots

  /// Text files at the root, by name: what else lies there is its owner's.
  private static let roots = [
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile", "Package.swift", ".swift-format",
    ".gitignore",
  ].compactMap { file($0) }

  /// A file by its path, or nil where there is none or it is not UTF-8.
  static func file(_ path: String) -> File? {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map { File(path: path, text: $0) }
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path)
  }

  static func files(in folder: String, ending: String = "") -> [File] {
    let paths = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects as? [String]
    return (paths ?? []).filter { $0.hasSuffix(ending) && !$0.contains("__pycache__") }.sorted()
      .compactMap { file(folder + "/" + $0) }
  }
}

/// Records each thing found as an issue of its own, so that one reads as a list what is to be mended.
func expectNone(_ found: [String], sourceLocation: SourceLocation = #_sourceLocation) {
  for text in found { Issue.record(Comment(rawValue: text), sourceLocation: sourceLocation) }
}

/// A repository that is not found must not look like a tidy one.
@Suite struct RepositoryTests {
  @Test func theRepositoryIsFound() {
    #expect(Repository.sources.count > 100 && Repository.tests.count > 30 && Repository.pages.count > 10)
    #expect(Repository.everything.contains { $0.path == "Makefile" })
    #expect(Set(Repository.sources.map(\.target)).isSuperset(of: PurityTests.pure))
  }
}
