import TesseraModel

/// An axis whose value is the brand, category or price tier that a person has most to do with.
final class TopAxis: Axis {
  let name: String
  let words: [String]
  let nameSource: AxisNameSource?
  private let score: TopScore

  init(_ definition: AxisDefinition, _ top: AxisTop) {
    (name, words, score) = (definition.name, definition.words, TopScore(top))
    nameSource =
      switch top.names {
      case .brand: .brands
      case .category: .categories
      case .tier: nil
      }
  }

  /// The first word is that of nobody; the names, or the tiers' words, come behind it.
  func reading(of profile: ProfileView) -> AxisReading {
    let found = score.winner(of: profile)
    return AxisReading(found.name.map { 2 + $0 } ?? 1, until: found.until)
  }
}
