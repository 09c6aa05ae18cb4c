import TesseraDecisions
package import TesseraModel
package import TesseraStorage

/// Makes a source of facts from what a user typed; the composition knows the formats.
package typealias FactSourceFactory =
  @Sendable (_ kind: String, _ paths: [String]) throws(FactSourceError) -> any FactSource

/// What commands do, as functions from JSON to JSON: run in the command's own process, or in the server that holds the
/// directory.
package struct Operations: Sendable {
  package let engine: Engine
  let settings: any SettingStore
  let makeSource: FactSourceFactory

  package init(engine: Engine, settings: any SettingStore, makeSource: @escaping FactSourceFactory) {
    (self.engine, self.settings, self.makeSource) = (engine, settings, makeSource)
  }

  package static let names = [
    "import", "cycle", "assign", "segments", "segment", "sample", "decide", "explain", "replay", "export", "diff",
    "plan", "evidence", "evaluate",
  ]

  /// Carries out one operation.
  /// - Parameter progress: told of long work, rows or facts so far.
  package func run(
    _ name: String, _ arguments: JSONValue, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(EngineError) -> JSONValue {
    switch name {
    case "import": return try await importFacts(arguments, progress: progress)
    case "cycle": return try await cycle(arguments)
    case "assign": return try await assign(arguments)
    case "segments": return try await segments(arguments)
    case "segment": return try await engine.segment(try text("id", arguments))
    case "sample": return try await sample(arguments)
    case "decide": return try await decide(arguments)
    case "explain": return try await engine.decision(try text("id", arguments))
    case "replay": return try await replay(arguments)
    case "export": return try await exportDecisions(arguments)
    case "plan":
      let at = try instant("at", arguments) ?? engine.clock.now()
      var plan = await engine.granularityPlan(at: at, budget: arguments["budget"]?.double ?? Engine.planBudget)
      if let hours = arguments["hours"]?.integer, case .object(var members) = plan {
        members["stability"] = await engine.stability(at: at, hours: hours)
        plan = .object(members)
      }
      return plan
    case "evidence": return try await engine.evidence()
    case "evaluate": return try await evaluate(try question(arguments))
    case "diff": return try await engine.diff(ofCycle: try number("cycle", arguments))
    default:
      throw EngineError(
        .invalid, "there is no operation \"\(name)\"\(NearestName.suggestion(for: name, among: Operations.names))")
    }
  }

  private func cycle(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    let (row, isNew) = try await engine.runCycle(at: try instant("at", arguments))
    guard case .object(var object) = Engine.json(row) else { return .null }
    object["new"] = .bool(isNew)
    return .object(object)
  }

  private func segments(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    let (rows, total) = try await engine.segments(SegmentFilter(), limit: arguments["limit"]?.integer ?? .max)
    return ["segments": .array(rows), "total": .integer(total)]
  }

  private func sample(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    guard let (_, book) = try await engine.bookInForce(), !book.entries.isEmpty else { throw Engine.noBook }
    let pick = (arguments["pick"]?.integer ?? 0) % book.entries.count
    return try await engine.segment(book.entries[abs(pick)].segment.id)
  }

  private func decide(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    let placement = try text("placement", arguments)
    let subject: DecideSubject
    if let customer = arguments["customer"]?.text {
      subject = .customer(Array(customer.utf8))
    } else {
      subject = .anonymous(Array(try text("anonymous", arguments).utf8))
    }
    if !engine.serving.isOn {
      engine.serving.turnOn()
      _ = try await engine.activateBookInForce()
    }
    var out: [UInt8] = []
    do throws(DecideError) {
      try Decider(engine.serving, now: engine.clock.now()).answer(subject, placement: placement, to: &out)
    } catch {
      guard case .unknownPlacement(let name, let nearest) = error else { return .null }
      let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
      throw EngineError(.notFound, "there is no placement \"\(name)\"\(hint)")
    }
    return (try? JSONParser.parse(out)) ?? .null
  }

  private func replay(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    try await engine.replay(
      cycle: try number("cycle", arguments), isLive: arguments["live"]?.flag ?? false
    ).json
  }

  /// The frequency cap chooses nothing, so it is a question of its own.
  private func evaluate(_ question: PolicyQuestion) async throws(EngineError) -> JSONValue {
    guard question.without.contains(Engine.frequencyCapCode) else { return try await engine.evaluate(question) }
    guard question.asksOnlyOfTheCap else {
      throw EngineError(.invalid, "ask of the frequency cap alone: it holds people back and chooses nothing")
    }
    return try await engine.capCost(question.placement)
  }

  private func question(_ arguments: JSONValue) throws(EngineError) -> PolicyQuestion {
    var question = PolicyQuestion()
    question.policy = arguments["policy"]?.text
    if let name = question.policy, !BanditRules.policies.contains(name) {
      throw EngineError(
        .invalid, "there is no policy \"\(name)\"\(NearestName.suggestion(for: name, among: BanditRules.policies))")
    }
    question.floor = arguments["floor"]?.double
    if let floor = question.floor, !(0...1).contains(floor) {
      throw EngineError(.invalid, "floor must be from 0 to 1")
    }
    question.without = Set((arguments["without"]?.elements ?? []).compactMap(\.text))
    let codes = GuardrailList.codes + [Engine.frequencyCapCode]
    for code in question.without.sorted() where !codes.contains(code) {
      throw EngineError(
        .invalid, "there is no guardrail \"\(code)\"\(NearestName.suggestion(for: code, among: codes))")
    }
    question.isWithoutAgent = arguments["without_agent"]?.flag ?? false
    question.isWithoutVetoes = arguments["without_vetoes"]?.flag ?? false
    question.withoutClaims = Set((arguments["without_claims"]?.elements ?? []).compactMap(\.text))
    question.placement = arguments["placement"]?.text
    if let id = question.placement, engine.policy.placement(id) == nil {
      let ids = engine.policy.placements.map(\.id)
      throw EngineError(.notFound, "there is no placement \"\(id)\"\(NearestName.suggestion(for: id, among: ids))")
    }
    if let cycles = arguments["cycles"]?.integer { question.cycles = max(1, cycles) }
    return question
  }

  func text(_ name: String, _ arguments: JSONValue) throws(EngineError) -> String {
    guard let text = arguments[name]?.text, !text.isEmpty else { throw EngineError(.invalid, "\(name) is missing") }
    return text
  }

  func number(_ name: String, _ arguments: JSONValue) throws(EngineError) -> Int {
    guard let number = arguments[name]?.integer else { throw EngineError(.invalid, "\(name) must be a whole number") }
    return number
  }

  func instant(_ name: String, _ arguments: JSONValue) throws(EngineError) -> Instant? {
    guard let text = arguments[name]?.text else { return nil }
    do { return try Instant(parsing: text) } catch { throw EngineError(.invalid, "\(name): \(error.message)") }
  }
}
