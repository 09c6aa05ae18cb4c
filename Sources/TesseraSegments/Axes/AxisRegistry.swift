package import TesseraModel

/// The axes in the box. The order of the defaults is the order of columns and never changes meaning; a new axis goes to
/// the end.
package enum AxisRegistry {
  package static let box = AxisBox(
    [
      definition(VisitsAxis.definition), definition(TenureAxis.definition), definition(OrdersAxis.definition),
      definition(LastOrderAxis.definition), definition(BrandAxis.definition), definition(ResearchingAxis.definition),
      BasketAxis.definition, definition(PriceSensitivityAxis.definition), definition(SpendAxis.definition),
      ReachAxis.definition, definition(ReturnsAxis.definition), definition(PriceTierAxis.definition),
    ],
    defaultNames: [
      "visits", "tenure", "orders", "last-order", "brand", "researching", "basket", "price-sensitivity", "spend",
      "reach",
    ])

  /// What is written in the box was read by the tests.
  private static func definition(_ text: String) -> AxisDefinition {
    guard let json = try? JSONParser.parse(text),
      let definition = try? AxisReader.definition(json, path: "", box: [])
    else { preconditionFailure("an axis in the box does not follow the vocabulary: \(text)") }
    return definition
  }

  /// The axis that a definition describes.
  static func make(_ definition: AxisDefinition) -> any Axis {
    switch definition.form {
    case .cuts(let measure, let cuts, let hasNone): CutsAxis(definition, measure, cuts, hasNone: hasNone)
    case .percentiles(let measure, _): PercentilesAxis(definition, measure)
    case .top(let top): TopAxis(definition, top)
    case .rules(let rules): RulesAxis(definition, rules)
    case .builtin: definition.name == "basket" ? BasketAxis() : ReachAxis()
    }
  }
}
