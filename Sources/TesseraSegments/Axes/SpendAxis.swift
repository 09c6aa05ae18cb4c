import TesseraModel

/// How much someone spends against all others: net revenue of the last 365 days, cut at the median, the ninth decile
/// and the last hundredth.
package struct SpendAxis: Axis {
  package let name = "spend"
  package let words = ["none", "low", "mid", "high", "top"]

  package func code(of profile: ProfileView) -> UInt16 {
    let revenue = profile.netRevenue
    if revenue <= .zero { return code("none") }
    if revenue <= profile.spendCuts.p50 { return code("low") }
    if revenue <= profile.spendCuts.p90 { return code("mid") }
    return revenue <= profile.spendCuts.p99 ? code("high") : code("top")
  }
}
