/// A place where a template asks for a member of its data.
///
/// Names that the template itself assigns, captures or loops with are not references, and neither are paths that are
/// known only when rendering (`a[b]` counts as `a`).
public struct TagReference: Sendable, Equatable {
  /// The path as the template spells it, such as `customer.first_name` or `items[0].title`.
  public let path: String
  /// Whether the template copes with a missing value: a `default` filter with a non-empty argument follows, or a
  /// condition around it asks for the value, or the reference itself is such a condition.
  public let hasFallback: Bool
  /// The paths that are written instead of this one where they have a value: `{{ a | default: b }}` asks for `b` only
  /// without `a`.
  public let insteadOf: [String]
  /// Paths above this one that conditions around it ask for: `{% if a %}{{ a.b }}{% endif %}` asks for `a.b` only with
  /// `a`.
  public let onlyWith: [String]
  /// The line, from 1.
  public let line: Int
  /// The column, from 1.
  public let column: Int

  /// Makes a reference.
  public init(
    path: String, hasFallback: Bool, insteadOf: [String] = [], onlyWith: [String] = [], line: Int, column: Int
  ) {
    self.path = path
    self.hasFallback = hasFallback
    self.insteadOf = insteadOf
    self.onlyWith = onlyWith
    self.line = line
    self.column = column
  }
}
