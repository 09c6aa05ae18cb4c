/// Lift segment by segment, and of all segments together.
///
/// A segment's difference is moved towards what all have in common (`LiftPooling`), so that a small segment with a wild
/// number reads like the rest. What may be said of it rests on its own people alone, whatever the others are like: an
/// interval that leans on them would leave out just those segments that differ. The lift of all together is the mean of
/// the segments' own, each by its people, as in a stratified experiment (Miratrix, Sekhon and Yu 2013): it needs no
/// assumption on how segments differ, and people who are in segments of other rates add nothing to its spread.
package struct SegmentLifts: Sendable {
  /// The people of a segment, by group.
  package struct Stratum: Sendable {
    /// The segment's number among the decided.
    package let number: Int
    package let group: ClusteredRate
    package let base: ClusteredRate

    package init(number: Int, group: ClusteredRate, base: ClusteredRate) {
      (self.number, self.group, self.base) = (number, group, base)
    }

    var persons: Int { group.persons + base.persons }
  }

  /// A difference, and what may be said of it.
  package struct Told: Sendable {
    /// People in both groups.
    package let persons: Int
    package let difference: Double
    /// Of the own people alone; holds however often one looks; everything until there is enough data.
    package let interval: ConfidenceInterval
    package let verdict: Lift.Verdict
  }

  /// The segments with most people.
  package let segments: [(number: Int, lift: Told)]
  /// Nil without a segment that has people enough.
  package let together: Told?

  /// Segments shown.
  package static let shownMax = 12
  /// People a segment needs in each group to be shown by itself.
  static let personsMin = 20

  /// - Parameters:
  ///   - group: all people of the group, in segments or not, and `base` those of the other: their spread is what small
  ///     segments are weighed by.
  ///   - names: of the group and of its base, for sentences.
  package init(
    _ strata: [Stratum], group: ClusteredRate, base: ClusteredRate, rules: Lift.Rules, names: (String, String)
  ) {
    let usable = strata.filter { min($0.group.persons, $0.base.persons) >= SegmentLifts.personsMin }
      .sorted { $0.persons != $1.persons ? $0.persons > $1.persons : $0.number < $1.number }
    guard let spread = group.personVariance, let baseSpread = base.personVariance, !usable.isEmpty else {
      (segments, together) = ([], nil)
      return
    }
    // A small group without a reward has no spread and would look certain: all weigh by their people alone.
    let pooling = LiftPooling(
      usable.map { stratum in
        let variance = spread / Double(stratum.group.persons) + baseSpread / Double(stratum.base.persons)
        return .init(
          lift: (stratum.group.rate ?? 0) - (stratum.base.rate ?? 0), standardError: variance.squareRoot())
      })
    // As many are looked at as are shown: each may be wrong in its share of the cases.
    var each = rules
    each.alpha = rules.alpha / Double(SegmentLifts.shownMax)
    each.tightestAt = rules.tightestInSegmentAt
    segments = zip(usable, pooling.shrunk).prefix(SegmentLifts.shownMax).compactMap { stratum, estimate in
      guard let estimate else { return nil }
      let own = Lift(of: stratum.group, over: stratum.base, rules: each, names: names)
      let told = Told(
        persons: stratum.persons, difference: estimate.lift, interval: own.interval, verdict: own.verdict)
      return (stratum.number, told)
    }
    together = SegmentLifts.together(usable, Lift(of: group, over: base, rules: rules, names: names).verdict, rules)
  }

  private static func together(_ strata: [Stratum], _ whole: Lift.Verdict, _ rules: Lift.Rules) -> Told {
    let persons = strata.reduce(0) { $0 + $1.persons }
    var (lift, variance) = (0.0, 0.0)
    for stratum in strata {
      let share = Double(stratum.persons) / Double(persons)
      lift += share * ((stratum.group.rate ?? 0) - (stratum.base.rate ?? 0))
      for rate in [stratum.group, stratum.base] {
        variance += share * share * (rate.personVariance ?? 0) / Double(rate.persons)
      }
    }
    // What is not enough for people of all kinds is not for them by segment.
    if case .notEnoughData = whole {
      return Told(persons: persons, difference: lift, interval: .everything, verdict: whole)
    }
    let sequence = ConfidenceSequence(alpha: rules.alpha, tightestAt: rules.tightestAt, validFrom: rules.personsMin)
    let halfWidth = variance > 0 ? sequence.halfWidth(variance: variance * Double(persons), count: persons) : .infinity
    let interval = ConfidenceInterval(center: lift, halfWidth: halfWidth)
    return Told(persons: persons, difference: lift, interval: interval, verdict: Lift.verdict(interval))
  }
}
