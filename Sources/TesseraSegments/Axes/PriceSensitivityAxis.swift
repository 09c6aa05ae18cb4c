import TesseraModel

/// How someone buys, over the orders of the last 365 days: the share of units bought discounted, and the share of
/// orders with a code.
package struct PriceSensitivityAxis: Axis {
  package let name = "price-sensitivity"
  package let words = ["unknown", "full-price", "mixed", "deals", "coupons"]

  package func code(of profile: ProfileView) -> UInt16 {
    var (orders, withCode, units, discounted) = (0, 0, 0, 0)
    for order in profile.orders where order.placedAt.age(at: profile.at) < 365 * Instant.day {
      orders += 1
      if order.hasDiscountCode { withCode += 1 }
      for line in order.lines {
        units += line.units
        if line.isDiscounted { discounted += line.units }
      }
    }
    if orders == 0 { return code("unknown") }
    if 2 * withCode >= orders { return code("coupons") }
    if units > 0, 2 * discounted >= units { return code("deals") }
    if (units > 0 && 5 * discounted >= units) || withCode > 0 { return code("mixed") }
    return code("full-price")
  }
}
