import ArgumentParser
import TesseraModel
import TesseraRuntime

/// `tessera cycle`: one decision cycle.
struct CycleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cycle", abstract: "Run one decision cycle now, or as of a time.",
    discussion: "An hour has at most one cycle: if it has one already, that one is reported and nothing changes.")

  @Option(help: "As of this time (RFC 3339).") var at: TimeArgument?
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let arguments: JSONValue = at.map { ["at": .instant($0.instant)] } ?? .object(JSONObject())
    let clock = options.clock(at)
    let result = try await CommandRunner(options: options).run("cycle", arguments, clock: clock)
    let console = Console(options)
    if !(result["new"]?.flag ?? true) {
      console.remark("this hour has its cycle already; the next one comes with the next hour")
    }
    console.answer(result) { json in
      func cell(_ name: String) -> String { json[name]?.integer.map(String.init) ?? json[name]?.text ?? "" }
      return Console.table([
        ["cycle", cell("cycle")], ["as of", cell("at")], ["customers", cell("customers")],
        ["segments populated", cell("segments_populated")], ["segments active", cell("segments_active")],
        ["segments decided", cell("segments_decided")], ["decisions", cell("decisions")],
        ["customers rolled up", cell("rolled_up_customers")],
        ["analyst runs", json["agent"]?["runs"]?.integer.map(String.init) ?? "0"],
        ["took", cell("duration_ms") + " ms"],
        ["book", cell("book")],
      ])
    }
  }
}
