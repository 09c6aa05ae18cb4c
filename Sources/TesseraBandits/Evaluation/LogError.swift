/// Why a decision log cannot be read or judged at all, in a sentence that says what to do.
package struct LogError: Error, Sendable, Equatable, CustomStringConvertible {
  package let message: String
  package init(_ message: String) { self.message = message }
  package var description: String { message }
}

/// Lines of a log that were left out: how many, and what is wrong with the first of them.
package struct LogRejections: Sendable, Equatable {
  package private(set) var count = 0
  /// In the order of the lines, such as `line 7: propensity is 1.3; it must be above 0 and at most 1`.
  package var first: [String] { problems.map { "line \($0.line): \($0.message)" } }

  private var problems: [(line: Int, message: String)] = []

  /// Enough to see what is wrong; a file of the wrong kind is wrong in every line.
  static let shownMax = 5

  mutating func add(line: Int, _ message: String) {
    count += 1
    let place = problems.firstIndex { $0.line > line } ?? problems.count
    guard place < LogRejections.shownMax else { return }
    problems.insert((line, message), at: place)
    if problems.count > LogRejections.shownMax { problems.removeLast() }
  }

  package static func == (a: LogRejections, b: LogRejections) -> Bool { a.count == b.count && a.first == b.first }
}
