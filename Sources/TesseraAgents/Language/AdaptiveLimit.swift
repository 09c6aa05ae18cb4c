/// How many calls may be under way at once: up a little when all goes well, down by half when the provider says so.
package struct AdaptiveLimit: Sendable, Equatable {
  /// Calls at the start, which every vendor's lowest tier allows.
  package static let start = 4
  /// Calls: more would only queue at the provider, and hold memory here.
  package static let most = 64
  /// Successes before one more call is tried.
  static let successesPerStep = 20

  package private(set) var value: Int
  /// Counts the halvings. A call notes it when it begins, so that calls which were refused together halve once.
  package private(set) var generation = 0
  private var successes = 0

  package init(start: Int = AdaptiveLimit.start) { value = min(max(1, start), AdaptiveLimit.most) }

  package mutating func succeeded() {
    successes += 1
    guard successes >= AdaptiveLimit.successesPerStep else { return }
    successes = 0
    value = min(value + 1, AdaptiveLimit.most)
  }

  /// A call was refused for the rate or for overload.
  /// - Parameter generation: as it was when the call began.
  package mutating func refused(generation: Int) {
    guard generation == self.generation else { return }
    value = max(1, value / 2)
    successes = 0
    self.generation += 1
  }
}
