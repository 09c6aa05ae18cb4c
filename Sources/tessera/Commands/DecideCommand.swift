import ArgumentParser
import TesseraModel
import TesseraRuntime

/// `tessera decide`: what a customer would get now.
struct DecideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "The decision that a customer would get now, as /v1/decide gives it.")

  @Option(help: "The customer's id.") var customer: String?
  @Option(help: "Or the id of an anonymous visitor.") var anonymous: String?
  @Option(help: "The placement.") var placement: String
  @Option(help: "As of this time (RFC 3339).") var at: TimeArgument?
  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (customer == nil) != (anonymous == nil) else {
      throw ValidationError("name either --customer or --anonymous")
    }
  }

  func run() async throws {
    var arguments = JSONObject([("placement", .string(placement))])
    if let customer { arguments["customer"] = .string(customer) }
    if let anonymous { arguments["anonymous"] = .string(anonymous) }
    let clock = options.clock(at)
    let result = try await CommandRunner(options: options).run("decide", .object(arguments), clock: clock)
    Console(options).answer(result) { JSONWriter.pretty($0) }
  }
}

/// `tessera explain`: why.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why: eligibility, the bandit's terms, the agent's, guardrails, propensities, runners-up.")

  @Argument(help: "The decision's id, such as d_0123456789abcdef.") var decision: String
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    Console(options).answer(
      try await CommandRunner(options: options).run("explain", ["id": .string(decision)]), text: DecisionText.page)
  }
}
