import Foundation
import TesseraModel

/// Peers of a benchmark in Python processes of their own: a script, in a folder that also holds what it reads.
struct PythonPeer {
  let folder: URL
  let python: String

  /// - Returns: nil where there is no `python3`.
  init?(folder: URL, script: String) throws {
    guard let python = LoadGenerator.path("python3") else { return nil }
    (self.folder, self.python) = (folder, python)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try script.write(to: folder.appending(path: PythonPeer.file), atomically: true, encoding: .utf8)
  }

  /// What the script is called where it is imported.
  static let module = "peers"
  private static let file = module + ".py"

  /// Whether all of these modules are installed.
  func has(_ modules: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", "import " + modules.joined(separator: ", ")]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Runs the script with the folder and these arguments; what it complains of goes where our complaints go.
  /// - Returns: the JSON that it prints.
  func run(_ arguments: [String]) throws -> JSONValue {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [folder.appending(path: PythonPeer.file).path, folder.path] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0, let json = try? JSONParser.parse(Array(data)) else {
      throw CommandError("the peer failed at \(arguments.joined(separator: " "))")
    }
    return json
  }
}
