/// How often someone has ordered: 0, 1, 2–3, 4–9, 10 or more orders that were not cancelled.
package struct OrdersAxis: Axis {
  package let name = "orders"
  package let words = ["none", "one", "few", "many", "loyal"]

  package func reading(of profile: ProfileView) -> AxisReading {
    switch profile.orders.count {
    case 0: AxisReading(code("none"))
    case 1: AxisReading(code("one"))
    case 2...3: AxisReading(code("few"))
    case 4...9: AxisReading(code("many"))
    default: AxisReading(code("loyal"))
    }
  }
}
