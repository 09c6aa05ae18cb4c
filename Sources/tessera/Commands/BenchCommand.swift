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
    case hot, ingest
  }

  @Argument(help: "hot, ingest; all without it.") var name: Name?
  @Option(help: "Customers in the store that is measured.") var customers = 20_000
  @Option(help: "Seconds a measurement takes.") var seconds = 5
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...5_000_000).contains(customers) else { throw ValidationError("--customers must be from 1 to 5000000") }
    guard (1...600).contains(seconds) else { throw ValidationError("--seconds must be from 1 to 600") }
  }

  func run() async throws {
    guard LoadGenerator.isInstalled else {
      throw CommandError("wrk is missing: apt-get install wrk (and nginx-light for the peer)")
    }
    let bench = ServerBench(customers: customers, seconds: seconds, console: Console(options))
    for line in try await bench.run(hot: name != .ingest, ingest: name != .hot) {
      Console.write(JSONWriter.text(line) + "\n", to: 1)
    }
  }
}
