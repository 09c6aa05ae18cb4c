import Foundation
import TesseraSQLite
import TesseraStorage
import TesseraTesting
import Testing

/// Every store through the ports' own suite.
@Suite struct StoreConformanceTests {
  @Test func inMemory() async throws {
    try await StoreConformance { InMemoryStore() }.run()
  }

  @Test func sqlite() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tessera-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await StoreConformance {
      try SQLiteStore(path: folder.appending(path: UUID().uuidString + ".sqlite").path)
    }.run()
  }

  @Test func theSuiteCanFail() async throws {
    let shared = InMemoryStore()
    // A store that is not fresh breaks the first assumption the suite makes.
    await #expect(throws: (any Error).self) { try await StoreConformance { shared }.run() }
  }
}
