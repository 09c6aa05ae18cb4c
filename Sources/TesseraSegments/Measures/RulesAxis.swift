import TesseraModel

/// An axis whose value is that of the first rule that holds.
final class RulesAxis: Axis {
  let name: String
  let words: [String]
  private let steps: [Step]
  private let measures: UncountedList<MeasureReading>

  /// A rule as plain numbers, for it is looked at millions of times.
  private struct Step: Sendable {
    enum Test: Sendable {
      case always, none, atLeast, over, atMost, under
    }

    let code: UInt16
    let test: Test
    /// The measure's place in the list.
    let measure: Int
    let cut: AxisThreshold
  }

  init(_ definition: AxisDefinition, _ rules: [AxisRule]) {
    (name, words) = (definition.name, definition.words)
    var (steps, measures) = ([Step](), [MeasureReading]())
    for rule in rules {
      let (test, cut): (Step.Test, AxisThreshold) =
        switch rule.condition {
        case .always: (.always, .whole(0))
        case .none: (.none, .whole(0))
        case .atLeast(_, let cut): (.atLeast, cut)
        case .over(_, let cut): (.over, cut)
        case .atMost(_, let cut): (.atMost, cut)
        case .under(_, let cut): (.under, cut)
        }
      let code = UInt16((definition.words.firstIndex(of: rule.value) ?? 0) + 1)
      steps.append(Step(code: code, test: test, measure: measures.count, cut: cut))
      if let measure = rule.condition.measure { measures.append(MeasureReading(measure, upTo: cut)) }
    }
    (self.steps, self.measures) = (steps, UncountedList(measures))
  }

  func reading(of profile: ProfileView) -> AxisReading {
    var until = Int64.max
    for step in steps {
      if step.test == .always { return AxisReading(step.code, until: until) }
      let measured = measures.call(step.measure) { $0.read(profile) }
      until = min(until, measured.until)
      if RulesAxis.holds(step, measured.value, profile.at, &until) { return AxisReading(step.code, until: until) }
    }
    return AxisReading(1, until: until)
  }

  /// - Parameter until: brought forward to when an age alone changes the answer.
  private static func holds(_ step: Step, _ value: Measured, _ at: Instant, _ until: inout Int64) -> Bool {
    switch step.test {
    case .always: return true
    case .none: return value.isZero
    case .atLeast: return isAbove(value, step.cut, orEqual: true, at, &until)
    case .over: return isAbove(value, step.cut, orEqual: false, at, &until)
    // Nothing is neither above nor below.
    case .atMost: return !value.isNothing && !isAbove(value, step.cut, orEqual: false, at, &until)
    case .under: return !value.isNothing && !isAbove(value, step.cut, orEqual: true, at, &until)
    }
  }

  private static func isAbove(
    _ value: Measured, _ cut: AxisThreshold, orEqual: Bool, _ at: Instant, _ until: inout Int64
  ) -> Bool {
    if value.isNothing { return false }
    let isAbove = value.hasReached(cut, at: at) && (orEqual || !value.isExactly(cut, at: at))
    if !isAbove, let change = value.reaches(cut) { until = min(until, orEqual ? change : change + 1) }
    return isAbove
  }
}
