import ArgumentParser
import TesseraModel

/// `tessera replay`: a cycle rebuilt from its recorded inputs.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Rebuild a whole cycle from its recorded inputs and compare byte for byte.")

  @Argument(help: "The cycle's number.") var cycle: Int
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let result = try await CommandRunner(options: options).run("replay", ["cycle": .integer(cycle)])
    let isIdentical = result["identical"]?.flag ?? false
    Console(options).answer(result) { json in
      let notes = (json["notes"]?.elements ?? []).compactMap(\.text).map { "\nnote: \($0)" }.joined()
      return (isIdentical ? "identical" : "different: \(json["difference"]?.text ?? "")") + notes
    }
    if !isIdentical { throw ExitCode.failure }
  }
}

/// `tessera export`: what a message tool imports.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write decisions to a file for a message tool.", subcommands: [Decisions.self])

  struct Decisions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One line per customer that the placement's decision reaches; NDJSON if the file's name ends in json.")

    @Option(help: "The placement, such as email.") var placement: String
    @Option(help: "The file to write.") var out = "decisions.csv"
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let arguments: JSONValue = ["placement": .string(placement), "out": .string(GlobalOptions.absolute(out))]
      Console(options).answer(try await CommandRunner(options: options).run("export", arguments)) {
        "\($0["customers"]?.integer ?? 0) customers: \($0["out"]?.text ?? "")"
      }
    }
  }
}
