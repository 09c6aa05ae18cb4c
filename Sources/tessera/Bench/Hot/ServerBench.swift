import Foundation
import TesseraModel
import TesseraRuntime
import TesseraSimulator

/// Measures `tessera serve` as shipped, a process of its own with keys asked for, over a simulated store.
struct ServerBench {
  let customers: Int
  let seconds: Int
  let console: Console

  static let ingestConnections = 32
  static let eventsPerPost = 500

  func run(hot: Bool, ingest: Bool, flood: Bool = false) async throws -> [JSONValue] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tessera-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    console.remark("making a store of \(customers) shoppers …")
    try await fill(folder)
    var lines: [JSONValue] = []
    let server = try start(folder, isPinned: hot)
    do {
      defer { server.stop() }
      if hot { lines += try hotBench(server, folder).run() }
      if ingest { lines.append(try measureIngest(server, folder)) }
      if flood {
        lines += try FloodBench(
          customers: customers, seconds: seconds, console: console, folder: folder, url: server.url, key: server.key,
          process: server.process.processIdentifier
        ).run()
      }
    }
    if hot { lines += try countAllocations(folder, key: server.key) }
    return lines
  }

  private func hotBench(_ server: Served, _ folder: URL) -> HotBench {
    HotBench(customers: customers, seconds: seconds, console: console, folder: folder, server: server)
  }

  /// The server once more, counted: counting costs time, so no speed is read off it.
  private func countAllocations(_ folder: URL, key: String) throws -> [JSONValue] {
    guard let count = try AllocationCount(folder: folder) else {
      console.remark("skipped: allocations a request; no C compiler")
      return []
    }
    let server = try start(folder, isPinned: true, key: key, environment: count.environment)
    defer { server.stop() }
    return [try hotBench(server, folder).allocations(count)]
  }

  private func fill(_ folder: URL) async throws {
    let configuration = try ConfigurationFile.load(yaml: nil, source: "the built-in configuration", environment: [:])
    let clock = SystemClock()
    let composition = try await ScratchStore.open(folder, configuration, clock)
    try await ScratchStore.fill(
      composition, SimulatedStore(customers: customers, seed: 1, endingAt: clock.now()).history())
    composition.close()
  }

  /// What serves: its address and a secret key, with which a shop's servers ask.
  struct Served {
    let process: Process
    let url: String
    let key: String

    func stop() {
      process.terminate()
      process.waitUntilExit()
    }
  }

  /// - Parameters:
  ///   - isPinned: on a processor of its own, beside the load's.
  ///   - key: the secret key, if it is known: a server tells it once, when it makes it.
  private func start(
    _ folder: URL, isPinned: Bool, key: String? = nil, environment: [String: String] = [:]
  ) throws -> Served {
    try ServerBench.configuration.write(
      to: folder.appending(path: "tessera.yaml"), atomically: true, encoding: .utf8)
    let process = Process()
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    let arguments = ["serve", "--port", "0", "--json", "--quiet", "--data", folder.path, "--config", "tessera.yaml"]
    if isPinned {
      Pinning.measured.prepare(process, program, arguments)
    } else {
      (process.executableURL, process.arguments) = (URL(fileURLWithPath: program), arguments)
    }
    process.currentDirectoryURL = folder
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    var text = ""
    while !text.contains("\n") {
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { throw CommandError("the server did not start") }
      text += String(decoding: data, as: UTF8.self)
    }
    let address = try? JSONParser.parse(text)
    guard let url = address?["url"]?.text, let key = address?["secret_key"]?.text ?? key else {
      process.terminate()
      throw CommandError("the server did not say where it is: \(text)")
    }
    return Served(process: process, url: url, key: key)
  }

  /// Four merge tags of a person in every text that is drawn among.
  private static let configuration = """
    creatives:
      - id: brand-spotlight
        placements: [home_hero]
        brand: segment
        content: &content
          title: "Hi {{ customer.first_name | default: 'there' }}, new from {{ segment.brand | default: product.brand }}"
          body: "You looked at {{ customer.last_viewed.title | default: 'many things' }}; \
            {{ customer.basket[0].title | default: 'something' }} is waiting, {{ customer.last_name | default: 'friend' }}."
          url: "{{ product.url | default: '/new' }}"
      - id: new-arrivals
        placements: [home_hero]
        content: *content
      - id: bestsellers
        placements: [home_hero]
        content: *content

    """

  private func measureIngest(_ server: Served, _ folder: URL) throws -> JSONValue {
    let script = folder.appending(path: "events.lua")
    let lua = """
      local ffi = require("ffi")
      ffi.cdef("typedef struct { long sec; long usec; } moment; int gettimeofday(moment *, void *);")
      local moment = ffi.new("moment")
      local count, lines = 0, {}
      local run = os.time() .. "-" .. math.random(1000000000)
      request = function()
        ffi.C.gettimeofday(moment, nil)
        local now = os.date("!%Y-%m-%dT%H:%M:%S", tonumber(moment.sec))
          .. string.format(".%03dZ", math.floor(tonumber(moment.usec) / 1000))
        for i = 1, \(ServerBench.eventsPerPost) do
          count = count + 1
          lines[i] = '{"id":"b' .. run .. '-' .. count .. '","type":"product_viewed","at":"' .. now .. '","customer":"c'
            .. math.random(\(customers)) .. '","product":"p' .. math.random(1500) .. '"}'
        end
        return wrk.format("POST", "/v1/events", {["Content-Type"] = "application/x-ndjson", ["Authorization"] = "Bearer \(server.key)"}, table.concat(lines, "\\n"))
      end
      """
    try lua.write(to: script, atomically: true, encoding: .utf8)
    func events(_ name: String, _ url: String) throws -> Double {
      let figures = try LoadGenerator.run(
        url: url, connections: ServerBench.ingestConnections, seconds: seconds, script: script.path)
      guard figures.failed == 0 else { throw CommandError("\(figures.failed) posts to \(name) failed") }
      return figures.perSecond * Double(ServerBench.eventsPerPost)
    }
    let peer = try HotPeer.eventStore(folder: folder)
    defer { peer?.stop() }
    var (ours, theirs) = ([Double](), [Double]())
    for round in 1...HotBench.rounds {
      console.remark("ingest, round \(round) of \(HotBench.rounds) …")
      ours.append(try events("tessera", server.url))
      if let peer { theirs.append(try events(peer.name, peer.url)) }
    }
    return ServerBench.line(
      "ingest", "http", "durable events/s", ours.median, peer.map { ($0.name, theirs.median) }, higherIsBetter: true)
  }

  static func line(
    _ bench: String, _ name: String, _ unit: String, _ ours: Double, _ theirs: (peer: String, value: Double)?,
    peerName: String? = nil, higherIsBetter: Bool
  ) -> JSONValue {
    func rounded(_ x: Double) -> JSONValue { .double((x * 1_000).rounded() / 1_000) }
    let ratio = theirs.map { higherIsBetter ? ours / $0.value : $0.value / ours }
    return [
      "bench": .string(bench), "case": .string(name), "unit": .string(unit), "ours": rounded(ours),
      "peer": .optional(theirs?.peer ?? peerName), "theirs": theirs.map { rounded($0.value) } ?? .null,
      "ratio": ratio.map(rounded) ?? .null,
    ]
  }
}
