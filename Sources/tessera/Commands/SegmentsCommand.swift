import ArgumentParser
import TesseraModel
import TesseraRuntime

/// `tessera segments`: who there is, and what was decided for them.
struct SegmentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segments", abstract: "List, show or sample the active segments; assign every customer to one.",
    subcommands: [List.self, Show.self, Sample.self, Assign.self], defaultSubcommand: List.self)

  /// A segment and its decisions for people.
  static func page(_ json: JSONValue) -> String {
    var lines = [
      Console.bold(json["description"]?.text ?? ""),
      "\(json["id"]?.text ?? ""), \(json["members"]?.integer ?? 0) active customers",
    ]
    let axes = json["axes"]?.members?.map { [$0.name, $0.value.text ?? ""] } ?? []
    lines += ["", Console.table(axes)]
    for record in json["records"]?.elements ?? [] { lines += ["", DecisionText.page(record)] }
    if let up = json["rolled_up_to"] {
      lines += ["", "too small to be decided for on its own; decided with:", SegmentsCommand.page(up)]
    }
    return lines.joined(separator: "\n")
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Active segments with size, description and current decision.")
    @Option(help: "At most this many.") var limit = 50
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let result = try await CommandRunner(options: options).run("segments", ["limit": .integer(limit)])
      Console(options).answer(result) { json in
        var rows = [["id", "members", "decision", "description"]]
        for row in json["segments"]?.elements ?? [] {
          let lead = row["decisions"]?.elements?.first
          rows.append([
            row["id"]?.text ?? "", row["members"]?.integer.map(String.init) ?? "",
            lead?["action"]?["creative"]?.text ?? "-", row["description"]?.text ?? "",
          ])
        }
        let total = json["total"]?.integer ?? 0
        return total == 0
          ? "no segments yet: run `tessera cycle` first" : Console.table(rows) + "\n\(rows.count - 1) of \(total)"
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One segment: who, how many, what was decided and why.")
    @Argument(help: "The segment's id.") var id: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      Console(options).answer(
        try await CommandRunner(options: options).run("segment", ["id": .string(id)]), text: SegmentsCommand.page)
    }
  }

  struct Sample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "One segment picked at random.")
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      let pick = SecureBytes.make(4).reduce(0) { $0 << 8 | Int($1) }
      Console(options).answer(
        try await CommandRunner(options: options).run("sample", ["pick": .integer(pick)]), text: SegmentsCommand.page)
    }
  }

  struct Assign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write one line per customer with all axis values and the segment.")
    @Option(help: "As of this time (RFC 3339); now without it.") var at: TimeArgument?
    @Option(help: "The CSV file to write.") var out: String
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      var arguments = JSONObject([("out", .string(GlobalOptions.absolute(out)))])
      if let at { arguments["at"] = .instant(at.instant) }
      let clock = options.clock(at)
      let result = try await CommandRunner(options: options).run("assign", .object(arguments), clock: clock)
      Console(options).answer(result) {
        "\($0["customers"]?.integer ?? 0) customers in \($0["segments"]?.integer ?? 0) micro-segments: \($0["out"]?.text ?? "")"
      }
    }
  }
}
