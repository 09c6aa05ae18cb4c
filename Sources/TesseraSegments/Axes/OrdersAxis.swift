/// How often someone has ordered: 0, 1, 2–3, 4–9, 10 or more orders that were not cancelled.
package final class OrdersAxis: Axis {
  package let name = "orders"
  package let words = ["none", "one", "few", "many", "loyal"]

  package init() {}

  package func reading(of profile: ProfileView) -> AxisReading {
    switch profile.orders.count {
    case 0: AxisReading(Code.none)
    case 1: AxisReading(Code.one)
    case 2...3: AxisReading(Code.few)
    case 4...9: AxisReading(Code.many)
    default: AxisReading(Code.loyal)
    }
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let none: UInt16 = 1
    static let one: UInt16 = 2
    static let few: UInt16 = 3
    static let many: UInt16 = 4
    static let loyal: UInt16 = 5
  }
}
