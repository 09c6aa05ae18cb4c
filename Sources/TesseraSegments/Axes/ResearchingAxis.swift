import TesseraModel

/// The category someone has been researching: at least three product views in the last 7 days. The most views win; ties
/// go to the most recent view, then to the first name.
package final class ResearchingAxis: Axis {
  package let name = "researching"
  package let words = ["none"]
  package let nameSource: AxisNameSource? = .categories

  package init() {}

  package static let viewsMin = 3

  package func reading(of profile: ProfileView) -> AxisReading {
    guard let researched = ResearchingAxis.category(of: profile) else { return AxisReading(Code.none) }
    return AxisReading(code(name: researched.category), until: researched.until)
  }

  /// The researched category's number in the vocabulary, and when the first of its views grows too old: until then no
  /// other category can pass it, for theirs grow old as well.
  package static func category(of profile: ProfileView) -> (category: UInt16, until: Int64)? {
    let categories = profile.catalog.categoryCodes
    let since = profile.at.milliseconds - 7 * Instant.day
    // Newest first; few categories are looked at in a week.
    return withUnsafeTemporaryAllocation(of: Count.self, capacity: profile.events.count) { counts in
      var used = 0
      for event in profile.events.reversed() {
        guard event.at > since else { break }
        guard case .productViewed = event.kind, event.product >= 0 else { continue }
        let category = categories[Int(event.product)]
        guard category != Catalog.noName else { continue }
        if let i = counts[..<used].firstIndex(where: { $0.category == category }) {
          counts[i].views += 1
          counts[i].first = event.at
        } else {
          counts.initializeElement(at: used, to: Count(category: category, views: 1, first: event.at, last: event.at))
          used += 1
        }
      }
      var best: Count?
      for count in counts[..<used] where count.views >= viewsMin {
        if best.map({ isBetter(count, $0, profile.catalog) }) ?? true { best = count }
      }
      return best.map { ($0.category, $0.first + 7 * Instant.day) }
    }
  }

  private static func isBetter(_ a: Count, _ b: Count, _ catalog: Catalog) -> Bool {
    if a.views != b.views { return a.views > b.views }
    if a.last != b.last { return a.last > b.last }
    let names = catalog.categories.names
    return NameNormalization.precedes(names[Int(a.category)], names[Int(b.category)])
  }

  private struct Count {
    var category: UInt16
    var views: Int
    var first: Int64
    var last: Int64
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let none: UInt16 = 1
  }
}
