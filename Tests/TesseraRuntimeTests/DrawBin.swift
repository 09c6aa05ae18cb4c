/// What was drawn of everything that had about the same probability, beside what should have been.
struct DrawBin {
  private(set) var expected = 0.0
  private(set) var variance = 0.0
  private(set) var found = 0

  mutating func add(_ p: Double, isFound: Bool) {
    expected += p
    variance += p * (1 - p)
    found += isFound ? 1 : 0
  }

  /// Deviations from what should have been.
  var z: Double { (Double(found) - expected) / variance.squareRoot() }
  /// Beyond four of them, where enough was drawn to say so: of a hundred figures a chance of one in hundreds.
  var isFar: Bool { variance > 5 && abs(z) > 4 }
}
