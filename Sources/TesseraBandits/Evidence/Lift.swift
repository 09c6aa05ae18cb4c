/// How much more one group of people earns an exposure than another, with an interval that holds however often one
/// looks, and what may be said of it.
///
/// Rates are compared by people (`ClusteredRate`), the difference by `ConfidenceSequence.difference`: the people of the
/// two groups must be assigned at random in shares that stay the same (`SampleRatio` watches that). Units are those of
/// the rewards, an exposure; relative lifts are parts of the base's rate.
package struct Lift: Sendable, Equatable {
  /// From when on something is said, and how sure it has to be.
  package struct Rules: Sendable, Equatable {
    /// The probability of ever saying "better" or "worse" of groups that are alike.
    package var alpha = 0.05
    /// People that each group needs: before, the normal approximation that the interval rests on is not good enough.
    package var personsMin = 1_000
    /// Rewarded people that each group needs, for the same reason: a rare reward makes a skewed mean.
    package var rewardedPersonsMin = 50
    /// People in both groups together at which the interval is tightest.
    package var tightestAt = 20_000
    /// The same for one segment of many; it needs people and rewards like any two groups.
    package var tightestInSegmentAt = 2_000

    package init() {}
  }

  /// What may be said.
  package enum Verdict: Sendable, Equatable {
    /// With a sentence of what is missing.
    case notEnoughData(String)
    case better, worse, noDifferenceYet
  }

  /// Rewards an exposure; nil without exposures.
  package let rate: Double?
  package let baseRate: Double?
  /// Rate less base rate; nil for fewer than two people in a group.
  package let difference: Double?
  /// Of the difference, for a single look; for pooling.
  package let standardError: Double?
  /// Of the difference; everything until there is enough data.
  package let interval: ConfidenceInterval
  /// Difference by base rate; nil unless the base earns something.
  package let relative: Double?
  /// Everything until there is enough data.
  package let relativeInterval: ConfidenceInterval
  package let verdict: Verdict

  /// - Parameters:
  ///   - names: of the group and of its base, for sentences.
  package init(
    of group: ClusteredRate, over base: ClusteredRate, rules: Rules = Rules(),
    names: (group: String, base: String) = ("the group", "the comparison group")
  ) {
    let missing = [(group, names.group), (base, names.base)].compactMap { Lift.missing($0, $1, rules) }
    let sequence = ConfidenceSequence(
      alpha: rules.alpha, tightestAt: rules.tightestAt, validFrom: missing.isEmpty ? rules.personsMin : .max)
    (rate, baseRate) = (group.rate, base.rate)
    (difference, standardError, interval) = Lift.compare(Lift.sample(group), Lift.sample(base), sequence)
    if let rate = group.rate, let baseRate = base.rate, baseRate > 0, (rate / baseRate / baseRate).isFinite {
      // r/b − 1 moves with r by 1/b and with b by −r/b².
      let (a, b) = (Lift.sample(group, scale: 1 / baseRate), Lift.sample(base, scale: rate / baseRate / baseRate))
      relative = rate / baseRate - 1
      let width = Lift.compare(a, b, sequence).interval.halfWidth
      relativeInterval = ConfidenceInterval(center: rate / baseRate - 1, halfWidth: width)
    } else {
      (relative, relativeInterval) = (nil, .everything)
    }
    if missing.isEmpty {
      verdict = Lift.verdict(interval)
    } else {
      verdict = .notEnoughData("Not enough data yet: \(missing.joined(separator: "; ")).")
    }
  }

  /// What an interval of a difference says.
  static func verdict(_ interval: ConfidenceInterval) -> Verdict {
    interval.lower > 0 ? .better : interval.upper < 0 ? .worse : .noDifferenceYet
  }

  /// Difference, standard error and interval.
  private static func compare(
    _ a: ConfidenceSequence.Sample?, _ b: ConfidenceSequence.Sample?, _ sequence: ConfidenceSequence
  ) -> (difference: Double?, standardError: Double?, interval: ConfidenceInterval) {
    guard let a, let b else { return (nil, nil, .everything) }
    let error = (a.variance / Double(a.count) + b.variance / Double(b.count)).squareRoot()
    // Groups in which everyone is alike have no spread to judge by.
    return (a.mean - b.mean, error, error > 0 ? sequence.difference(a, b) : .everything)
  }

  private static func sample(_ rate: ClusteredRate, scale: Double = 1) -> ConfidenceSequence.Sample? {
    guard let mean = rate.rate, let variance = rate.personVariance else { return nil }
    return ConfidenceSequence.Sample(mean: mean * scale, variance: variance * scale * scale, count: rate.persons)
  }

  /// What a group lacks, if anything.
  private static func missing(_ rate: ClusteredRate, _ name: String, _ rules: Rules) -> String? {
    let persons = max(rules.personsMin, 2) - rate.persons
    let rewarded = max(rules.rewardedPersonsMin, 0) - rate.rewardedPersons
    var parts: [String] = []
    if persons > 0 { parts.append(EvidenceText.counted(persons, "more person", "more people")) }
    if rewarded > 0 { parts.append("\(EvidenceText.count(rewarded)) more with a reward") }
    return parts.isEmpty ? nil : "\(name) needs \(parts.joined(separator: " and "))"
  }
}
