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
    case hot, ingest, flood, segments, bandit, agents, template
  }

  @Argument(help: "hot, ingest, flood, segments, bandit, agents, template; all but bandit and agents without it.")
  var name: Name?
  @Option(help: "Customers in the store that is measured; 20,000, and a million for segments, without it.")
  var customers: Int?
  @Option(help: "Events that segments are folded from; rows of the bandit's throughput, up to 200,000.") var events =
    20_000_000
  @Option(help: "Seconds a measurement takes.") var seconds = 5
  @Option(help: "bandit, agents: seeds of each table.") var seeds = 5
  @Option(help: "bandit, agents: hours of each world; 72 and 60 without it.") var hours: Int?
  @Option(help: "bandit: segments of the worlds, such as 10,200.") var worlds = "10,200,2000,5000"
  @Option(help: "bandit: the folder with logged sets (hillstrom, charitable_giving, open_bandit_sample).")
  var sets: String?
  @Option(help: "bandit: also write a Markdown page with pictures to this file.") var page: String?
  @Option(help: "Also append the lines to this file, with date and size, to compare runs over time.")
  var history: String?
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...10_000_000).contains(customers ?? 1) else {
      throw ValidationError("--customers must be from 1 to 10000000")
    }
    guard (1...100).contains(seeds) else { throw ValidationError("--seeds must be from 1 to 100") }
    guard (3...1_000).contains(hours ?? 3) else { throw ValidationError("--hours must be from 3 to 1000") }
    guard (1...600).contains(seconds) else { throw ValidationError("--seconds must be from 1 to 600") }
  }

  func run() async throws {
    let console = Console(options)
    var lines: [JSONValue] = []
    if name == .bandit { lines += try await judgeBandit(console) }
    if name == .agents {
      lines += try await AgentsBench(
        seeds: seeds, hours: hours, customers: customers ?? 200_000, configuration: try options.configuration(),
        console: console
      ).run()
    }
    if name == .template || name == nil { lines += try TemplateBench(seconds: Double(seconds), console: console).run() }
    if [nil, .hot, .ingest, .flood].contains(name) { lines += try await measureServer(console) }
    if name == .segments || name == nil {
      lines += try await SegmentsBench(customers: customers ?? 1_000_000, events: events, console: console).run()
    }
    for line in lines { Console.write(JSONWriter.text(line) + "\n", to: 1) }
    if let history { try append(lines, to: history) }
  }

  private func judgeBandit(_ console: Console) async throws -> [JSONValue] {
    var size = BanditBench.Size()
    size.seeds = seeds
    size.hours = hours ?? size.hours
    size.rows = min(events, size.rows)
    size.worlds = worlds.split(separator: ",").compactMap { Int($0) }.filter { (2...50_000).contains($0) }
    let folder = sets.map { URL(filePath: GlobalOptions.absolute($0)) }
    let result = try await BanditBench(size: size, data: folder, console: console).run { [size] in
      try writePage($0, size)
    }
    try writePage(result, size)
    return result.lines
  }

  private func writePage(_ result: BanditBench.Result, _ size: BanditBench.Size) throws {
    guard let page else { return }
    let file = URL(filePath: GlobalOptions.absolute(page))
    let pictures = file.deletingPathExtension()
    let scorecard = ScorecardPage(
      rows: result.rows, notes: result.notes, seeds: Array(1...seeds),
      command: "tessera bench bandit --seeds \(seeds) --hours \(size.hours) --worlds \(worlds) --sets … --page …",
      date: String(SystemClock().now().description.prefix(10)))
    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
    for picture in scorecard.pictures {
      try Data(picture.svg.utf8).write(to: pictures.appending(path: picture.name))
    }
    try Data(scorecard.markdown(pictures: pictures.lastPathComponent).utf8).write(to: file)
  }

  private func measureServer(_ console: Console) async throws -> [JSONValue] {
    guard LoadGenerator.isInstalled else {
      throw CommandError("wrk is missing: apt-get install wrk (and nginx-light for the peer)")
    }
    let bench = ServerBench(customers: customers ?? 20_000, seconds: seconds, console: console)
    var lines: [JSONValue] = []
    if name != .flood { lines += try await bench.run(hot: name != .ingest, ingest: name != .hot) }
    if name == nil || name == .flood { lines += try await bench.run(hot: false, ingest: false, flood: true) }
    return lines
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
