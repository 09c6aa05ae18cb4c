import TesseraModel

/// How someone buys, over the orders of the last 365 days: the share of units bought discounted, and the share of
/// orders with a code.
package final class PriceSensitivityAxis: Axis {
  package let name = "price-sensitivity"
  package let words = ["unknown", "full-price", "mixed", "deals", "coupons"]

  package init() {}

  package func reading(of profile: ProfileView) -> AxisReading {
    var (orders, withCode, units, discounted, until) = (0, 0, 0, 0, Int64.max)
    for order in profile.orders where order.placedAt.age(at: profile.at) < ProfileView.spendWindow {
      until = min(until, order.placedAt.milliseconds + ProfileView.spendWindow)
      orders += 1
      if order.hasDiscountCode { withCode += 1 }
      for line in profile.lines[order.lines] {
        units += line.units
        if line.isDiscounted { discounted += line.units }
      }
    }
    func word() -> UInt16 {
      if orders == 0 { return Code.unknown }
      if 2 * withCode >= orders { return Code.coupons }
      if units > 0, 2 * discounted >= units { return Code.deals }
      if (units > 0 && 5 * discounted >= units) || withCode > 0 { return Code.mixed }
      return Code.fullPrice
    }
    return AxisReading(word(), until: until)
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let unknown: UInt16 = 1
    static let fullPrice: UInt16 = 2
    static let mixed: UInt16 = 3
    static let deals: UInt16 = 4
    static let coupons: UInt16 = 5
  }
}
