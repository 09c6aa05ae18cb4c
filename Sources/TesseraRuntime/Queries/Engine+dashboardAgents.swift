import TesseraAgents
package import TesseraModel
import TesseraSegments
import TesseraStorage

extension Engine {
  /// Cycles that the longest sum goes over: thirty days of hours.
  private static let agentCycles = 720
  private static let agentCyclesShown = 48
  /// What the agents' part is priced by where no model works.
  private static let estimateModel = "claude-haiku-5-5"
  /// Looks that are read to measure a call's tokens, and digests to estimate them.
  private static let looksMeasured = 200

  /// The agents' part: whether it works, what it did and cost, what it earned, as of the last cycle.
  package func agentsReport() async throws(EngineError) -> JSONValue {
    do throws(StorageError) {
      let rows = try await state.cycles(before: nil, limit: Engine.agentCycles).filter { $0.status == .published }
      let reports = rows.map { Engine.json($0) }
      let newest = reports.first
      let agent = newest?["agent"]
      let day = AgentTally(reports.prefix(24))
      let author = agents.author(trial: policy.agent.trial)
      // Cycles of another analyst say nothing of what this one costs.
      let own = AgentTally(reports.prefix(24).filter { $0["agent"]?["analyst"]?.text == author })
      let economics = try await economics(own, newest)
      let rules = policy.agent
      var object = JSONObject([
        ("cycle", newest?["cycle"] ?? .null), ("at", newest?["at"] ?? .null),
        ("state", .string(agentState(agent))), ("analyst", .string(agents.author(trial: rules.trial))),
        ("analyst_of_cycle", agent?["analyst"] ?? .null), ("off", agent?["off"] ?? .null),
        ("trouble", agent?["trouble"] ?? .null), ("trial", .integer(rules.trial)), ("share", .integer(rules.share)),
        ("look_hours", .integer(rules.lookHours)), ("together", .integer(rules.together)),
        ("model", model ?? .null), ("this_hour", AgentTally(reports.prefix(1)).json), ("last_24", day.json),
        ("last_720", AgentTally(reports).json), ("budgets", try await budgets()), ("economics", economics.json),
        ("evidence", agent?["evidence"] ?? .null),
      ])
      object["worth"] = worth(agent?["evidence"], reports)
      object["cycles"] = .array(reports.prefix(Engine.agentCyclesShown).map(Engine.agentHour))
      return .object(object)
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// `disabled` by the configuration, `waiting` for a first cycle, or one of a new trial, `off` because it did harm, in
  /// `trouble`, or `working`.
  private func agentState(_ agent: JSONValue?) -> String {
    guard policy.agent.enabled, policy.agent.share > 0 else { return "disabled" }
    guard let agent, agent["analyst"]?.text == agents.author(trial: policy.agent.trial) else { return "waiting" }
    if agent["off"]?.text != nil { return "off" }
    return agent["trouble"]?.text != nil || (agent["failed"]?.integer ?? 0) > 0 ? "trouble" : "working"
  }

  private var model: JSONValue? {
    guard let model = agents.model else { return nil }
    return [
      "name": .string(model.name),
      "is_priced": .bool(agents.prices.row(priceName(model), at: agents.wallClock()) != nil),
    ]
  }

  private func priceName(_ model: any LanguageModel) -> String { model.profile.pricedAs ?? model.name }

  private static func agentHour(_ report: JSONValue) -> JSONValue {
    let agent = report["agent"]
    let tokens = (agent?["tokens_in"]?.integer ?? 0) + (agent?["tokens_out"]?.integer ?? 0)
    return [
      "cycle": report["cycle"] ?? .null, "at": report["at"] ?? .null, "looked": agent?["looked"] ?? 0,
      "skipped": agent?["skipped"] ?? 0, "tokens": .integer(tokens), "cost": agent?["cost"] ?? 0,
      "failed": agent?["failed"] ?? 0,
    ]
  }

  /// By the real clock, which limits go by.
  private func budgets() async throws(StorageError) -> JSONValue {
    let limits = AgentLimits(policy.agent)
    let now = agents.wallClock()
    var out: [JSONValue] = []
    for span in AgentLimits.Span.allCases {
      // A damaged account stops agents, and not the page that says so.
      let used = try? await account.used(span, at: now)
      out.append([
        "span": .string(span.rawValue), "spent": used.map { AgentTally.dollars(Double($0.money) / 1e9) } ?? .null,
        "limit": limits.money[span].map { AgentTally.dollars(Double($0) / 1e9) } ?? .null,
        "tokens": used.map { .integer($0.tokens) } ?? .null,
        "tokens_limit": limits.tokens[span].map { .integer($0) } ?? .null,
      ])
    }
    return .array(out)
  }

  // MARK: Economics

  private func economics(_ day: AgentTally, _ newest: JSONValue?) async throws(StorageError) -> AgentEconomics {
    let records = try await agents.runs.runs(after: nil, limit: Engine.looksMeasured).compactMap {
      (try? JSONParser.parse($0.record)).flatMap { AgentRunRecord(json: $0) }
    }
    let model = agents.model
    let measured = model == nil ? nil : LookTokens(measured: records)
    let estimate = try await estimatedTokens(records)
    let listed = model == nil ? agents.prices.rows.last { $0.model == Engine.estimateModel } : nil
    let price = agents.prices.row(model.map(priceName) ?? Engine.estimateModel, at: agents.wallClock()) ?? listed
    let tokens = measured ?? estimate
    let cost = price.map {
      LookCost(model == nil ? [] : records, estimate: estimate, price: $0, together: policy.agent.together)
    }
    return AgentEconomics(
      day: day, segments: newest?["segments_decided"]?.integer ?? 0,
      active: newest?["segments_active"]?.integer ?? 0, customers: newest?["customers"]?.integer ?? 0,
      tokens: tokens, cost: tokens == nil ? nil : cost, price: price, withTools: policy.agent.withTools)
  }

  /// From the instructions, the shop's table and the digests that there are; nil before the first look.
  private func estimatedTokens(_ records: [AgentRunRecord]) async throws(StorageError) -> LookTokens? {
    let hashes = records.flatMap { $0.segments.map(\.digest) }
    let sizes = try await agents.runs.blobs(Array(hashes.prefix(Engine.looksMeasured))).values.map(\.count)
    guard !sizes.isEmpty else { return nil }
    let common = ModelRequest(
      system: [AgentContract.instructions, ShopTable.text(ArmTable(policy), policy)], turns: [],
      answer: ModelAnswerSchema(name: "supplement", schema: AgentContract.answerSchema), outputTokensMax: 0)
    return LookTokens(prefixBytes: common.roughBytes, digestBytes: sizes.reduce(0, +) / sizes.count)
  }

  /// What the layer's lift came to over the exposures that it is measured by, and what it cost in that time.
  private func worth(_ evidence: JSONValue?, _ reports: [JSONValue]) -> JSONValue {
    let author = agents.author(trial: policy.agent.trial)
    let lately = reports.prefix(AgentEvidence.days * 24).filter { $0["agent"]?["analyst"]?.text == author }
    let cost = AgentTally(lately).cost
    let share = policy.agent.q
    let rows = (evidence?["placements"]?.elements ?? []).filter { $0["author"]?.text == author }
    let places = rows.map { row -> JSONValue in
      let exposures = Double(row["exposures"]?.integer ?? 0)
      // The share that is decided with the overlay is what earned it.
      func total(_ name: String) -> JSONValue {
        row[name]?.double.map { .double(DigestNumber.significant($0 * exposures * share, digits: 4)) } ?? .null
      }
      return [
        "placement": row["placement"] ?? .null, "reward": row["reward"] ?? .null,
        "exposures": row["exposures"] ?? .null, "earned": total("lift"), "low": total("low"), "high": total("high"),
      ]
    }
    return [
      "days": .integer(AgentEvidence.days), "share": .double(share), "cost": AgentTally.dollars(cost),
      "currency": .string(policy.shop.currency), "placements": .array(places),
    ]
  }
}
