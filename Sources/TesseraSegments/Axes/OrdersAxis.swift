/// How often someone has ordered: 0, 1, 2–3, 4–9, 10 or more orders that were not cancelled.
package struct OrdersAxis: Axis {
  package let name = "orders"
  package let words = ["none", "one", "few", "many", "loyal"]

  package func code(of profile: ProfileView) -> UInt16 {
    switch profile.orders.count {
    case 0: code("none")
    case 1: code("one")
    case 2...3: code("few")
    case 4...9: code("many")
    default: code("loyal")
    }
  }
}
