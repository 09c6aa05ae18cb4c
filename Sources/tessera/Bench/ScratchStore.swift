import Foundation
import Synchronization
import TesseraModel
import TesseraRuntime

/// A store in a folder that is thrown away.
enum ScratchStore {
  static func with<Result>(
    _ configuration: LoadedConfiguration, _ clock: any EngineClock, _ body: (Composition) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tessera-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let composition = try await open(folder, configuration, clock)
    defer { composition.close() }
    return try await body(composition)
  }

  static func open(
    _ folder: URL, _ configuration: LoadedConfiguration, _ clock: any EngineClock
  ) async throws -> Composition {
    let directory = DataDirectory(path: folder.path)
    guard let lock = try directory.lock() else { throw CommandError("\(folder.path) is in use") }
    return try await Composition.open(directory, lock: lock, configuration: configuration, clock: clock)
  }

  static func fill(_ composition: Composition, _ facts: [FactEntry]) async throws {
    for start in stride(from: 0, to: facts.count, by: DemoCommand.batch) {
      let part = facts[start..<min(facts.count, start + DemoCommand.batch)]
      _ = try await composition.engine.ingest(part.map { .success($0) })
    }
  }
}

/// A shop's clock that a benchmark sets.
final class SettableClock: EngineClock {
  private let instant: Mutex<Instant>
  init(_ instant: Instant) { self.instant = Mutex(instant) }
  func now() -> Instant { instant.withLock { $0 } }
  func set(_ new: Instant) { instant.withLock { $0 = new } }
  var toleranceMilliseconds: Int64 { 0 }
}
