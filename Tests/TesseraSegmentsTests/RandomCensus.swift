import TesseraModel
import TesseraSegments

/// Censuses from a fixed seed: skewed, so that some segments are large and many have one member, with some axes of a
/// single value.
enum RandomCensus {
  static func make(_ random: inout SplitMix64, axes: Int, entries: Int) -> Census {
    let sizes = (0..<axes).map { _ in random.oneIn(4) ? 1 : 1 + random.below(5) }
    var counts: [SegmentKey: (Int, Int)] = [:]
    for _ in 0..<entries {
      var key = SegmentKey()
      for (axis, size) in sizes.enumerated() { key[axis] = UInt16(1 + min(random.below(size), random.below(size))) }
      let active = random.oneIn(3) ? 0 : random.oneIn(8) ? random.below(60) : random.below(4)
      counts[key] = (active + random.below(5), active)
    }
    return Census(
      axes: (0..<axes).map { "axis\($0)" },
      values: sizes.map { size in (0..<size).map { .word("w\($0)") } },
      entries: counts.map { Census.Entry(key: $0, members: $1.0, active: $1.1) }.sorted { $0.key < $1.key })
  }
}
