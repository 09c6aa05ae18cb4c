import TesseraModel

/// An axis of intervals: the value after as many cuts as the measure has reached.
final class CutsAxis: Axis {
  let name: String
  let words: [String]
  private let measure: MeasureReading
  private let cuts: [AxisThreshold]
  private let firstCode: UInt16

  init(_ definition: AxisDefinition, _ measure: AxisMeasure, _ cuts: [AxisThreshold], hasNone: Bool) {
    (name, words, self.cuts) = (definition.name, definition.words, cuts)
    self.measure = MeasureReading(measure)
    firstCode = hasNone ? 2 : 1
  }

  func reading(of profile: ProfileView) -> AxisReading {
    let measured = measure.read(profile)
    if measured.value.isNothing { return AxisReading(1, until: measured.until) }
    var reached: UInt16 = 0
    for cut in cuts {
      guard measured.value.hasReached(cut, at: profile.at) else {
        // An age grows up to the next cut.
        return AxisReading(firstCode + reached, until: min(measured.until, measured.value.reaches(cut) ?? .max))
      }
      reached += 1
    }
    return AxisReading(firstCode + reached, until: measured.until)
  }
}
