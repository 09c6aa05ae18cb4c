import ArgumentParser
import Foundation
import TesseraAgents
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
    findings.append(await model(configuration?.model))
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

  /// Asks the provider for its models: that shows the address, the key and the name, and costs nothing.
  private func model(_ model: ModelSettings?) async -> (what: String, isGood: Bool, detail: String) {
    guard let model else { return ("model", true, "none configured: the built-in rule analyst works") }
    let now = SystemClock().now()
    do {
      let client = try Composition.client(model)
      let list = try await client.models()
      if let warning = ModelListing.warning(of: model.name, in: list, at: now) { return ("model", false, warning) }
      guard model.prices.row(client.profile.pricedAs ?? model.name, at: now) != nil else {
        return (
          "model", true,
          "\(model) answers; its price is not known: give it under model.prices, or limit agent.tokens"
        )
      }
      return ("model", true, "\(model) answers, and its price is known")
    } catch { return ("model", false, "\(model): \(error)") }
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
