import TesseraModel
import Testing

@Suite struct PropensityTests {
  @Test func roundedSumsToTheWhole() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<2_000 {
      let p =
        (0..<1 + random.below(40)).map { _ in
          switch random.below(4) {
          case 0: 0.0
          case 1: random.unit() * 1e-12
          case 2: random.unit() * 1e9
          default: random.unit()
          }
        } + [random.unit() + 1e-9]
      let rounded = Propensity.rounded(p)
      let total = p.reduce(0, +)
      #expect(rounded.reduce(0, +) == Propensity.one)
      for (exact, whole) in zip(p, rounded) { #expect(abs(Double(whole) - exact / total * 4_294_967_296) <= 1.001) }
    }
    #expect(Propensity.rounded([5]) == [Propensity.one])
    #expect(Propensity.rounded([1, 1, 1]) == [1_431_655_766, 1_431_655_765, 1_431_655_765])
    #expect(Propensity.rounded([0, 1]) == [0, Propensity.one])
  }

  /// Over 100,000 customers each share is within five standard deviations of its weight.
  @Test func drawsMatchTheirWeights() {
    let p = [0.5, 0.3, 0.15, 0.04, 0.01, 0]
    let weights = Propensity.rounded(p)
    let sip = SipHash(k0: 0x0123_4567_89ab_cdef, k1: 42)
    var counts = [Int](repeating: 0, count: p.count)
    let n = 100_000
    for i in 0..<n {
      var state = sip.begin
      state.add(UInt64(i))
      if let drawn = Propensity.draw(state.finish(), weights: weights) { counts[drawn] += 1 }
    }
    #expect(counts.reduce(0, +) == n)
    for (share, count) in zip(p, counts) {
      let bound = 5 * (Double(n) * share * (1 - share)).squareRoot()
      #expect(abs(Double(count) - Double(n) * share) <= bound, "\(share): \(count)")
    }
  }

  @Test func drawsAtTheEdges() {
    #expect(Propensity.draw(0, weights: [0, 1, 0]) == 1)
    #expect(Propensity.draw(.max, weights: [1, 1, 0]) == 1)
    #expect(Propensity.draw(.max, weights: [0, 0]) == nil)
    #expect(Propensity.draw(7, weights: []) == nil)
    #expect(Propensity.draw(1 << 63, weights: [1, 1]) == 1)
    #expect(Propensity.draw((1 << 63) - 1, weights: [1, 1]) == 0)
  }

  @Test func groupsFollowTheirShares() throws {
    let shares = try Policy(json: PolicyTests.small, box: AxisBox([])).groups
    var counts: [Group: Int] = [:]
    for point in 0..<100_000 {
      counts[Group(hash: UInt64(point) &* 0x9E37_79B9_7F4A_7C15, shares: shares), default: 0] += 1
    }
    for group in Group.allCases {
      let expected = Double(shares.share(of: group)) / 100
      #expect(abs(Double(counts[group] ?? 0) / 100_000 - expected) < 0.005)
      #expect(Group(number: group.number) == group)
    }
    #expect(Group(hash: 0, shares: shares) == .decisioned)
    #expect(Group(hash: .max, shares: shares) == .holdout)
  }
}
