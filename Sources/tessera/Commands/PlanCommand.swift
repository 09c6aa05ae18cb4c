import ArgumentParser
import TesseraModel
import TesseraRuntime

/// `tessera plan`: how fine the store can afford to be.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "How fine can we afford to be? From everyone the same to one per customer.",
    discussion: """
      For every rung: segments, people in them, what agents would cost, and how much of what can be predicted of people \
      is kept. Value is the share of variance explained of what people did in a window before the time asked for, by \
      where they stood at its start, cross-validated; the best rung counts as 100 %.
      """)

  @Option(help: "As of this time (RFC 3339); now without it.") var at: TimeArgument?
  @Option(help: "US dollars a month that the agents may cost.") var budget = Engine.planBudget
  @Option(help: "Also follow the decided segments over so many hours before that time, up to 168.") var hours: Int?
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard budget >= 0, budget.isFinite else { throw ValidationError("--budget must be an amount of dollars") }
    if let hours, !(2...168).contains(hours) { throw ValidationError("--hours must be from 2 to 168") }
  }

  func run() async throws {
    var arguments = JSONObject([("budget", .double(budget))])
    if let at { arguments["at"] = .instant(at.instant) }
    if let hours { arguments["hours"] = .integer(hours) }
    let result = try await CommandRunner(options: options).run(
      "plan", .object(arguments), clock: options.clock(at))
    Console(options).answer(result, text: PlanCommand.page)
  }

  /// A rung's name, with its axes where they are few.
  private static func name(_ rung: JSONValue) -> String {
    let axes = (rung["axes"]?.elements ?? []).compactMap(\.text)
    let name = rung["name"]?.text ?? ""
    return name.hasSuffix(" axes") && axes.count <= 4 ? "\(name): \(axes.joined(separator: ", "))" : name
  }

  private static func page(_ json: JSONValue) -> String {
    func percent(_ value: JSONValue?) -> String { "\(Int(((value?.double ?? 0) * 100).rounded())) %" }
    func dollars(_ value: JSONValue?) -> String {
      let cents = Int(((value?.double ?? 0) * 100).rounded())
      return "$\(cents / 100)" + (cents < 10_000 ? "." + String(cents % 100 + 100).dropFirst() : "")
    }
    let recommended = json["recommended"]?.text
    var rows = [["", "granularity", "segments", "median people", "on all axes", "$ a month", "value kept"]]
    for rung in json["rungs"]?.elements ?? [] {
      rows.append([
        rung["name"]?.text == recommended ? "→" : "", PlanCommand.name(rung),
        String(rung["segments"]?.integer ?? 0), String(rung["people"]?["median"]?.integer ?? 0),
        percent(rung["on_all_axes"]), dollars(rung["usd_per_month"]), percent(rung["value_kept"]),
      ])
    }
    let hours = json["window_hours"]?.double ?? 0
    return """
      \(json["customers_active"]?.integer ?? 0) of \(json["customers"]?.integer ?? 0) customers are active. Value: what they did in the last \
      \((hours * 10).rounded() / 10) hours.

      \(Console.table(rows))

      Recommended is \(recommended ?? ""): \(json["reason"]?.text ?? "").

      \(PlanCommand.relaxation(json["relaxation"]))\(PlanCommand.stability(json["stability"]))
      """
  }

  /// The order of relaxing, and what it is worth.
  private static func relaxation(_ json: JSONValue?) -> String {
    let reasons = (json?["reasons"]?.elements ?? []).compactMap(\.text)
    let rows = zip((json?["axes"]?.elements ?? []).compactMap(\.text), reasons).enumerated()
      .map { [String($0 + 1), $1.0, $1.1] }
    return """
      Where too few are alike, axes are relaxed in this order; the segments then foretell \(tenths(json?["explained"])) of what \
      people do, by numbers of people alone it would be \(tenths(json?["explained_by_numbers"])).

      \(Console.table([["", "relaxed", "why here"]] + rows))
      """
  }

  private static func stability(_ json: JSONValue?) -> String {
    guard let json else { return "" }
    let names = [
      ("fixed", "always the last axis first"), ("numbers", "by numbers of people"), ("loss", "by what is lost"),
      ("loss_with_hysteresis", "the same, held steady"),
    ]
    let rows = names.map { key, name in
      [
        name, tenths(json[key]?["explained"]), String(((json[key]?["axes_kept"]?.double ?? 0) * 10).rounded() / 10),
        String(json[key]?["orders_changed"]?.integer ?? 0), tenths(json[key]?["moved_without_reason"]),
      ]
    }
    return """


      Over the \(json["hours"]?.integer ?? 0) hours before:

      \(Console.table([["order", "foretold", "axes told apart", "new orders", "moved though their own segment stayed"]] + rows))
      """
  }

  private static func tenths(_ value: JSONValue?) -> String {
    let tenths = Int(((value?.double ?? 0) * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
