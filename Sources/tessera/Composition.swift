import Foundation
import Glibc
import Logging
import Synchronization
import TesseraAgents
import TesseraIntegrations
import TesseraModel
import TesseraRuntime
import TesseraSQLite
import TesseraSegments
import TesseraStorage

/// Where the parts are put together: the only file that names a concrete adapter.
struct Composition {
  let directory: DataDirectory
  let configuration: LoadedConfiguration
  private let store: SQLiteStore
  let engine: Engine
  let operations: Operations
  /// Kept so that the directory stays this process's own.
  let lock: DirectoryLock

  /// Opens a store's directory for this process, which must hold its lock.
  static func open(
    _ directory: DataDirectory, lock: DirectoryLock, configuration: LoadedConfiguration, clock: any EngineClock
  ) async throws -> Composition {
    let store = try SQLiteStore(path: directory.databasePath)
    let engine = Engine(
      log: store, state: store, policy: configuration.policy, keys: try await keys(in: store),
      clock: clock, agents: try agents(configuration, store),
      logger: logger(),
      checkpoint: CheckpointFile(path: directory.checkpointPath))
    let operations = Operations(engine: engine, settings: store) { kind, paths throws(FactSourceError) in
      try ImportSources.make(kind: kind, paths: paths)
    }
    return Composition(
      directory: directory, configuration: configuration, store: store, engine: engine, operations: operations,
      lock: lock)
  }

  /// The process's connections to model providers: they end with it.
  private static let transport = ModelTransport()

  private static func agents(
    _ configuration: LoadedConfiguration, _ store: SQLiteStore
  ) throws(ConfigurationError) -> AgentServices {
    let wallClock: @Sendable () -> Instant = { SystemClock().now() }
    guard let model = configuration.model else {
      return AgentServices(runs: store, settings: store, wallClock: wallClock)
    }
    return AgentServices(
      model: try client(model), dialect: model.dialectName, prices: model.prices, runs: store, settings: store,
      wallClock: wallClock)
  }

  /// The model that is configured.
  static func client(_ model: ModelSettings) throws(ConfigurationError) -> any LanguageModel {
    let settings: ModelClientSettings
    do {
      settings = try ModelClientSettings(
        dialect: model.dialectName, baseURL: model.url, key: ModelKey(model.key), name: model.name)
    } catch {
      throw ConfigurationError(path: "model.\(error.path)", message: error.message)
    }
    // Waits between tries differ from process to process, so that not all come back at once.
    let generator = Mutex(SystemRandomNumberGenerator())
    return ModelClient(
      settings, transport: Composition.transport, clock: SystemModelClock(wall: { SystemClock().now() }),
      jitter: { generator.withLock { Double($0.next() >> 11) / Double(1 << 53) } })
  }

  var settings: any SettingStore { store }

  /// Closes the store; the directory's lock goes with the process.
  func close() { store.close() }

  /// The keys of groups, draws and receipts: made at random once, then read back.
  private static func keys(in settings: any SettingStore) async throws -> StoreKeys {
    if let held = try await settings.setting("store_keys"), held.count == StoreKeys.byteCount {
      return StoreKeys(bytes: held)
    }
    let made = SecureBytes.make(StoreKeys.byteCount)
    try await settings.set("store_keys", to: made)
    return StoreKeys(bytes: made)
  }

  /// Warnings and worse, on standard error: standard output belongs to the commands' answers.
  private static func logger() -> Logger {
    var logger = Logger(label: "tessera") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    return logger
  }
}

/// Bytes from the system's secure source: keys are made here and nowhere else.
enum SecureBytes {
  static func make(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }
}
