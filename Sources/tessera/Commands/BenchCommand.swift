import ArgumentParser
import Foundation
import TesseraModel

/// `tessera bench`: the project's own benchmarks, each beside a peer in the same run where the peer is installed.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure this binary, beside nginx where it is installed.",
    discussion:
      "JSON lines {bench, case, unit, ours, peer, theirs, ratio}; a ratio above 1 means ours is better. Needs wrk.")

  enum Name: String, ExpressibleByArgument, CaseIterable {
    case hot, ingest, segments
  }

  @Argument(help: "hot, ingest, segments; all without it.") var name: Name?
  @Option(help: "Customers in the store that is measured; 20,000, and a million for segments, without it.")
  var customers: Int?
  @Option(help: "Events that segments are folded from.") var events = 20_000_000
  @Option(help: "Seconds a measurement takes.") var seconds = 5
  @Option(help: "Also append the lines to this file, with date and size, to compare runs over time.")
  var history: String?
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...10_000_000).contains(customers ?? 1) else {
      throw ValidationError("--customers must be from 1 to 10000000")
    }
    guard (1...600).contains(seconds) else { throw ValidationError("--seconds must be from 1 to 600") }
  }

  func run() async throws {
    let console = Console(options)
    var lines: [JSONValue] = []
    if name != .segments { lines += try await measureServer(console) }
    if name == .segments || name == nil {
      lines += try await SegmentsBench(customers: customers ?? 1_000_000, events: events, console: console).run()
    }
    for line in lines { Console.write(JSONWriter.text(line) + "\n", to: 1) }
    if let history { try append(lines, to: history) }
  }

  private func measureServer(_ console: Console) async throws -> [JSONValue] {
    guard LoadGenerator.isInstalled else {
      throw CommandError("wrk is missing: apt-get install wrk (and nginx-light for the peer)")
    }
    let bench = ServerBench(customers: customers ?? 20_000, seconds: seconds, console: console)
    return try await bench.run(hot: name != .ingest, ingest: name != .hot)
  }

  private func append(_ lines: [JSONValue], to path: String) throws {
    let run: [(String, JSONValue)] = [
      ("at", .string(SystemClock().now().description)), ("customers", customers.map { .integer($0) } ?? .null),
      ("seconds", .integer(seconds)), ("events", .integer(events)),
    ]
    let text = lines.map { line in
      JSONWriter.text(.object(JSONObject(run + (line.members.map(Array.init) ?? []).map { ($0.name, $0.value) })))
        + "\n"
    }.joined()
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }
}
