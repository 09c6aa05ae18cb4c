import TesseraModel

/// How long someone has been with the shop: since the record's `created_at`, else since the first event or order.
package struct TenureAxis: Axis {
  package let name = "tenure"
  package let words = ["unknown", "under-7d", "under-60d", "under-1y", "over-1y"]

  package func reading(of profile: ProfileView) -> AxisReading {
    guard let since = TenureAxis.start(of: profile) else { return AxisReading(code("unknown")) }
    let age = since.age(at: profile.at)
    for (word, days) in [("under-7d", Int64(7)), ("under-60d", 60), ("under-1y", 365)] where age < days * Instant.day {
      return AxisReading(code(word), until: since.milliseconds + days * Instant.day)
    }
    return AxisReading(code("over-1y"))
  }

  private static func start(of profile: ProfileView) -> Instant? {
    if let created = profile.createdAt, created <= profile.at { return created }
    let event = profile.events.first.map { Instant(milliseconds: $0.at) }
    let order = profile.orders.map(\.placedAt).min()
    return [event, order].compactMap { $0 }.min()
  }
}
