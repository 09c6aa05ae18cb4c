import ArgumentParser
import TesseraModel
import TesseraRuntime
import TesseraServer

/// `tessera serve`: API, dashboard and scheduler on one port.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the API, the dashboard and the hourly cycle on one port.",
    discussion: "SIGHUP makes it read the configuration again, without a pause.")

  @Option(help: "The address to listen on. (default: 127.0.0.1, or server.host)") var host: String?
  @Option(help: "The port; 0 takes a free one. (default: 8080, or server.port)") var port: Int?
  @Option(help: "The shop's clock stands still at this time (RFC 3339): for backtests and tests.") var at: TimeArgument?
  @Flag(help: "Ask for no keys; on loopback only.") var noAuth = false
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
  }

  func run() async throws {
    let configuration = try options.configuration()
    let host = host ?? configuration.server.host
    guard !noAuth || ["127.0.0.1", "localhost", "::1"].contains(host) else {
      throw CommandError("--no-auth is for loopback only: leave it out, or listen on 127.0.0.1")
    }
    let directory = options.directory
    try directory.prepare()
    guard let lock = try directory.lock() else {
      throw CommandError("another process is working on \(directory.path): one server a directory")
    }
    let console = Console(options)
    let clock = options.clock(at)
    let composition = try await Composition.open(directory, lock: lock, configuration: configuration, clock: clock)
    let launcher = ServerLauncher(composition: composition, host: host, port: port ?? configuration.server.port)
    let schedule = at == nil ? TesseraService.Schedule() : nil
    let reload = await ConfigurationReload(engine: composition.engine, started: configuration) { [options] in
      try options.configuration()
    }
    try await launcher.run(isOpen: noAuth, schedule: schedule, console: console, services: [reload]) { address in
      ServeCommand.greet(console, address)
    }
  }

  private static func greet(_ console: Console, _ address: ServerLauncher.Address) {
    if console.isJSON {
      console.answer(address.json) { JSONWriter.text($0) }
      return
    }
    var lines = [
      "Tessera is serving.", "  dashboard  \(address.loginURL ?? address.url + "/")", "  API        \(address.url)/v1",
      "  docs       \(address.url)/docs",
    ]
    if let secret = address.secretKey { lines += ["  secret key       \(secret)   (shown once; for your servers)"] }
    if let publishable = address.publishableKey { lines += ["  publishable key  \(publishable)   (for browsers)"] }
    Console.write(lines.joined(separator: "\n") + "\n", to: 1)
  }
}
