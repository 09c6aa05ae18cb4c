import TesseraModel

/// The category someone has been researching: at least three product views in the last 7 days. The most views win; ties
/// go to the most recent view, then to the first name.
package struct ResearchingAxis: Axis {
  package let name = "researching"
  package let words = ["none"]
  package let nameSource: AxisNameSource? = .categories

  package static let viewsMin = 3

  package func code(of profile: ProfileView) -> UInt16 {
    ResearchingAxis.category(of: profile).map { code(name: $0) } ?? code("none")
  }

  /// The researched category's number in the vocabulary.
  package static func category(of profile: ProfileView) -> UInt16? {
    let catalog = profile.catalog
    var counts: [(category: UInt16, views: Int, last: Int64)] = []
    for event in profile.events.reversed() {
      guard profile.at.milliseconds - event.at < 7 * Instant.day else { break }
      guard event.kind == .productViewed, let category = catalog.category(event.product) else { continue }
      if let i = counts.firstIndex(where: { $0.category == category }) {
        counts[i].views += 1
      } else {
        counts.append((category, 1, event.at))
      }
    }
    let names = catalog.categories.names
    let best = counts.filter { $0.views >= viewsMin }.min { a, b in
      if a.views != b.views { return a.views > b.views }
      if a.last != b.last { return a.last > b.last }
      return NameNormalization.precedes(names[Int(a.category)], names[Int(b.category)])
    }
    return best?.category
  }
}
