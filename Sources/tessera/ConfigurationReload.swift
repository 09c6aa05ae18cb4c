import ServiceLifecycle
import TesseraModel
import TesseraRuntime
import UnixSignals

/// Reads the configuration again when the process is told SIGHUP. What cannot be taken over changes nothing, and the
/// line of the mistake is printed.
struct ConfigurationReload: Service {
  let engine: Engine
  /// As it was when the server started: what it says of the server and the model stays.
  let started: LoadedConfiguration
  private let read: @Sendable () throws -> LoadedConfiguration
  private let signals: UnixSignalsSequence

  /// From here on the signal no longer ends the process; one that comes before the server runs is heeded then.
  init(
    engine: Engine, started: LoadedConfiguration, read: @escaping @Sendable () throws -> LoadedConfiguration
  ) async {
    (self.engine, self.started, self.read) = (engine, started, read)
    signals = await UnixSignalsSequence(trapping: .sighup)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in signals { await reload() }
    }
  }

  private func reload() async {
    do {
      let configuration = try read()
      Console.write("reading the configuration again; a running cycle ends first\n", to: 2)
      try await engine.reconfigure(configuration.policy)
      Console.write(ConfigurationReload.said(configuration, since: started), to: 2)
    } catch {
      Console.write("the configuration was not taken over, the one before stays in force: \(error)\n", to: 2)
    }
  }

  private static func said(_ configuration: LoadedConfiguration, since started: LoadedConfiguration) -> String {
    var text = "\(configuration.source) is in force; the next cycle decides by it\n"
    for (name, isChanged) in [
      ("server", configuration.server != started.server), ("model", configuration.model != started.model),
    ] where isChanged {
      text += "what it says under \(name) needs a restart\n"
    }
    return text
  }
}
