/// What is wrong with a template or its rendering, and where.
public struct LiquidError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sort of failure, for callers that treat them differently.
  public enum Kind: String, Sendable {
    /// The template cannot be parsed. Found when it is made, never when it is rendered.
    case syntax
    /// The data does not fit what the template does with it, for example a division by zero.
    case evaluation
    /// One of the ``RenderLimits`` is passed.
    case limit
    /// The template itself called the message off with `abort_message`; `message` is the reason it gave.
    case aborted
  }

  /// The sort of failure.
  public let kind: Kind
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, in Unicode scalars.
  public let column: Int
  /// What was wrong, and what was expected. For ``Kind/aborted`` the template's own reason.
  public let message: String

  /// The place and the message in one line.
  public var description: String { "line \(line), column \(column): \(message)" }

  init(_ kind: Kind, _ message: String, at position: Position) {
    self.kind = kind
    self.message = message
    (line, column) = (Int(position.line), Int(position.column))
  }
}

/// A place in a template's source, both numbers from 1.
struct Position: Sendable, Equatable {
  var line: UInt32 = 1
  var column: UInt32 = 1
}
