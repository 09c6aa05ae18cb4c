import ArgumentParser
import Foundation
import TesseraModel
import TesseraRuntime
import TesseraServer
import TesseraSimulator

/// `tessera demo`: a generated store with its history, decisions and visitors; no account, key or network.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Try it: a generated store, its decisions, a dashboard, and shoppers who keep visiting.",
    discussion: "An hour of the shop passes in a minute. The store is made anew each time in its own directory.")

  @Option(help: "How many shoppers the store has.") var customers = 20_000
  @Option(help: "The same seed makes the same store.") var seed: UInt64 = 1
  @Option(help: "The port; 0 takes a free one.") var port = 8_080
  @OptionGroup var options: GlobalOptions

  /// How much faster than the wall the shop's clock runs.
  static let speed: Int64 = 60
  /// Facts written at a time.
  static let batch = 20_000

  func validate() throws {
    guard (1...5_000_000).contains(customers) else { throw ValidationError("--customers must be from 1 to 5000000") }
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
  }

  func run() async throws {
    let console = Console(options)
    let began = ContinuousClock.now
    let configuration = try options.configuration(demo: true)
    let directory = DataDirectory(path: GlobalOptions.absolute(options.data ?? "./tessera-demo"))
    try directory.prepare()
    guard let lock = try directory.lock() else {
      throw CommandError(
        "another process is working on \(directory.path): stop it, or name another directory with --data")
    }
    let start = SystemClock().now()
    try DemoCommand.clear(directory, at: start)
    let clock = FastClock(start: start, factor: DemoCommand.speed)
    let composition = try await Composition.open(directory, lock: lock, configuration: configuration, clock: clock)
    console.remark("making a store of \(customers) shoppers …")
    let store = SimulatedStore(customers: customers, seed: seed, endingAt: start)
    try await DemoCommand.fill(composition, store.history(), console)
    let driver = ShopperDriver(shoppers: LiveShoppers(store, seed: seed &+ 7), clock: clock, console: console)
    let launcher = ServerLauncher(composition: composition, host: "127.0.0.1", port: port)
    console.remark("running the first cycle …")
    let schedule = TesseraService.Schedule(speed: DemoCommand.speed) { report in
      driver.tell(report)
      try? directory.write(demoTime: clock.now())
    }
    try await launcher.run(isOpen: false, schedule: schedule, console: console, services: [driver]) { address in
      let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1_000
      DemoCommand.greet(console, address, seconds: seconds, directory: directory)
      try? directory.write(demoTime: clock.now())
      driver.start(address)
    }
    try directory.write(demoTime: clock.now())
  }

  /// A demo's directory may be thrown away; anybody else's not.
  private static func clear(_ directory: DataDirectory, at start: Instant) throws {
    let files = FileManager.default
    if files.fileExists(atPath: directory.databasePath), directory.demoTime == nil {
      throw CommandError("\(directory.path) holds a store that is not a demo's: name another directory with --data")
    }
    try? files.removeItem(atPath: directory.checkpointPath)
    for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: directory.databasePath + suffix) }
    try directory.write(demoTime: start)
  }

  private static func fill(_ composition: Composition, _ facts: [FactEntry], _ console: Console) async throws {
    var startIndex = 0
    let progress = console.progress("facts written")
    while startIndex < facts.count {
      let end = min(startIndex + batch, facts.count)
      _ = try await composition.engine.ingest(facts[startIndex..<end].map { .success($0) })
      startIndex = end
      progress(end)
    }
  }

  private static func greet(
    _ console: Console, _ address: ServerLauncher.Address, seconds: Double, directory: DataDirectory
  ) {
    if console.isJSON {
      console.answer(address.json) { JSONWriter.text($0) }
      return
    }
    let secret = address.secretKey ?? ""
    Console.write(
      """
      \(Console.bold("Tessera's demo is running")) (ready after \((seconds * 10).rounded() / 10) s; an hour of the shop passes in a minute).

        Dashboard        \(address.loginURL ?? address.url)
                         (the link works once; restart for another)
        API              \(address.url)/v1     described at \(address.url)/docs
        secret key       \(secret)
        publishable key  \(address.publishableKey ?? "")

      Try next:
        curl -H 'Authorization: Bearer \(secret)' '\(address.url)/v1/decide?customer=c1&placement=home_hero'
        tessera segments sample --data \(directory.path)
        tessera replay 1 --data \(directory.path)
      With your own data: tessera import …, tessera cycle, tessera serve.  Ctrl-C stops the demo.

      """, to: 1)
  }
}
