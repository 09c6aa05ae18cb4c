/// SplitMix64 (Steele, Lea and Flood 2014): a small generator whose whole future follows from its seed.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// From 0 up to, not including, 1.
  package mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// From 0 up to, not including, `bound`.
  package mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high) }

  /// Whether something of this probability happens.
  package mutating func happens(_ p: Double) -> Bool { unit() < p }

  /// An index drawn by weight.
  package mutating func weighted(_ weights: [Double]) -> Int {
    var point = unit() * weights.reduce(0, +)
    for (i, weight) in weights.enumerated() {
      point -= weight
      if point < 0 { return i }
    }
    return weights.count - 1
  }

  /// A whole number around a mean, at least 0 (geometric).
  package mutating func count(mean: Double) -> Int {
    var n = 0
    while n < 200, happens(mean / (1 + mean)) { n += 1 }
    return n
  }
}
