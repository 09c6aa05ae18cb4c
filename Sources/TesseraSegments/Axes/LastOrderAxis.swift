import TesseraModel

/// How long ago the newest order was placed.
package struct LastOrderAxis: Axis {
  package let name = "last-order"
  package let words = ["never", "under-7d", "under-30d", "under-90d", "over-90d"]

  package func reading(of profile: ProfileView) -> AxisReading {
    guard let newest = profile.newestOrderAt else { return AxisReading(code("never")) }
    let age = newest.age(at: profile.at)
    for (word, days) in [("under-7d", Int64(7)), ("under-30d", 30), ("under-90d", 90)] where age < days * Instant.day {
      return AxisReading(code(word), until: newest.milliseconds + days * Instant.day)
    }
    return AxisReading(code("over-90d"))
  }
}
