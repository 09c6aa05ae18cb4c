/// A range that holds the truth with a stated probability.
///
/// `lower` ≤ `upper`, and neither is NaN; where nothing is known yet they are infinite.
package struct ConfidenceInterval: Sendable, Equatable {
  package let lower: Double
  package let upper: Double

  /// Nothing is known.
  package static let everything = ConfidenceInterval(center: 0, halfWidth: .infinity)

  /// A center or width that is no number gives `everything`.
  package init(center: Double, halfWidth: Double) {
    let isKnown = center.isFinite && halfWidth >= 0 && (center - halfWidth).isFinite && (center + halfWidth).isFinite
    (lower, upper) = isKnown ? (center - halfWidth, center + halfWidth) : (-.infinity, .infinity)
  }

  package func contains(_ x: Double) -> Bool { lower <= x && x <= upper }

  /// Infinite where nothing is known.
  package var halfWidth: Double { isFinite ? upper / 2 - lower / 2 : .infinity }
  package var isFinite: Bool { lower.isFinite && upper.isFinite }

  /// The part that is possible at all, for a quantity that lies within bounds.
  package func within(_ least: Double, _ greatest: Double) -> ConfidenceInterval {
    guard least <= greatest else { return self }
    return ConfidenceInterval(
      lower: min(max(lower, least), greatest), upper: min(max(upper, least), greatest))
  }

  private init(lower: Double, upper: Double) { (self.lower, self.upper) = (lower, upper) }
}
