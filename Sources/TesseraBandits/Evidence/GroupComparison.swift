package import TesseraModel

/// What the groups of a placement earned, and the lift of decisions over each of the others.
///
/// People are what is counted. Someone seen in two groups (as a visitor in one, as a customer in another) belongs to
/// the group of their first exposure, with all that they were shown: to leave them out would leave out buyers, who log
/// in, and more of them from small groups. Only matured exposures count. A group that is shown nothing cannot click, so
/// clicks are compared among groups that are shown something.
package struct GroupComparison: Sendable {
  /// A group of which the decisioned one is compared with.
  package struct Over: Sendable {
    package let group: Group
    package let lift: Lift
  }

  package let rates: [Group: ClusteredRate]
  package let comparisons: [Over]
  package let sampleRatio: SampleRatio?
  /// People seen in more than one group.
  package let mixedPersons: Int
  package let matured: Int
  package let pending: Int
  /// Over the random group, by segment; nil where segments were left out.
  package let bySegment: SegmentLifts?

  /// - Parameters:
  ///   - since: what was decided before it does not count: the groups had other sizes.
  ///   - segments: to tell where someone belongs; nil leaves segments out.
  package init(
    _ join: RewardJoin, placement: PlacementPolicy, shares: GroupShares, since: Instant, segments: DecidedSegments?,
    rules: Lift.Rules = Lift.Rules()
  ) {
    let scale = RewardScale(placement)
    let (people, matured, pending) = GroupComparison.people(join, placement, since, segments)
    var rates: [Group: ClusteredRate] = [:]
    var strata: [Int: [Group: ClusteredRate]] = [:]
    // Floating sums depend on their order, so people are taken in that of their ids.
    for (_, person) in people.sorted(by: { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }) {
      guard let group = person.group, person.exposures > 0 else { continue }
      let reward = scale.high * Double(person.steps) / Double(RewardScale.steps)
      rates[group, default: ClusteredRate()].add(exposures: person.exposures, reward: reward)
      guard person.home >= 0, group == .decisioned || group == .random else { continue }
      strata[person.home, default: [:]][group, default: ClusteredRate()]
        .add(exposures: person.exposures, reward: reward)
    }
    (self.rates, self.matured, self.pending) = (rates, matured, pending)
    mixedPersons = people.values.count { $0.groups.nonzeroBitCount > 1 }
    let compared = GroupComparison.shown(placement, hearsOfSilence: (rates[.holdout]?.persons ?? 0) > 0)
    comparisons = compared.filter { $0 != .decisioned && shares.share(of: $0) > 0 }.map { group in
      let lift = Lift(
        of: rates[.decisioned] ?? ClusteredRate(), over: rates[group] ?? ClusteredRate(), rules: rules,
        names: ("decisioned", group.words))
      return Over(group: group, lift: lift)
    }
    sampleRatio = GroupComparison.ratio(placement, shares, rates.mapValues(\.persons))
    bySegment = segments.map { _ in
      SegmentLifts(
        strata.map { .init(number: $0, group: $1[.decisioned] ?? .init(), base: $1[.random] ?? .init()) },
        group: rates[.decisioned] ?? ClusteredRate(), base: rates[.random] ?? ClusteredRate(), rules: rules,
        names: ("decisioned", Group.random.words))
    }
  }

  /// Groups whose rewards can be compared, and that are all told of when something is shown.
  /// - Parameter hearsOfSilence: whether a message that was not sent is reported, too.
  private static func shown(_ placement: PlacementPolicy, hearsOfSilence: Bool) -> [Group] {
    if placement.reward != .click, placement.channel == "onsite" || hearsOfSilence { return Group.allCases }
    return [.decisioned, .random] + (placement.businessAsUsual != nil ? [.businessAsUsual] : [])
  }

  /// The sizes of a placement's groups beside those they should have, and nothing else: what each cycle looks at.
  package static func sampleRatio(
    _ join: RewardJoin, placement: PlacementPolicy, shares: GroupShares, since: Instant
  ) -> SampleRatio? {
    var persons: [Group: Int] = [:]
    for person in people(join, placement, since, nil).people.values where person.exposures > 0 {
      if let group = person.group { persons[group, default: 0] += 1 }
    }
    return ratio(placement, shares, persons)
  }

  private static func people(
    _ join: RewardJoin, _ placement: PlacementPolicy, _ since: Instant, _ segments: DecidedSegments?
  ) -> (people: [ByteKey: Person], matured: Int, pending: Int) {
    var people: [ByteKey: Person] = [:]
    var (matured, pending) = (0, 0)
    for outcome in join.outcomes
    where outcome.placement == placement.code && outcome.exposure.receipt.at >= since {
      if outcome.isMatured { matured += 1 } else { pending += 1 }
      people[ByteKey(outcome.person), default: Person()]
        .add(outcome, home: segments?.nearest(to: outcome.context) ?? -1)
    }
    return (people, matured, pending)
  }

  private static func ratio(
    _ placement: PlacementPolicy, _ shares: GroupShares, _ persons: [Group: Int]
  ) -> SampleRatio? {
    // A message that is not sent is not reported, unless the events of an export's `--silent` are imported.
    guard placement.channel == "onsite" || (persons[.holdout] ?? 0) > 0 else { return nil }
    return SampleRatio(
      Group.allCases.map { group in
        .init(name: group.words, share: Double(shares.share(of: group)), count: persons[group] ?? 0)
      })
  }
}

/// Someone's exposures.
private struct Person {
  /// The group of their first exposure, matured or not.
  var group: Group?
  /// All groups they were seen in, a bit each.
  var groups: UInt8 = 0
  /// Matured ones.
  var exposures = 0
  var steps = 0
  /// Where they were seen first: where they came to be may be an effect of what they were shown.
  var home = -1
  private var first: RewardJoin.Outcome?

  mutating func add(_ outcome: RewardJoin.Outcome, home: Int) {
    groups |= 1 << outcome.group.number
    if first.map({ Person.precedes(outcome, $0) }) ?? true {
      (first, group, self.home) = (outcome, outcome.group, home)
    }
    guard outcome.isMatured else { return }
    exposures += 1
    steps += outcome.steps
  }

  /// Outcomes come in no order; of two in one millisecond the same one is always first.
  private static func precedes(_ a: RewardJoin.Outcome, _ b: RewardJoin.Outcome) -> Bool {
    let (x, y) = (a.exposure, b.exposure)
    if x.shownAt != y.shownAt { return x.shownAt < y.shownAt }
    if x.receipt.subject != y.receipt.subject {
      return x.receipt.subject.utf8.lexicographicallyPrecedes(y.receipt.subject.utf8)
    }
    return x.receipt.decision.lexicographicallyPrecedes(y.receipt.decision)
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
