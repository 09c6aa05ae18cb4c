import Foundation

/// The repository as a test subject: its files as text.
struct Repository {
  struct File {
    /// From the root.
    let path: String
    let text: String
    var lines: [String] { text.components(separatedBy: "\n") }
    /// The target whose folder it is in.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  }

  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path), folder.path != "/" {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  static func files(in folder: String, ending: String = ".swift") -> [File] {
    let base = root.appending(path: folder)
    let paths = (FileManager.default.enumerator(atPath: base.path)?.allObjects as? [String]) ?? []
    return paths.filter { $0.hasSuffix(ending) }.sorted().compactMap { path in
      (try? String(contentsOf: base.appending(path: path), encoding: .utf8)).map {
        File(path: folder + "/" + path, text: $0)
      }
    }
  }

  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  /// A line of code without its comment and without what stands in quotes.
  static func code(_ line: String) -> String {
    var out = ""
    var isQuoted = false
    var previous: Character = " "
    for character in line {
      if character == "\"", previous != "\\" { isQuoted.toggle() }
      if !isQuoted {
        if character == "/", previous == "/" {
          out.removeLast()
          break
        }
        out.append(character)
      }
      previous = character
    }
    return out
  }
}
