import Foundation
import Glibc
import Hummingbird
import Logging
import ServiceLifecycle
import TesseraModel
import TesseraRuntime
import TesseraServer
import TesseraStorage

/// Starts a server over an opened store: load, put the book in force, listen, say where.
struct ServerLauncher {
  /// Where the server is and what opens it.
  struct Address: Sendable {
    let url: String
    /// A one-time link into the dashboard; nil when nothing is locked.
    let loginURL: String?
    /// Only when it was just made.
    let secretKey: String?
    let publishableKey: String?

    var json: JSONValue {
      [
        "url": .string(url), "dashboard": .optional(loginURL ?? url + "/"), "secret_key": .optional(secretKey),
        "publishable_key": .optional(publishableKey),
      ]
    }
  }

  let composition: Composition
  let host: String
  let port: Int

  /// Runs until the process is told to stop.
  /// - Parameters:
  ///   - isOpen: no keys are asked for.
  ///   - services: run beside the server.
  ///   - onReady: told where it listens, once it does.
  func run(
    isOpen: Bool, schedule: TesseraService.Schedule?, console: Console, services: [any Service] = [],
    onReady: @escaping @Sendable (Address) async -> Void
  ) async throws {
    let engine = composition.engine
    engine.serving.turnOn()
    // A demo has folded what it made; anybody else's facts are in the log.
    if engine.position == 0 { try await engine.load(progress: console.progress("facts read")) }
    if try await !engine.activateBookInForce() { _ = try await engine.runCycle() }
    let keys = try await StoredKeys.open(composition.settings)
    let admin = "tak_" + TextEncoding.hexadecimal(SecureBytes.make(32))
    let api = APIKeys(
      secretHash: keys.secretHash, publishable: keys.publishable, adminToken: admin, tokenKey: keys.tokenKey,
      isOpen: isOpen)
    let sessions = Sessions { TextEncoding.hexadecimal(SecureBytes.make(32)) }
    let service = TesseraService(
      engine: engine, operations: composition.operations, keys: api, sessions: sessions,
      allowedOrigins: composition.configuration.server.allowedOrigins, logger: engine.logger)
    let directory = composition.directory
    let shownHost = host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host
    let application = service.application(host: host, port: port, schedule: schedule, services: services) { port in
      let url = "http://\(shownHost):\(port)"
      try? directory.write(server: url, token: admin)
      let link = isOpen ? nil : url + "/login?link=" + sessions.newLink()
      await onReady(
        Address(
          url: url, loginURL: link, secretKey: isOpen ? nil : keys.newSecret,
          publishableKey: isOpen ? nil : keys.publishable))
    }
    defer {
      directory.removeServerFile()
      composition.close()
    }
    do { try await application.runService() } catch let error where ServerLauncher.isAddressInUse(error) {
      throw CommandError("port \(port) on \(host) is in use: stop what listens there, or name another with --port")
    }
  }

  /// The processors that this process may run on, as Linux tells; 0 where it does not.
  static var processorsAllowed: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return 0 }
    return line.drop { $0 != ":" }.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
  }

  private static func isAddressInUse(_ error: any Error) -> Bool { "\(error)".contains("errno: \(EADDRINUSE)") }
}

/// The store's API keys as kept: the secret one by its hash alone.
struct StoredKeys {
  let secretHash: [UInt8]
  let publishable: String
  /// Signs customers' tokens.
  let tokenKey: [UInt8]
  /// The secret key itself, only if it was made by this call.
  let newSecret: String?

  /// Reads the keys, or makes them at the first start.
  static func open(_ settings: any SettingStore) async throws -> StoredKeys {
    if let held = try await settings.setting("api_keys"), let json = try? JSONParser.parse(held),
      let hash = json["secret_sha256"]?.text.flatMap({ TextEncoding.bytes(hexadecimal: $0) }),
      let publishable = json["publishable"]?.text,
      let key = json["token_key"]?.text.flatMap({ TextEncoding.bytes(hexadecimal: $0) })
    {
      return StoredKeys(secretHash: hash, publishable: publishable, tokenKey: key, newSecret: nil)
    }
    let secret = "tsk_" + TextEncoding.hexadecimal(SecureBytes.make(32))
    let made = StoredKeys(
      secretHash: SHA256.hash(secret.utf8), publishable: "tpk_" + TextEncoding.hexadecimal(SecureBytes.make(16)),
      tokenKey: SecureBytes.make(32), newSecret: secret)
    let json: JSONValue = [
      "secret_sha256": .string(TextEncoding.hexadecimal(made.secretHash)), "publishable": .string(made.publishable),
      "token_key": .string(TextEncoding.hexadecimal(made.tokenKey)),
    ]
    try await settings.set("api_keys", to: JSONWriter.bytes(json))
    return made
  }
}
