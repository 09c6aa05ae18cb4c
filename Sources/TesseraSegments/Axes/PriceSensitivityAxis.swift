import TesseraModel

/// How someone buys, over the orders of the last 365 days: the share of units bought discounted, and the share of
/// orders with a code.
package struct PriceSensitivityAxis: Axis {
  package let name = "price-sensitivity"
  package let words = ["unknown", "full-price", "mixed", "deals", "coupons"]

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
    func word() -> String {
      if orders == 0 { return "unknown" }
      if 2 * withCode >= orders { return "coupons" }
      if units > 0, 2 * discounted >= units { return "deals" }
      if (units > 0 && 5 * discounted >= units) || withCode > 0 { return "mixed" }
      return "full-price"
    }
    return AxisReading(code(word()), until: until)
  }
}
