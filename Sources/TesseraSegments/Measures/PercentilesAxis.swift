import TesseraModel

/// An axis that compares a sum with everyone's. Percentiles move with everybody's facts, so the code is asked again at
/// every cycle.
final class PercentilesAxis: Axis {
  let name: String
  let words: [String]
  private let measure: MeasureReading

  init(_ definition: AxisDefinition, _ measure: AxisMeasure) {
    (name, words) = (definition.name, definition.words)
    self.measure = MeasureReading(measure)
  }

  /// What is compared.
  func amount(of profile: ProfileView) -> Money { measure.read(profile).value.amount }

  func reading(of profile: ProfileView) -> AxisReading {
    let measured = measure.read(profile)
    return AxisReading(code(of: measured.value.amount, profile.spendCuts), until: measured.until)
  }

  /// The code of an amount; never one beyond the words, whatever the cuts were made for.
  func code(of amount: Money, _ cuts: SpendCuts) -> UInt16 {
    amount <= .zero ? 1 : UInt16(min(words.count, 2 + cuts.amounts.count { amount > $0 }))
  }
}
