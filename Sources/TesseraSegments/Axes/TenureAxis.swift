import TesseraModel

/// How long someone has been with the shop: since the record's `created_at`, else since the first event or order.
package struct TenureAxis: Axis {
  package let name = "tenure"
  package let words = ["unknown", "under-7d", "under-60d", "under-1y", "over-1y"]

  package func code(of profile: ProfileView) -> UInt16 {
    guard let since = TenureAxis.start(of: profile) else { return code("unknown") }
    let age = since.age(at: profile.at)
    if age < 7 * Instant.day { return code("under-7d") }
    if age < 60 * Instant.day { return code("under-60d") }
    return age < 365 * Instant.day ? code("under-1y") : code("over-1y")
  }

  private static func start(of profile: ProfileView) -> Instant? {
    if let created = profile.state?.createdAt.value, created <= profile.at { return created }
    let event = profile.events.first.map { Instant(milliseconds: $0.at) }
    let order = profile.orders.map(\.placedAt).min()
    return [event, order].compactMap { $0 }.min()
  }
}
