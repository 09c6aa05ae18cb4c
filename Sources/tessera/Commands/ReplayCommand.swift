import ArgumentParser
import TesseraModel

/// `tessera replay`: a cycle rebuilt from its recorded inputs.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Rebuild a whole cycle from its recorded inputs and compare byte for byte.",
    discussion:
      "The looks that agents made are gone through again: recorded answers, today's parser and validator. Exit 1 if "
      + "the book or a look comes out otherwise.")

  @Argument(help: "The cycle's number.") var cycle: Int
  @Flag(help: "Also ask the configured model again, for money within the budget, and tell how far it agrees.")
  var live = false
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let arguments: JSONValue = ["cycle": .integer(cycle), "live": .bool(live)]
    let result = try await CommandRunner(options: options).run("replay", arguments)
    let isIdentical = result["identical"]?.flag ?? false
    let looks = result["looks"]
    Console(options).answer(result) { json in
      var lines = [isIdentical ? "identical" : "different: \(json["difference"]?.text ?? "")"]
      lines += (json["notes"]?.elements ?? []).compactMap(\.text).map { "note: \($0)" }
      if let looks, looks["looks"] != 0 { lines += ReplayCommand.words(looks) }
      return lines.joined(separator: "\n")
    }
    if !isIdentical || looks?["same"] != looks?["looks"] { throw ExitCode.failure }
  }

  private static func words(_ looks: JSONValue) -> [String] {
    func number(_ name: String, in json: JSONValue) -> Int { json[name]?.integer ?? 0 }
    var lines = ["looks: \(number("same", in: looks)) of \(number("looks", in: looks)) come to the same today"]
    lines += (looks["differences"]?.elements ?? []).compactMap(\.text).map { "  \($0)" }
    if looks["contract_changed"]?.flag ?? false { lines.append("note: agents are told other things today than then") }
    guard let live = looks["live"] else { return lines }
    lines.append(
      "asked again: \(number("looks", in: live)) looks, \(number("failed", in: live)) failed, "
        + "\(number("same_verdict", in: live)) of \(number("segments", in: live)) segments judged alike, "
        + "\(number("effects_both", in: live)) effects in both of \(number("effects_then", in: live)) then and "
        + "\(number("effects_now", in: live)) now, $\(live["cost"]?.double ?? 0)")
    if let stopped = live["stopped"]?.text { lines.append("note: \(stopped)") }
    return lines
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
    @Option(
      help: """
        Also write events about those who get nothing, the hold-out among them, to be imported after sending: \
        `tessera import events FILE`. Without them only what was sent is compared.
        """)
    var silent: String?
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      var arguments = JSONObject([("placement", .string(placement)), ("out", .string(GlobalOptions.absolute(out)))])
      if let silent { arguments["silent"] = .string(GlobalOptions.absolute(silent)) }
      Console(options).answer(try await CommandRunner(options: options).run("export", .object(arguments))) { json in
        let sent = "\(json["customers"]?.integer ?? 0) customers: \(json["out"]?.text ?? "")"
        guard let silent = json["silent"]?.integer else { return sent }
        return sent + "\n\(silent) get nothing: \(json["silent_out"]?.text ?? "")"
      }
    }
  }
}
