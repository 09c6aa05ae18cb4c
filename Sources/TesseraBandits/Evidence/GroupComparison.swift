package import TesseraModel

/// What the groups of a placement earned, and the lift of decisions over each of the others.
///
/// People are what is counted: someone seen in two groups (as a visitor in one, as a customer in another) is left out
/// and said so. Only matured exposures count. A group that is shown nothing cannot click, so clicks are compared among
/// groups that are shown something.
package struct GroupComparison: Sendable {
  /// A group of which the decisioned one is compared with.
  package struct Over: Sendable {
    package let group: Group
    package let lift: Lift
  }

  /// A decided segment's lift over the random group, leaning on what all segments have in common.
  package struct SegmentLift: Sendable {
    /// Its number among the decided segments.
    package let segment: Int
    package let persons: Int
    package let lift: LiftPooling.Estimate
  }

  package let rates: [Group: ClusteredRate]
  package let comparisons: [Over]
  package let sampleRatio: SampleRatio?
  /// People seen in more than one group.
  package let mixedPersons: Int
  package let matured: Int
  package let pending: Int
  /// The segments with most people, and the lift that all have in common.
  package let segments: [SegmentLift]
  package let pooled: LiftPooling.Estimate?

  /// Segments shown.
  static let segmentsMax = 12

  /// - Parameters:
  ///   - since: exposures before it do not count: the groups had other sizes.
  ///   - person: who a subject is, so that visitors and the customers they turned out to be are one.
  ///   - segments: to tell where someone belongs; nil leaves segments out.
  package init(
    _ join: RewardJoin, placement: PlacementPolicy, shares: GroupShares, since: Instant, segments: DecidedSegments?,
    rules: Lift.Rules = Lift.Rules(), person: (String) -> String
  ) {
    let scale = RewardScale(placement)
    var people: [ByteKey: Person] = [:]
    var (matured, pending) = (0, 0)
    for outcome in join.outcomes
    where outcome.placement == placement.code && outcome.exposure.shownAt >= since {
      guard outcome.isMatured else {
        pending += 1
        continue
      }
      matured += 1
      let earned = scale.high * Double(outcome.steps) / Double(RewardScale.steps)
      people[ByteKey(person(outcome.exposure.receipt.subject)), default: Person()]
        .add(outcome, earned, home: segments?.home(of: outcome.context) ?? -1)
    }
    var rates: [Group: ClusteredRate] = [:]
    var strata: [Int: [Group: ClusteredRate]] = [:]
    // Floating sums depend on their order, so people are taken in that of their ids.
    for (_, person) in people.sorted(by: { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }) {
      guard !person.isMixed, let group = person.group else { continue }
      rates[group, default: ClusteredRate()].add(exposures: person.exposures, reward: person.reward)
      guard person.home >= 0, group == .decisioned || group == .random else { continue }
      strata[person.home, default: [:]][group, default: ClusteredRate()]
        .add(exposures: person.exposures, reward: person.reward)
    }
    (self.rates, self.matured, self.pending) = (rates, matured, pending)
    mixedPersons = people.values.count { $0.isMixed }
    let compared = GroupComparison.shown(placement)
    comparisons = compared.filter { $0 != .decisioned && shares.share(of: $0) > 0 }.map { group in
      let lift = Lift(
        of: rates[.decisioned] ?? ClusteredRate(), over: rates[group] ?? ClusteredRate(), rules: rules,
        names: ("decisioned", group.words))
      return Over(group: group, lift: lift)
    }
    sampleRatio = GroupComparison.ratio(placement, shares, rates)
    (self.segments, pooled) = GroupComparison.pool(strata)
  }

  /// Groups whose rewards can be compared, and that are all told of when something is shown.
  private static func shown(_ placement: PlacementPolicy) -> [Group] {
    let sees = placement.businessAsUsual != nil
    if placement.reward == .click { return [.decisioned, .random] + (sees ? [.businessAsUsual] : []) }
    if placement.channel == "onsite" { return Group.allCases }
    return [.decisioned, .random] + (sees ? [.businessAsUsual] : [])
  }

  private static func ratio(
    _ placement: PlacementPolicy, _ shares: GroupShares, _ rates: [Group: ClusteredRate]
  ) -> SampleRatio? {
    // A message that is not sent is not reported, so only what is shown on site can be counted on.
    guard placement.channel == "onsite" else { return nil }
    return SampleRatio(
      Group.allCases.map { group in
        .init(name: group.words, share: Double(shares.share(of: group)), count: rates[group]?.persons ?? 0)
      })
  }

  private static func pool(
    _ strata: [Int: [Group: ClusteredRate]]
  ) -> (segments: [SegmentLift], pooled: LiftPooling.Estimate?) {
    var rules = Lift.Rules()
    (rules.personsMin, rules.rewardedPersonsMin) = (2, 0)
    let sorted = strata.map { number, rates -> (number: Int, persons: Int, lift: Lift) in
      let (group, base) = (rates[.decisioned] ?? ClusteredRate(), rates[.random] ?? ClusteredRate())
      return (number, group.persons + base.persons, Lift(of: group, over: base, rules: rules))
    }.sorted { $0.persons != $1.persons ? $0.persons > $1.persons : $0.number < $1.number }
    let pooling = LiftPooling(
      sorted.map { .init(lift: $0.lift.difference ?? 0, standardError: $0.lift.standardError ?? 0) })
    let shown = zip(sorted, pooling.shrunk).prefix(segmentsMax).compactMap { stratum, lift in
      lift.map { SegmentLift(segment: stratum.number, persons: stratum.persons, lift: $0) }
    }
    return (shown, pooling.pooled)
  }
}

/// Someone's matured exposures.
private struct Person {
  var group: Group?
  var isMixed = false
  var exposures = 0
  var reward = 0.0
  var home = -1
  private var last: (at: Instant, decision: [UInt8])?

  mutating func add(_ outcome: RewardJoin.Outcome, _ earned: Double, home: Int) {
    if let group, group != outcome.group { isMixed = true }
    group = outcome.group
    exposures += 1
    reward += earned
    // Where they were seen last; outcomes come in no order.
    let here = (at: outcome.exposure.shownAt, decision: outcome.exposure.receipt.decision)
    if let last, (last.at, 0) > (here.at, 0) { return }
    if let last, last.at == here.at, !last.decision.lexicographicallyPrecedes(here.decision) { return }
    (last, self.home) = (here, home)
  }
}

extension Group {
  /// As it is called in sentences.
  package var words: String {
    switch self {
    case .decisioned: "decisioned"
    case .random: "random"
    case .businessAsUsual: "business as usual"
    case .holdout: "hold-out"
    }
  }
}
