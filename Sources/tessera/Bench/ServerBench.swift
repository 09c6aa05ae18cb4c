import Foundation
import TesseraModel
import TesseraRuntime
import TesseraSimulator

/// Measures `tessera serve` as shipped, a process of its own, over a simulated store, and nginx serving a file of the
/// same size in the same run.
struct ServerBench {
  let customers: Int
  let seconds: Int
  let console: Console

  /// Connections of the hot path's load, as in the peers' published figures.
  static let hotConnections = 64
  static let preparedRequests = 20_000
  static let ingestConnections = 32
  static let eventsPerPost = 500
  /// Rounds taken in turn, ours and theirs; the median is reported.
  static let rounds = 3

  func run(hot: Bool, ingest: Bool) async throws -> [JSONValue] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tessera-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    console.remark("making a store of \(customers) shoppers …")
    try await fill(folder)
    let server = try start(folder)
    defer { server.process.terminate() }
    var lines: [JSONValue] = []
    if hot { lines += try measureHot(server.url, folder) }
    if ingest { lines.append(try measureIngest(server.url, folder)) }
    return lines
  }

  private func fill(_ folder: URL) async throws {
    let configuration = try ConfigurationFile.load(yaml: nil, source: "the built-in configuration", environment: [:])
    let clock = SystemClock()
    let composition = try await ScratchStore.open(folder, configuration, clock)
    try await ScratchStore.fill(
      composition, SimulatedStore(customers: customers, seed: 1, endingAt: clock.now()).history())
    composition.close()
  }

  private func start(_ folder: URL) throws -> (process: Process, url: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "serve", "--no-auth", "--port", "0", "--json", "--quiet", "--data", folder.path, "--config", "tessera.yaml",
    ]
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    var text = ""
    while !text.contains("\n") {
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { throw CommandError("the server did not start") }
      text += String(decoding: data, as: UTF8.self)
    }
    guard let url = try JSONParser.parse(text)["url"]?.text else {
      throw CommandError("the server did not say where it is")
    }
    return (process, url)
  }

  private func measureHot(_ url: String, _ folder: URL) throws -> [JSONValue] {
    let script = folder.appending(path: "decide.lua")
    // The same work for the load generator on both sides, and as little as can be: requests are made beforehand.
    let lua = """
      local requests, next = {}, 0
      init = function()
        for i = 1, \(ServerBench.preparedRequests) do
          requests[i] = wrk.format("GET", wrk.path .. "?customer=c" .. math.random(\(customers)) .. "&placement=home_hero")
        end
      end
      request = function()
        next = next % \(ServerBench.preparedRequests) + 1
        return requests[next]
      end
      """
    try lua.write(to: script, atomically: true, encoding: .utf8)
    guard
      let sample = FileManager.default.contents(
        atPath: try fetch(url + "/v1/decide?customer=c1&placement=home_hero", folder))
    else {
      throw CommandError("the server did not answer")
    }
    let peer = try NginxPeer(folder: folder, content: sample)
    defer { peer?.stop() }
    var (ours, theirs): ([LoadGenerator.Figures], [LoadGenerator.Figures]) = ([], [])
    for round in 1...ServerBench.rounds {
      console.remark("hot path, round \(round) of \(ServerBench.rounds) …")
      ours.append(
        try LoadGenerator.run(
          url: url + "/v1/decide", connections: ServerBench.hotConnections, seconds: seconds, script: script.path))
      if let peer {
        theirs.append(
          try LoadGenerator.run(
            url: peer.url, connections: ServerBench.hotConnections, seconds: seconds, script: script.path))
      }
    }
    let failed = ours.reduce(0) { $0 + $1.failed }
    guard failed == 0 else { throw CommandError("\(failed) decisions failed") }
    let rate = (ours.map(\.perSecond).median, theirs.map(\.perSecond).median)
    let p99 = (ours.map(\.p99).median, theirs.map(\.p99).median)
    return [
      line("hot", "get", "requests/s", rate.0, peer == nil ? nil : ("nginx", rate.1), higherIsBetter: true),
      line("hot", "get_p99", "ms", p99.0, peer == nil ? nil : ("nginx", p99.1), higherIsBetter: false),
    ]
  }

  private func measureIngest(_ url: String, _ folder: URL) throws -> JSONValue {
    let script = folder.appending(path: "events.lua")
    let lua = """
      local count, lines = 0, {}
      local run = os.time() .. "-" .. math.random(1000000000)
      request = function()
        for i = 1, \(ServerBench.eventsPerPost) do
          count = count + 1
          lines[i] = '{"id":"b' .. run .. '-' .. count .. '","type":"product_viewed","at":"2026-01-01T00:00:00Z","customer":"c'
            .. math.random(\(customers)) .. '","product":"p' .. math.random(1500) .. '"}'
        end
        return wrk.format("POST", "/v1/events", {["Content-Type"] = "application/x-ndjson"}, table.concat(lines, "\\n"))
      end
      """
    try lua.write(to: script, atomically: true, encoding: .utf8)
    console.remark("ingest …")
    let figures = try LoadGenerator.run(
      url: url, connections: ServerBench.ingestConnections, seconds: seconds, script: script.path)
    guard figures.failed == 0 else { throw CommandError("\(figures.failed) posts failed") }
    let events = figures.perSecond * Double(ServerBench.eventsPerPost)
    return line("ingest", "http", "durable events/s", events, nil, higherIsBetter: true)
  }

  /// Fetches an address into a file and gives the file's path.
  private func fetch(_ url: String, _ folder: URL) throws -> String {
    let path = folder.appending(path: "sample.json").path
    let curl = Process()
    curl.executableURL = URL(fileURLWithPath: LoadGenerator.path("curl") ?? "/usr/bin/curl")
    curl.arguments = ["-s", "-o", path, url]
    try curl.run()
    curl.waitUntilExit()
    return path
  }

  private func line(
    _ bench: String, _ name: String, _ unit: String, _ ours: Double, _ theirs: (peer: String, value: Double)?,
    higherIsBetter: Bool
  ) -> JSONValue {
    func rounded(_ x: Double) -> JSONValue { .double((x * 1_000).rounded() / 1_000) }
    let ratio = theirs.map { higherIsBetter ? ours / $0.value : $0.value / ours }
    return [
      "bench": .string(bench), "case": .string(name), "unit": .string(unit), "ours": rounded(ours),
      "peer": .optional(theirs?.peer), "theirs": theirs.map { rounded($0.value) } ?? .null,
      "ratio": ratio.map(rounded) ?? .null,
    ]
  }
}

/// nginx serving one file, in a folder of its own.
struct NginxPeer {
  let url: String
  private let process: Process

  /// The port it listens on; free on a machine that only measures.
  static let port = 18_999

  /// - Returns: nil where nginx is not installed.
  init?(folder: URL, content: Data) throws {
    guard let nginx = LoadGenerator.path("nginx") else { return nil }
    try content.write(to: folder.appending(path: "answer.json"))
    let configuration = """
      worker_processes 1; daemon off; pid \(folder.path)/nginx.pid; error_log \(folder.path)/error.log;
      events { worker_connections 1024; }
      http {
        access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10;
        types { application/json json; }
        client_body_temp_path \(folder.path)/a; proxy_temp_path \(folder.path)/b; fastcgi_temp_path \(folder.path)/c;
        uwsgi_temp_path \(folder.path)/d; scgi_temp_path \(folder.path)/e;
        server { listen 127.0.0.1:\(NginxPeer.port); root \(folder.path); }
      }
      """
    let path = folder.appending(path: "nginx.conf").path
    try configuration.write(toFile: path, atomically: true, encoding: .utf8)
    chmod(folder.path, 0o755)
    process = Process()
    process.executableURL = URL(fileURLWithPath: nginx)
    process.arguments = ["-c", path, "-p", folder.path]
    process.standardError = Pipe()
    try process.run()
    usleep(300_000)  // until it listens; wrk would count the refusals
    url = "http://127.0.0.1:\(NginxPeer.port)/answer.json"
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
  }
}
