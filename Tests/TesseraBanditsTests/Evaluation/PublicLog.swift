import Foundation
import TesseraBandits
import Testing

/// Logs of public experiments, which are not part of the repository.
enum PublicLog {
  static let absent: Comment = "SKIPPED: no folder shared/data beside the package"

  /// The folder beside the package, found from this file's place.
  static let folder: URL? = {
    var place = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while place.path != "/" {
      place.deleteLastPathComponent()
      let manifest = place.appendingPathComponent("Package.swift")
      guard FileManager.default.fileExists(atPath: manifest.path) else { continue }
      let data = place.deletingLastPathComponent().appendingPathComponent("shared/data")
      return FileManager.default.fileExists(atPath: data.path) ? data : nil
    }
    return nil
  }()

  /// A file of the folder, unpacked if its name ends in `gz`.
  static func bytes(_ name: String) throws -> [UInt8] {
    let file = try #require(folder).appendingPathComponent(name)
    guard name.hasSuffix(".gz") else { return [UInt8](try Data(contentsOf: file)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return [UInt8](bytes)
  }

  static func table(_ name: String, _ columns: String) throws -> LoggedTable {
    try LoggedTable.read(try bytes(name), columns: try LogColumns(parsing: columns))
  }

  /// The lines of a file, the heading first.
  static func lines(_ name: String) throws -> [String] {
    try bytes(name).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
