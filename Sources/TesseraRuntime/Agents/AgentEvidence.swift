import TesseraAgents
import TesseraBandits
import TesseraModel

/// How predictions came out.
struct PredictionTally: Sendable, Equatable {
  var right = 0
  var wrong = 0
  /// Seen by too few to tell.
  var undecided = 0

  static func += (a: inout PredictionTally, b: PredictionTally) {
    a.right += b.right
    a.wrong += b.wrong
    a.undecided += b.undecided
  }
}

/// What is needed of a decision to judge what an agent did to it.
struct DecisionTrace: Sendable {
  /// What was expected without the agent, in the placement's unit.
  let baseline: Double
  let segment: String
  let author: String
  let kinds: [AgentEvidence.Kind]
  let claims: [(claim: Claim, prediction: Claim.Prediction)]
  /// Actions by their codes, to tell which part an exposure was of.
  let actions: [UInt64: Action]

  /// Nil for a decision that no agent changed.
  init?(_ decision: Decision) {
    guard let overlay = decision.overlay, !overlay.effects.isEmpty else { return nil }
    baseline = decision.arms.reduce(0) { $0 + Propensity.double($1.off) * $1.score }
    (segment, author) = (overlay.segment, overlay.author)
    kinds = Set(
      overlay.effects.map { AgentEvidence.Kind(author: overlay.author, code: $0.claim, strength: $0.strength) }
    )
    .sorted()
    claims = overlay.claims.compactMap { claim in claim.scored.map { (claim, $0) } }
    actions = Dictionary(decision.arms.map { ($0.action.code, $0.action) }) { first, _ in first }
  }
}

/// What the agents' part earned, by author and kind of reason, and which claims came true: from exposures alone.
struct AgentEvidence: Sendable {
  /// Effects that earn trust together.
  struct Kind: Hashable, Comparable, Sendable {
    let author: String
    let code: String
    let strength: Overlay.Strength

    static func < (a: Kind, b: Kind) -> Bool {
      (a.author, a.code, a.strength.rawValue) < (b.author, b.code, b.strength.rawValue)
    }
  }

  private(set) var authors: [String: AgentLift] = [:]
  private(set) var kinds: [Kind: AgentLift] = [:]
  /// By author and code.
  private(set) var track: [String: [String: PredictionTally]] = [:]
  private(set) var bySegment: [String: PredictionTally] = [:]
  /// By author and placement, where lifts have a unit.
  private(set) var places: [Place: AgentLift] = [:]
  private var units: [String: (reward: String, scale: Double)] = [:]
  /// What predictions are held against, whether their time is up or not.
  private(set) var observed: [ClaimKey: Observed] = [:]

  /// An author's part in a placement.
  struct Place: Hashable, Comparable, Sendable {
    let author: String
    let placement: String

    static func < (a: Place, b: Place) -> Bool { (a.author, a.placement) < (b.author, b.placement) }
  }

  /// Exposures older than this say little of an agent of today.
  static let days = 14
  /// An observed mean says nothing before so many.
  static let exposuresMin = 30

  init() {}

  /// - Parameter trace: of a decision, by eight bytes of its id.
  init(
    _ join: RewardJoin, at instant: Instant, placements: [PlacementPolicy], trace: ([UInt8]) -> DecisionTrace?
  ) {
    let scales = Dictionary(placements.map { ($0.code, RewardScale($0)) }) { first, _ in first }
    let names = Dictionary(placements.map { ($0.code, $0.id) }) { first, _ in first }
    for placement in placements {
      units[placement.id] = (placement.reward.rawValue, RewardScale(placement).high)
    }
    var bets = AgentBets(join, at: instant, placements: placements)
    var people: [ByteKey: Int] = [:]
    for outcome in AgentEvidence.relevant(join, at: instant) {
      let receipt = outcome.exposure.receipt
      guard let trace = trace(receipt.decision), let scale = scales[receipt.placement] else { continue }
      // On the placement's scale: clicks and money would not add up.
      let share = Double(outcome.steps) / Double(RewardScale.steps)
      for (claim, prediction) in trace.claims {
        guard let action = trace.actions[receipt.action], prediction.part.concerns(action) else { continue }
        observed[ClaimKey(trace, receipt.placement, claim, prediction), default: Observed()].add(scale.high * share)
      }
      let (baseline, lowest) = (trace.baseline / scale.high, scale.low / scale.high)
      let term = AgentLift.term(receipt, reward: share, baseline: baseline, lowest: lowest)
      guard let term else { continue }
      let hours = max(0, outcome.exposure.shownAt.age(at: instant) / Instant.hour)
      let weight = AgentEvidence.weights[min(Int(hours), AgentEvidence.weights.count - 1)]
      let next = people.count
      let person = people[ByteKey(outcome.person), default: next]
      if person == next { people[ByteKey(outcome.person)] = next }
      let place = Place(author: trace.author, placement: names[receipt.placement] ?? "")
      authors[trace.author, default: AgentLift()].add(term.value, weight: weight, of: person)
      places[place, default: AgentLift()].add(term.value, weight: weight, of: person)
      for kind in trace.kinds {
        kinds[kind, default: AgentLift()].add(term.shared(by: trace.kinds.count).value, weight: weight, of: person)
      }
      guard let total = bets.reward(outcome, segment: trace.segment),
        let item = AgentLift.term(receipt, reward: total, baseline: baseline, lowest: lowest)
      else { continue }
      authors[trace.author, default: AgentLift()].bet(item)
      for kind in trace.kinds { kinds[kind, default: AgentLift()].bet(item.shared(by: trace.kinds.count)) }
    }
    for (key, seen) in observed where key.end <= instant {
      var tally = PredictionTally()
      switch seen.isRight(key) {
      case nil: tally.undecided = 1
      case true?: tally.right = 1
      case false?: tally.wrong = 1
      }
      track[key.author, default: [:]][key.code, default: PredictionTally()] += tally
      bySegment[key.segment, default: PredictionTally()] += tally
    }
  }

  /// Exposures that an agent's part could have changed, in an order that does not depend on that of arrival.
  static func relevant(_ join: RewardJoin, at instant: Instant) -> [RewardJoin.Outcome] {
    join.outcomes.filter { outcome in
      let receipt = outcome.exposure.receipt
      return outcome.isMatured && receipt.group == .decisioned && receipt.propensityOn != receipt.propensityOff
        && outcome.exposure.shownAt.age(at: instant) < Int64(days) * Instant.day
    }.sorted { a, b in
      let (x, y) = (a.exposure, b.exposure)
      if x.shownAt != y.shownAt { return x.shownAt < y.shownAt }
      if x.receipt.placement != y.receipt.placement { return x.receipt.placement < y.receipt.placement }
      if x.receipt.cycle != y.receipt.cycle { return x.receipt.cycle < y.receipt.cycle }
      if x.receipt.action != y.receipt.action { return x.receipt.action < y.receipt.action }
      return x.receipt.subject.utf8.lexicographicallyPrecedes(y.receipt.subject.utf8)
    }
  }

  private static let weights: [Double] = {
    var out = [1.0]
    for _ in 0..<(days * 24) { out.append(out[out.count - 1] * AgentLift.discount) }
    return out
  }()

  /// A prediction: what of whom, and until when.
  struct ClaimKey: Hashable, Sendable {
    let author: String
    let segment: String
    let placement: UInt32
    let code: String
    let part: ActionPart
    let isMore: Bool
    let baseline: Double
    let end: Instant

    init(_ trace: DecisionTrace, _ placement: UInt32, _ claim: Claim, _ prediction: Claim.Prediction) {
      self.init(author: trace.author, segment: trace.segment, placement, claim, prediction)
    }

    init(author: String, segment: String, _ placement: UInt32, _ claim: Claim, _ prediction: Claim.Prediction) {
      (self.author, self.segment, self.placement, code) = (author, segment, placement, claim.code)
      (part, isMore, baseline) = (prediction.part, prediction.isMore, prediction.baseline)
      end = (claim.madeAt ?? Instant(milliseconds: 0)).adding(Int64(claim.horizonHours) * Instant.hour)
    }
  }

  /// Exposures of what a prediction speaks of, and what they earned in the placement's unit.
  struct Observed: Sendable {
    var count = 0
    var sum = 0.0
    mutating func add(_ reward: Double) {
      count += 1
      sum += reward
    }

    /// Whether a prediction holds; nil where too few have seen it to tell.
    func isRight(_ key: ClaimKey) -> Bool? {
      guard count >= AgentEvidence.exposuresMin else { return nil }
      return (sum / Double(count) > key.baseline) == key.isMore
    }
  }
}

extension AgentEvidence {
  /// How much an effect's opinion counts by what its kind earned.
  func trust(_ kind: Kind) -> Double {
    let author = authors[kind.author]?.trust(parent: AgentLift.trustAtStart) ?? AgentLift.trustAtStart
    guard let own = kinds[kind] else { return author }
    return own.doesHarm ? AgentLift.trustRange.lowerBound : own.trust(parent: author)
  }

  /// For the report and the pages.
  var json: JSONValue {
    func lift(_ lift: AgentLift, times scale: Double = 1) -> [(String, JSONValue)] {
      let interval = lift.interval
      func number(_ x: Double) -> JSONValue { .double(DigestNumber.significant(x * scale, digits: 4)) }
      return [
        ("exposures", .integer(lift.count)), ("lift", number(lift.mean)),
        ("low", interval.isFinite ? number(interval.lower) : .null),
        ("high", interval.isFinite ? number(interval.upper) : .null),
      ]
    }
    let byPlace = places.sorted { $0.key < $1.key }.map { place, value -> JSONValue in
      let unit = units[place.placement] ?? ("", 1)
      return .object(
        JSONObject(
          [
            ("author", .string(place.author)), ("placement", .string(place.placement)),
            ("reward", .string(unit.reward)),
          ] + lift(value, times: unit.scale)))
    }
    let byAuthor = authors.sorted { $0.key < $1.key }.map { author, value -> JSONValue in
      .object(JSONObject([("author", .string(author))] + lift(value)))
    }
    let byKind = kinds.sorted { $0.key < $1.key }.map { kind, value -> JSONValue in
      .object(
        JSONObject(
          [
            ("author", .string(kind.author)), ("reason", .string(kind.code)),
            ("strength", .string(kind.strength.rawValue)),
          ] + lift(value) + [("trust", .double(DigestNumber.significant(trust(kind))))]))
    }
    let claims = track.sorted { $0.key < $1.key }.flatMap { author, codes in
      codes.sorted { $0.key < $1.key }.map { code, tally -> JSONValue in
        [
          "author": .string(author), "reason": .string(code), "came_true": .integer(tally.right),
          "did_not": .integer(tally.wrong), "undecided": .integer(tally.undecided),
        ]
      }
    }
    return [
      "authors": .array(byAuthor), "placements": .array(byPlace), "reasons": .array(byKind), "claims": .array(claims),
    ]
  }
}
