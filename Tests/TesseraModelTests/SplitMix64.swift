/// A small, fixed generator (Steele, Lea and Flood 2014), so that every random test is the same test each time.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number in `0..<bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  /// True once in `n`.
  mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }
  /// From 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  /// Bytes with some changed, taken out and put in.
  /// - Parameter inserted: what is put in, beside anything.
  mutating func damaged(_ bytes: [UInt8], inserting inserted: [UInt8] = []) -> [UInt8] {
    var out = bytes
    for _ in 0..<1 + below(3) where !out.isEmpty {
      let i = below(out.count)
      switch below(4) {
      case 0: out[i] = UInt8(truncatingIfNeeded: next())
      case 1: out.remove(at: i)
      case 2: out.insert(inserted.isEmpty ? UInt8(truncatingIfNeeded: next()) : pick(inserted), at: i)
      default: out.insert(contentsOf: out[i..<min(out.count, i + below(20))], at: i)
      }
    }
    return out
  }

  mutating func shuffled<T>(_ items: [T]) -> [T] {
    var out = items
    for i in out.indices.dropFirst().reversed() { out.swapAt(i, below(i + 1)) }
    return out
  }
}
