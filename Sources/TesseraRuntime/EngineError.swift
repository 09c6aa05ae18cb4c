/// What went wrong at the edge of the engine, in words that say what to do.
package struct EngineError: Error, Sendable, CustomStringConvertible {
  /// The kind of error, which decides the HTTP status and the exit code.
  package enum Code: Sendable {
    case invalid, notFound, overloaded, storage, conflict
  }

  package let code: Code
  package let message: String
  package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
  package var description: String { message }
}
