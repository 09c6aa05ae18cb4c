import TesseraBandits
package import TesseraModel
import TesseraSegments

extension Engine {
  /// The word for the frequency cap among the guardrails that can be asked about.
  package static let frequencyCapCode = "frequency-cap"

  /// What the frequency cap costs, as far as can be told. It holds people back instead of choosing among actions, so no
  /// log has anybody beyond it, and no weighing of rows can answer: what is told is how many it holds back now, what
  /// those earned who were sent something, and what it would come to if the others were no less willing. They have just
  /// had messages, so that is a most.
  package func capCost(_ only: String?) async throws(EngineError) -> JSONValue {
    let now = clock.now()
    let rules = policy.guardrails
    let join = rewardsSoFar(at: now)
    let heldBack = capHolds(at: now)
    let placements = policy.placements.filter { $0.messageChannel != nil && $0.id == only ?? $0.id }
    return [
      "question": "without the frequency cap",
      "cap": ["messages": .integer(rules.frequencyCapMessages), "days": .integer(rules.frequencyCapDays)],
      "held_back": .array(
        placements.map { placement in
          let rate = Engine.drawnRate(join, placement)
          let count = placement.messageChannel.flatMap { heldBack[$0] } ?? 0
          let earned = rate.rate
          let error = rate.personVariance.map { ($0 / Double(rate.persons)).squareRoot() }
          let interval = ConfidenceInterval(center: earned ?? 0, halfWidth: error.map { 1.96 * $0 } ?? .infinity)
          func number(_ x: Double?) -> JSONValue { x.map { .double(($0 * 1e9).rounded() / 1e9) } ?? .null }
          return [
            "placement": .string(placement.id), "reward": .string(placement.reward.rawValue),
            "people": .integer(count), "persons_sent": .integer(rate.persons), "rate": number(earned),
            "low": number(interval.isFinite ? interval.lower : nil),
            "high": number(interval.isFinite ? interval.upper : nil),
            "at_most": number(earned.map { $0 * Double(count) }),
          ]
        }),
      "warnings": [
        "support is missing: nobody beyond the cap was sent anything. Raise it for a share of people and compare them."
      ],
    ]
  }

  /// Customers by channel who consent to it, have not unsubscribed, and have had as many messages as the cap allows.
  private func capHolds(at now: Instant) -> [MessageChannel: Int] {
    let (profiles, rule) = (profiles, activityRule(at: now))
    var free = rule
    free.capMessages = .max
    var out: [MessageChannel: Int] = [:]
    var view = ProfileView(profiles, at: now, spendCuts: serving.spendCuts)
    for c in 0..<profiles.customers.count where view.fill(profiles, .customer(Int32(c))) {
      for channel in MessageChannel.allCases
      where free.mayReceive(channel, view) && !rule.mayReceive(channel, view) { out[channel, default: 0] += 1 }
    }
    return out
  }

  /// What an exposure earned where an action was drawn.
  private static func drawnRate(_ join: RewardJoin, _ placement: PlacementPolicy) -> ClusteredRate {
    let high = RewardScale(placement).high
    var people: [ByteKey: (exposures: Int, steps: Int)] = [:]
    for outcome in join.outcomes where outcome.placement == placement.code && outcome.isMatured && outcome.action != 0 {
      guard outcome.group == .decisioned || outcome.group == .random else { continue }
      people[ByteKey(outcome.person), default: (0, 0)].exposures += 1
      people[ByteKey(outcome.person), default: (0, 0)].steps += outcome.steps
    }
    var rate = ClusteredRate()
    // Floating sums depend on their order, so people are taken in that of their ids.
    for (_, person) in people.sorted(by: { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }) {
      rate.add(exposures: person.exposures, reward: high * Double(person.steps) / Double(RewardScale.steps))
    }
    return rate
  }
}
