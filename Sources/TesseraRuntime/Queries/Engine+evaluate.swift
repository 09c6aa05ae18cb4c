import Synchronization
import TesseraBandits
import TesseraDecisions
package import TesseraModel
import TesseraSegments
import TesseraStorage

/// A rule to try on the past.
package struct PolicyQuestion: Sendable {
  /// The bandit's policy; the one in force, if nil.
  package var policy: String?
  /// The exploration floor; the one in force, if nil.
  package var floor: Double?
  /// Guardrails that are left out, by code.
  package var without: Set<String> = []
  /// Whether the agents' overlays are left out.
  package var isWithoutAgent = false
  /// Whether the agents' vetoes are left out: effects that hold something back. Boosts stay.
  package var isWithoutVetoes = false
  /// Codes of claims whose effects are left out.
  package var withoutClaims: Set<String> = []
  /// One placement; all, if nil.
  package var placement: String?
  /// At most so many of the latest cycles.
  package var cycles = 500

  package init() {}

  /// What is tried, in words.
  var words: String {
    var parts: [String] = []
    if let policy { parts.append("policy \(policy)") }
    if let floor { parts.append("exploration floor \(floor)") }
    parts += without.sorted().map { "without the guardrail \($0)" }
    if isWithoutAgent { parts.append("without the agent") }
    if isWithoutVetoes { parts.append("without the agent's vetoes") }
    parts += withoutClaims.sorted().map { "without effects of the claim \($0)" }
    return parts.isEmpty ? "the rules as they were" : parts.joined(separator: ", ")
  }

  var asksOnlyOfTheCap: Bool {
    policy == nil && floor == nil && without == [Engine.frequencyCapCode] && !isWithoutAgent
      && !isWithoutVetoes && withoutClaims.isEmpty
  }

  /// What stays of the agents' overlays.
  func kept(_ overlays: [Overlay]) -> [Overlay] {
    if isWithoutAgent { return [] }
    return overlays.map { overlay in
      Overlay(
        segment: overlay.segment, placement: overlay.placement, author: overlay.author, claims: overlay.claims,
        effects: overlay.effects.filter {
          !(isWithoutVetoes && $0.direction == .suppress) && !withoutClaims.contains($0.claim)
        }, note: overlay.note, run: overlay.run)
    }
  }
}

extension Engine {
  /// Weights are clipped here: a single reward of an action that was all but never shown should not decide.
  private static let weightMax = 50.0

  /// Judges other rules on the store's own log: what each cycle would have decided under them, for the people who were
  /// shown something, by the rewards of what they were shown. Reward models are those of the cycles, which had seen
  /// nothing of what they are judged on.
  package func evaluate(_ question: PolicyQuestion) async throws(EngineError) -> JSONValue {
    let now = clock.now()
    let join = rewardsSoFar(at: now)
    var byCycle: [Int: [RewardJoin.Outcome]] = [:]
    let only = question.placement.map(PlacementPolicy.code)
    for outcome in join.outcomes where outcome.isMatured && outcome.action != 0 {
      guard outcome.group == .decisioned || outcome.group == .random, only ?? outcome.placement == outcome.placement
      else { continue }
      byCycle[outcome.exposure.receipt.cycle, default: []].append(outcome)
    }
    var people: [UInt32: [ByteKey: [LoggedRow]]] = [:]
    var (cycles, unread) = (0, 0)
    var claims: Set<String> = []
    for cycle in byCycle.keys.sorted(by: >).prefix(question.cycles) {
      guard let list = byCycle[cycle] else { continue }
      guard var past = try await reconsideration(cycle, question, &claims) else {
        unread += list.count
        continue
      }
      cycles += 1
      for outcome in list {
        guard let row = Engine.row(outcome, &past, policy) else {
          unread += 1
          continue
        }
        people[outcome.placement, default: [:]][ByteKey(outcome.person), default: []].append(row)
      }
    }
    for code in question.withoutClaims.subtracting(claims).sorted() {
      let hint = NearestName.suggestion(for: code, among: claims.sorted())
      throw EngineError(.invalid, "nothing in these cycles follows from a claim \"\(code)\"\(hint)")
    }
    var placements: [JSONValue] = []
    for placement in policy.placements {
      guard let rows = people[placement.code] else { continue }
      var evaluation = OffPolicy(clip: Engine.weightMax)
      for (_, rows) in rows.sorted(by: { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }) {
        evaluation.add(person: rows.sorted { Engine.order($0).lexicographicallyPrecedes(Engine.order($1)) })
      }
      placements.append(Engine.json(evaluation, placement))
    }
    return [
      "question": .string(question.words), "cycles": .integer(cycles), "rows_without_record": .integer(unread),
      "clip": .double(Engine.weightMax), "placements": .array(placements),
    ]
  }

  /// Sums depend on their order in the last bits, and exposures come in none.
  private static func order(_ row: LoggedRow) -> [Double] {
    [row.reward, row.propensity, row.targetProbability, row.model?.logged ?? 0, row.model?.target ?? 0]
  }

  /// A cycle under the changed rules; nil if its record is gone or cannot be read.
  /// - Parameter claims: gets the codes that effects of the cycle follow from.
  private func reconsideration(
    _ cycle: Int, _ question: PolicyQuestion, _ claims: inout Set<String>
  ) async throws(EngineError) -> Reconsideration? {
    let bytes: [UInt8]?
    do throws(StorageError) { bytes = try await state.record(ofCycle: cycle)?.input } catch {
      throw EngineError(.storage, error.message)
    }
    guard let bytes, let json = try? JSONParser.parse(bytes),
      let input = try? PlannerInput(json: json, box: AxisRegistry.box)
    else { return nil }
    var changed = input
    changed.overlays = question.kept(input.overlays)
    for overlay in input.overlays { claims.formUnion(overlay.effects.map(\.claim)) }
    changed.policy = try Engine.changed(input.policy, question)
    return Reconsideration(changed, logged: input, without: question.without)
  }

  private static func changed(_ policy: Policy, _ question: PolicyQuestion) throws(EngineError) -> Policy {
    guard case .object(var object) = policy.json, case .object(var bandit)? = object["bandit"] else { return policy }
    if let name = question.policy { bandit["policy"] = .string(name) }
    if let floor = question.floor { bandit["exploration_floor"] = .double(floor) }
    object["bandit"] = .object(bandit)
    do { return try Policy(json: .object(object), box: AxisRegistry.box) } catch {
      throw EngineError(.invalid, "\(error)")
    }
  }

  /// - Returns: nil where the placement's reward was another one then, so that scores and rewards have no common unit.
  private static func row(_ outcome: RewardJoin.Outcome, _ past: inout Reconsideration, _ policy: Policy) -> LoggedRow?
  {
    let receipt = outcome.exposure.receipt
    guard let placement = policy.placements.first(where: { $0.code == outcome.placement }),
      past.hasReward(of: placement),
      let asked = past.choice(outcome.context, placement: outcome.placement)
    else { return nil }
    let scale = RewardScale(placement)
    // In the order of their codes, so that sums are the same every time.
    let target = asked.propensities.sorted { $0.key < $1.key }
    let expected = target.reduce(0) { $0 + $1.value * (asked.scores[$1.key] ?? 0) }
    let unsupported = target.reduce(0) { $0 + (asked.logged.contains($1.key) ? 0 : $1.value) }
    return LoggedRow(
      reward: scale.high * Double(outcome.steps) / Double(RewardScale.steps),
      propensity: Propensity.double(receipt.propensity),
      targetProbability: past.propensity(receipt, asked),
      model: .init(logged: asked.scores[receipt.action] ?? 0, target: expected), unsupportedShare: min(1, unsupported))
  }

  private static func json(_ evaluation: OffPolicy, _ placement: PlacementPolicy) -> JSONValue {
    let sequence = ConfidenceSequence(tightestAt: 20_000, validFrom: 1_000)
    func number(_ x: Double) -> JSONValue { x.isFinite ? .double((x * 1e9).rounded() / 1e9) : .null }
    var warnings: [String] = []
    let estimators: [OffPolicyEstimator] = [.ips, .snips, .dm, .dr]
    let estimates = estimators.compactMap { estimator -> JSONValue? in
      guard let estimate = evaluation.estimate(estimator), let gain = evaluation.gain(estimator) else { return nil }
      warnings += estimate.warnings.map { "\(estimator.rawValue): \($0)" }
      let always = sequence.interval(gain.sample)
      return [
        "estimator": .string(estimator.rawValue), "value": number(estimate.value),
        "low": number(estimate.interval.lower), "high": number(estimate.interval.upper),
        "gain": number(gain.value), "gain_low": number(gain.interval.lower), "gain_high": number(gain.interval.upper),
        "gain_sequence_low": number(always.lower), "gain_sequence_high": number(always.upper),
      ]
    }
    let support = evaluation.support
    return [
      "placement": .string(placement.id), "reward": .string(placement.reward.rawValue),
      "rows": .integer(support.rows), "persons": .integer(evaluation.persons),
      "effective_sample_size": number(support.effectiveSampleSize), "weight_max": number(support.weightMax),
      "clipped": number(support.clippedShare), "missing_support": number(support.missingShare),
      "estimates": .array(estimates), "warnings": .strings(warnings),
    ]
  }
}
