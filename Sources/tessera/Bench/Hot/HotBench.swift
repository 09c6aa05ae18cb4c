import Foundation
import Glibc
import TesseraModel

/// The hot path under load, and in the same run nginx serving a file of the same size, and what a team would build:
/// decisions in Redis, looked up by nginx or by Node. All get the same prepared requests, one after the other in turn.
struct HotBench {
  let customers: Int
  let seconds: Int
  let console: Console
  let folder: URL
  let server: ServerBench.Served
  private var url: String { server.url }
  private var key: String { server.key }

  /// Connections of the load, as in the peers' published figures.
  static let connections = 64
  static let preparedRequests = 20_000
  static let batch = 1_000
  static let batchConnections = 4
  /// Rounds taken in turn, ours and theirs; the median is reported.
  static let rounds = 5

  func run() throws -> [JSONValue] {
    let script = try write("decide.lua", requests: true)
    let batches = try write("batch.lua", requests: false)
    let sample = try fetch("/v1/decide?customer=c1&placement=home_hero")
    guard let json = try? JSONParser.parse(Array(sample)), json["decision"]?.text != nil else {
      throw CommandError("the server gave no decision: \(String(decoding: sample.prefix(200), as: UTF8.self))")
    }
    let peers = try HotPeer.started(folder: folder, answer: sample, customers: ids)
    defer { for peer in peers { peer.stop() } }
    var ours: [LoadGenerator.Figures] = []
    var batched: [LoadGenerator.Figures] = []
    var theirs = [[LoadGenerator.Figures]](repeating: [], count: peers.count)
    for round in 1...HotBench.rounds {
      console.remark("hot path, round \(round) of \(HotBench.rounds) …")
      ours.append(try load(url + "/v1/decide", script, [server.process.processIdentifier]))
      for (i, peer) in peers.enumerated() { theirs[i].append(try load(peer.url, script, peer.servers)) }
      batched.append(
        try LoadGenerator.run(
          url: url + "/v1/decide", connections: HotBench.batchConnections, seconds: seconds, script: batches))
    }
    let failed = (ours + batched).reduce(0) { $0 + $1.failed }
    guard failed == 0 else { throw CommandError("\(failed) decisions failed") }
    return lines(ours, batched, peers.map(\.name), theirs)
  }

  /// How often an answer takes memory, after as many that did not count.
  func allocations(_ count: AllocationCount) throws -> JSONValue {
    console.remark("hot path, allocations …")
    let script = try write("decide.lua", requests: true)
    _ = try load(url + "/v1/decide", script, [])
    let before = try count.read()
    let figures = try load(url + "/v1/decide", script, [])
    guard figures.failed == 0 else { throw CommandError("\(figures.failed) decisions failed") }
    let calls = try count.read() - before
    return ServerBench.line(
      "hot", "get_allocations", "allocations/request", Double(calls) / max(1, figures.requests), nil,
      higherIsBetter: false)
  }

  private func load(_ url: String, _ script: String, _ servers: [pid_t]) throws -> LoadGenerator.Figures {
    let figures = try LoadGenerator.run(
      url: url, connections: HotBench.connections, seconds: seconds, script: script, servers: servers)
    guard figures.p999 != nil else { throw CommandError("wrk told no percentile of its script's") }
    return figures
  }

  private func lines(
    _ ours: [LoadGenerator.Figures], _ batched: [LoadGenerator.Figures], _ names: [String],
    _ theirs: [[LoadGenerator.Figures]]
  ) -> [JSONValue] {
    func peer(_ name: String, _ figure: (LoadGenerator.Figures) -> Double) -> (String, Double)? {
      guard let i = names.firstIndex(of: name), theirs[i].allSatisfy({ $0.failed == 0 }) else { return nil }
      return (name, theirs[i].map(figure).median)
    }
    let rate = ours.map(\.perSecond).median
    var lines = HotPeer.names.map { name in
      ServerBench.line(
        "hot", "get", "requests/s", rate, peer(name) { $0.perSecond }, peerName: name, higherIsBetter: true)
    }
    let costs: [(String, String, (LoadGenerator.Figures) -> Double)] = [
      ("get_processor", "µs/request", \.processor), ("get_p50", "ms", \.p50), ("get_p99", "ms", \.p99),
      ("get_p999", "ms", { $0.p999 ?? 0 }), ("get_memory", "MB", \.memory),
    ]
    for (name, unit, figure) in costs {
      lines += HotPeer.names.map { other in
        ServerBench.line(
          "hot", name, unit, ours.map(figure).median, peer(other, figure), peerName: other, higherIsBetter: false)
      }
    }
    lines.append(
      ServerBench.line(
        "hot", "batch", "decisions/s", batched.map(\.perSecond).median * Double(HotBench.batch), ("one by one", rate),
        peerName: "one by one", higherIsBetter: true))
    return lines
  }

  /// Customers that are asked for, by fixed steps through all of them.
  private var ids: [String] {
    (0..<HotBench.preparedRequests).map { "c\(($0 &* 7_919 &+ 13) % customers + 1)" }
  }

  /// A script for wrk. Requests are made beforehand: the same little work for the load on all sides.
  private func write(_ name: String, requests: Bool) throws -> String {
    let list = folder.appending(path: "customers.txt")
    try (ids.joined(separator: "\n") + "\n").write(to: list, atomically: true, encoding: .utf8)
    let one = """
        for id in io.lines("\(list.path)") do
          requests[#requests + 1] = wrk.format(
            "GET", wrk.path .. "?customer=" .. id .. "&placement=home_hero", {["Authorization"] = "Bearer \(key)"})
        end
      """
    let many = """
        local items = {}
        for id in io.lines("\(list.path)") do
          items[#items + 1] = '{"customer":"' .. id .. '","placement":"home_hero"}'
          if #items == \(HotBench.batch) then
            requests[#requests + 1] = wrk.format(
              "POST", wrk.path, {["Authorization"] = "Bearer \(key)", ["Content-Type"] = "application/json"},
              '{"requests":[' .. table.concat(items, ",") .. "]}")
            items = {}
          end
        end
      """
    let lua = """
      local requests, next = {}, 0
      init = function()
      \(requests ? one : many)
      end
      request = function()
        next = next % #requests + 1
        return requests[next]
      end
      \(LoadGenerator.percentiles)
      """
    let script = folder.appending(path: name)
    try lua.write(to: script, atomically: true, encoding: .utf8)
    return script.path
  }

  private func fetch(_ path: String) throws -> Data {
    let curl = Process()
    curl.executableURL = URL(fileURLWithPath: LoadGenerator.path("curl") ?? "/usr/bin/curl")
    curl.arguments = ["-s", "-H", "Authorization: Bearer \(key)", url + path]
    let pipe = Pipe()
    curl.standardOutput = pipe
    try curl.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    curl.waitUntilExit()
    return data
  }
}
