/// What is wrong with a template or its rendering, and where.
public struct LiquidError: Error, Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  /// From 1, in characters.
  public let column: Int
  /// What was wrong, and what was expected.
  public let message: String

  public var description: String { "line \(line), column \(column): \(message)" }

  init(_ message: String, at place: Place = Place(line: 1, column: 1)) {
    (line, column, self.message) = (place.line, place.column, message)
  }
}

/// A place in a template's text.
struct Place: Sendable, Equatable {
  var line: Int
  var column: Int
}
