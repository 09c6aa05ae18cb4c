import Foundation

/// The built `tessera` as a person runs it.
struct CommandLineTool {
  struct Result {
    let status: Int32
    let out: String
    let err: String
  }

  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path), folder.path != "/" {
      folder.deleteLastPathComponent()
    }
    return folder
  }()
  static let binary = root.appending(path: ".build/debug/tessera")

  /// A folder that is deleted with the value's scope.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tessera-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func clean() { try? FileManager.default.removeItem(at: folder) }

  func process(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = CommandLineTool.binary
    process.arguments = arguments
    process.currentDirectoryURL = folder
    return process
  }

  @discardableResult
  func run(_ arguments: String...) throws -> Result {
    let process = process(arguments)
    let outFile = folder.appending(path: UUID().uuidString)
    let errFile = folder.appending(path: UUID().uuidString)
    try Data().write(to: outFile)
    try Data().write(to: errFile)
    process.standardOutput = try FileHandle(forWritingTo: outFile)
    process.standardError = try FileHandle(forWritingTo: errFile)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, out: try String(contentsOf: outFile, encoding: .utf8),
      err: try String(contentsOf: errFile, encoding: .utf8))
  }

  func write(_ name: String, _ text: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }
}
