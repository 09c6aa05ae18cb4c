import ArgumentParser
import Foundation
import TesseraModel
import TesseraRuntime

/// `tessera doctor`: what is wrong, and how to mend it.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check configuration, storage, keys, model provider and clock; say how to mend what is wrong.")

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    var findings: [(what: String, isGood: Bool, detail: String)] = []
    var configuration: LoadedConfiguration?
    do {
      let loaded = try options.configuration()
      configuration = loaded
      findings.append(("configuration", true, loaded.source))
    } catch { findings.append(("configuration", false, "\(error)")) }
    findings.append(await storage(configuration))
    let model = configuration?.model.map { "\($0): asked at the next cycle" }
    findings.append(("model", true, model ?? "none configured: the built-in rule analyst works"))
    let now = SystemClock().now()
    let isSane = now > Instant(milliseconds: 1_735_689_600_000)
    findings.append(
      ("clock", isSane, isSane ? "\(now)" : "\(now) is in the past: set the machine's clock, or events will not count"))
    let json = JSONValue.array(
      findings.map { ["check": .string($0.what), "ok": .bool($0.isGood), "detail": .string($0.detail)] })
    Console(options).answer(["checks": json]) { _ in
      Console.table(findings.map { [$0.isGood ? "ok" : "WRONG", $0.what, $0.detail] })
    }
    if findings.contains(where: { !$0.isGood }) { throw ExitCode.failure }
  }

  private func storage(_ configuration: LoadedConfiguration?) async -> (what: String, isGood: Bool, detail: String) {
    let directory = options.directory
    guard FileManager.default.fileExists(atPath: directory.path) else {
      return ("storage", true, "\(directory.path) is not there yet; the first command makes it")
    }
    do {
      guard let lock = try directory.lock() else {
        return directory.server().map { ("storage", true, "served at \($0.url)") } ?? (
          "storage", true, "another command is at work"
        )
      }
      guard let configuration else { return ("storage", true, "not checked: mend the configuration first") }
      let composition = try await Composition.open(
        directory, lock: lock, configuration: configuration, clock: SystemClock())
      defer { composition.close() }
      try await composition.engine.load()
      return ("storage", true, "\(composition.engine.position) facts in \(directory.databasePath), synced fully")
    } catch {
      return ("storage", false, "\(error)")
    }
  }
}
