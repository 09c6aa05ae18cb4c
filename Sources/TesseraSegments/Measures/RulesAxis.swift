import TesseraModel

/// An axis whose value is that of the first rule that holds.
final class RulesAxis: Axis {
  let name: String
  let words: [String]
  private let rules: [(code: UInt16, test: Test)]

  private enum Test: Sendable {
    case always
    case none(MeasureReading)
    /// At least, or over if not `orEqual`.
    case above(MeasureReading, AxisThreshold, orEqual: Bool)
    /// At most if `orEqual`, else under.
    case below(MeasureReading, AxisThreshold, orEqual: Bool)
  }

  init(_ definition: AxisDefinition, _ rules: [AxisRule]) {
    (name, words) = (definition.name, definition.words)
    self.rules = rules.map { rule in
      let test: Test =
        switch rule.condition {
        case .always: .always
        case .none(let measure): .none(MeasureReading(measure, countMax: 1))
        case .atLeast(let measure, let cut): .above(MeasureReading(measure, upTo: cut), cut, orEqual: true)
        case .over(let measure, let cut): .above(MeasureReading(measure, upTo: cut), cut, orEqual: false)
        case .atMost(let measure, let cut): .below(MeasureReading(measure, upTo: cut), cut, orEqual: true)
        case .under(let measure, let cut): .below(MeasureReading(measure, upTo: cut), cut, orEqual: false)
        }
      return (UInt16((definition.words.firstIndex(of: rule.value) ?? 0) + 1), test)
    }
  }

  func reading(of profile: ProfileView) -> AxisReading {
    var until = Int64.max
    for rule in rules where RulesAxis.holds(rule.test, profile, &until) { return AxisReading(rule.code, until: until) }
    return AxisReading(1, until: until)
  }

  private static func holds(_ test: Test, _ profile: ProfileView, _ until: inout Int64) -> Bool {
    switch test {
    case .always: return true
    case .none(let measure):
      let measured = measure.read(profile)
      until = min(until, measured.until)
      return measured.value.isZero
    case .above(let measure, let cut, let orEqual):
      let measured = measure.read(profile)
      until = min(until, measured.until)
      return isAbove(measured.value, cut, orEqual, profile.at, &until)
    case .below(let measure, let cut, let orEqual):
      let measured = measure.read(profile)
      until = min(until, measured.until)
      // Nothing is neither above nor below.
      return !measured.value.isNothing && !isAbove(measured.value, cut, !orEqual, profile.at, &until)
    }
  }

  private static func isAbove(
    _ value: Measured, _ cut: AxisThreshold, _ orEqual: Bool, _ at: Instant, _ until: inout Int64
  ) -> Bool {
    if value.isNothing { return false }
    let isAbove = value.hasReached(cut, at: at) && (orEqual || !value.isExactly(cut, at: at))
    if !isAbove, let change = value.reaches(cut) { until = min(until, orEqual ? change : change + 1) }
    return isAbove
  }
}
