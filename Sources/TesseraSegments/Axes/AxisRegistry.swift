/// The axes in the box. The order is the order of columns and never changes meaning; a new axis goes to the end.
package enum AxisRegistry {
  package static let builtin: [any Axis] = [
    VisitsAxis(), TenureAxis(), OrdersAxis(), LastOrderAxis(), BrandAxis(), ResearchingAxis(), BasketAxis(),
    PriceSensitivityAxis(), SpendAxis(), ReachAxis(),
  ]
}
