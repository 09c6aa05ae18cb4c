/// Spreads a share of the probability evenly, so that every eligible action keeps being tried.
package enum ExplorationFloor {
  /// No action's probability falls below this, however many there are.
  package static let smallest = 0.001

  /// - Parameter share: of the whole probability, spread over all actions.
  package static func mixed(_ p: [Double], share: Double) -> [Double] {
    let epsilon = min(0.5, max(share, smallest * Double(p.count)))
    return p.map { (1 - epsilon) * $0 + epsilon / Double(p.count) }
  }
}
