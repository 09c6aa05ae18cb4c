import ArgumentParser
import Foundation
import TesseraBandits
import TesseraModel

/// `tessera evaluate`: what groups earned, and what other policies would have.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Judge policies by a decision log: the store's own, or a file.",
    discussion: """
      `own` is the store's log: without a question, what the groups earned and the lift of decisions; with one, what
      would have been earned under other rules. A file is CSV or NDJSON with action, propensity, reward and context.
      """)

  @Argument(help: "own, or a CSV or NDJSON file.") var log: String
  @Option(help: "The policy to judge: one of the bandit's; for files also best, greedy or target.") var policy: String?
  @Flag(help: "Files: learn from the first 70 % of the rows, judge on the rest.") var holdout = false
  @Option(
    help: "Files: columns by other names, such as action=item_id,propensity=1/3,reward=click; also context=C, ignore=C."
  )
  var columns: String?
  @Option(help: "Own log: another exploration floor, 0 to 1.") var floor: Double?
  @Option(help: "Own log: leave a guardrail out, such as out-of-stock or frequency-cap; may be given more than once.")
  var without: [String] = []
  @Flag(help: "Own log: leave the agents' overlays out.") var withoutAgent = false
  @Flag(help: "Own log: leave the agents' vetoes out; their boosts stay.") var withoutVetoes = false
  @Option(help: "Own log: leave out what follows from a claim, by its code; may be given more than once.")
  var withoutClaim: [String] = []
  @Option(help: "Own log: one placement.") var placement: String?
  @Option(help: "Own log: the latest cycles only.") var cycles: Int?
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    if log == "own" { return try await judgeOwn() }
    try judgeFile()
  }

  private func judgeOwn() async throws {
    guard columns == nil, !holdout else { throw ValidationError("--columns and --holdout are for files") }
    let runner = CommandRunner(options: options)
    guard asksSomething else {
      Console(options).answer(try await runner.run("evidence", [:]), text: EvaluationText.evidence)
      return
    }
    var arguments = JSONObject([
      ("without", .strings(without)), ("without_agent", .bool(withoutAgent)),
      ("without_vetoes", .bool(withoutVetoes)), ("without_claims", .strings(withoutClaim)),
    ])
    if let policy { arguments["policy"] = .string(policy) }
    if let floor { arguments["floor"] = .double(floor) }
    if let placement { arguments["placement"] = .string(placement) }
    if let cycles { arguments["cycles"] = .integer(cycles) }
    Console(options).answer(try await runner.run("evaluate", .object(arguments)), text: EvaluationText.question)
  }

  /// Whether another rule than those in force is to be tried.
  private var asksSomething: Bool {
    policy != nil || floor != nil || !without.isEmpty || withoutAgent || withoutVetoes || !withoutClaim.isEmpty
  }

  private func judgeFile() throws {
    guard floor == nil, without.isEmpty, !withoutAgent, !withoutVetoes, withoutClaim.isEmpty, placement == nil,
      cycles == nil
    else {
      throw ValidationError("--floor, --without…, --placement and --cycles are for the own log")
    }
    let path = GlobalOptions.absolute(log)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError("there is no file \(path); for the store's own log say `tessera evaluate own`")
    }
    let mapping = try columns.map { try LogColumns(parsing: $0) } ?? LogColumns()
    let table = try LoggedTable.read(Array(data), columns: mapping)
    var rules = LogEvaluation.Rules(policy: policy ?? "thompson")
    rules.isHoldout = holdout
    Console(options).answer(try LogEvaluation(table, rules).json, text: EvaluationText.file)
  }
}
