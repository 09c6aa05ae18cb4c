import TesseraModel

/// How much someone spends against all others: net revenue of the last 365 days, cut at the median, the ninth decile
/// and the last hundredth.
package struct SpendAxis: Axis {
  package let name = "spend"
  package let words = ["none", "low", "mid", "high", "top"]

  package func reading(of profile: ProfileView) -> AxisReading {
    var until = Int64.max
    for order in profile.orders {
      if order.placedAt.age(at: profile.at) < ProfileView.spendWindow {
        until = min(until, order.placedAt.milliseconds + ProfileView.spendWindow)
      }
      for refund in profile.refunds[order.refunds] where refund.at.age(at: profile.at) < ProfileView.spendWindow {
        until = min(until, refund.at.milliseconds + ProfileView.spendWindow)
      }
    }
    return AxisReading(code(of: profile.netRevenue, profile.spendCuts), until: until)
  }

  /// The code of an amount: percentiles move with everybody's facts, so this is asked again at every cycle.
  func code(of revenue: Money, _ cuts: SpendCuts) -> UInt16 {
    if revenue <= .zero { return code("none") }
    if revenue <= cuts.p50 { return code("low") }
    if revenue <= cuts.p90 { return code("mid") }
    return revenue <= cuts.p99 ? code("high") : code("top")
  }
}
