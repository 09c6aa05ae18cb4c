import TesseraModel

/// How long ago the newest order was placed.
package struct LastOrderAxis: Axis {
  package let name = "last-order"
  package let words = ["never", "under-7d", "under-30d", "under-90d", "over-90d"]

  package func code(of profile: ProfileView) -> UInt16 {
    guard let newest = profile.newestOrderAt else { return code("never") }
    let age = newest.age(at: profile.at)
    if age < 7 * Instant.day { return code("under-7d") }
    if age < 30 * Instant.day { return code("under-30d") }
    return age < 90 * Instant.day ? code("under-90d") : code("over-90d")
  }
}
