package import TesseraModel

/// What an analyst is told about its segment before it asks anything. It speaks of a segment of at least `membersMin`
/// people, never of a person.
package struct SegmentBrief: Sendable {
  /// An action the analyst may speak about.
  package struct Arm: Sendable {
    package let action: Action
    /// Whether the creative speaks of the segment's own brand or category.
    package let speaksOfBrand: Bool
    package let speaksOfCategory: Bool
    package init(action: Action, speaksOfBrand: Bool, speaksOfCategory: Bool) {
      (self.action, self.speaksOfBrand, self.speaksOfCategory) = (action, speaksOfBrand, speaksOfCategory)
    }
  }

  /// Smaller segments are never shown to an analyst: their aggregates could speak of single people.
  package static let membersMin = 20

  package let segment: Segment
  package let description: String
  package let members: Int
  package let placement: String
  package let arms: [Arm]
  /// T.
  package let at: Instant

  package init(segment: Segment, description: String, members: Int, placement: String, arms: [Arm], at: Instant) {
    (self.segment, self.description, self.members) = (segment, description, members)
    (self.placement, self.arms, self.at) = (placement, arms, at)
  }

  /// The segment's brand or category in the store's normal spelling.
  package var brand: String? { name("brand") }
  package var category: String? { name("researching") }

  private func name(_ axis: String) -> String? {
    if case .name(let name)? = segment[axis] { name } else { nil }
  }
}
