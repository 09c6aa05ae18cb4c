import TesseraModel

/// How much someone spends against all others: net revenue of the last 365 days, cut at the median, the ninth decile
/// and the last hundredth.
package final class SpendAxis: Axis {
  package let name = "spend"
  package let words = ["none", "low", "mid", "high", "top"]

  package init() {}

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
    return AxisReading(SpendAxis.code(of: profile.netRevenue, profile.spendCuts), until: until)
  }

  /// The code of an amount: percentiles move with everybody's facts, so this is asked again at every cycle.
  static func code(of revenue: Money, _ cuts: SpendCuts) -> UInt16 {
    if revenue <= .zero { return Code.none }
    if revenue <= cuts.p50 { return Code.low }
    if revenue <= cuts.p90 { return Code.mid }
    return revenue <= cuts.p99 ? Code.high : Code.top
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let none: UInt16 = 1
    static let low: UInt16 = 2
    static let mid: UInt16 = 3
    static let high: UInt16 = 4
    static let top: UInt16 = 5
  }
}
