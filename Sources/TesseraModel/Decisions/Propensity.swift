/// Probabilities as whole numbers of 2⁻³²: what is stored is what is drawn from and what is logged.
package enum Propensity {
  /// The whole of probability: 2³².
  package static let one: UInt64 = 1 << 32

  /// Rounds a distribution so that it sums to `one` exactly: by the largest remainder, ties to the first.
  /// - Parameter p: not negative, at least one positive; need not sum to 1.
  package static func rounded(_ p: [Double]) -> [UInt64] {
    let total = p.reduce(0, +)
    precondition(total > 0 && total.isFinite, "a distribution needs a positive, finite sum")
    let exact = p.map { $0 / total * Double(one) }
    var out = exact.map { UInt64($0.rounded(.down)) }
    var left = Int64(one) - Int64(out.reduce(0, +))
    let byRemainder = exact.indices.sorted { a, b in
      let (ra, rb) = (exact[a] - exact[a].rounded(.down), exact[b] - exact[b].rounded(.down))
      return ra != rb ? ra > rb : a < b
    }
    var i = 0
    while left > 0 {
      out[byRemainder[i % byRemainder.count]] += 1
      left -= 1
      i += 1
    }
    while left < 0, let largest = out.indices.max(by: { out[$0] < out[$1] }) {
      out[largest] -= 1
      left += 1
    }
    return out
  }

  /// As a number from 0 to 1.
  package static func double(_ p: UInt64) -> Double { Double(p) / Double(one) }

  /// Which of the weighted choices a hash falls on; weights need not sum to `one`. Nil if all are 0.
  package static func draw(_ hash: UInt64, weights: some Collection<UInt64>) -> Int? {
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    let point = hash.multipliedFullWidth(by: total).high
    var edge: UInt64 = 0
    for (i, weight) in weights.enumerated() {
      edge += weight
      if point < edge { return i }
    }
    return nil
  }
}
