import Foundation
import TesseraModel
import TesseraRuntime

/// Carries an operation out: through the server that holds the directory, or here, with the directory's lock.
struct CommandRunner {
  let options: GlobalOptions

  /// - Parameter clock: what counts as now when the operation runs here.
  func run(_ name: String, _ arguments: JSONValue, clock: (any EngineClock)? = nil) async throws -> JSONValue {
    let directory = options.directory
    let configuration = try options.configuration()
    let console = Console(options)
    try directory.prepare()
    guard let lock = try directory.lock() else { return try await forward(name, arguments, directory) }
    let composition = try await Composition.open(
      directory, lock: lock, configuration: configuration, clock: clock ?? options.clock(nil))
    defer { composition.close() }
    try await composition.engine.load(progress: console.progress("facts read"))
    return try await composition.operations.run(name, arguments, progress: console.progress("rows"))
  }

  private func forward(_ name: String, _ arguments: JSONValue, _ directory: DataDirectory) async throws -> JSONValue {
    guard let server = directory.server(), let url = URL(string: server.url + "/v1/admin/" + name) else {
      throw CommandError("another process is working on \(directory.path); wait until it has finished")
    }
    let (status, body) = try await LocalRequest.post(url, token: server.token, body: JSONWriter.bytes(arguments))
    let json = (try? JSONParser.parse(body)) ?? .null
    guard status == 200 else {
      throw CommandError(json["detail"]?.text ?? "the server on \(directory.path) answered with status \(status)")
    }
    return json
  }
}
