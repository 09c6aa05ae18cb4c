import TesseraModel
import Testing

@testable import TesseraIntegrations

@Suite struct ProportionalSplitTests {
  @Test func partsAddUpExactly() {
    var generator = SeededGenerator(state: 7)
    for _ in 0..<2_000 {
      let count = Int.random(in: 1...8, using: &generator)
      let weights = (0..<count).map { _ in
        Money(units: Int128(Int.random(in: -5...90_000, using: &generator)) * Money.scale / 100)
      }
      let amount = Money(units: Int128(Int.random(in: 0...9_999_999, using: &generator)) * Money.scale / 1_000)
      let parts = ProportionalSplit.split(amount, over: weights)
      #expect(parts.reduce(.zero, +) == amount)
      #expect(parts.allSatisfy { $0 >= .zero })
    }
  }

  @Test func withoutWorthTheFirstGetsAll() {
    #expect(ProportionalSplit.split(Money(3), over: [.zero, .zero]) == [Money(3), .zero])
    #expect(ProportionalSplit.split(Money(3), over: [.zero, Money(1)]) == [.zero, Money(3)])
    #expect(ProportionalSplit.split(Money(3), over: []).isEmpty)
    let largest = Money(units: Money.limit - 1)
    #expect(ProportionalSplit.split(largest, over: [largest, largest]).reduce(.zero, +) == largest)
    let beyond = largest * 1_000_000
    #expect(ProportionalSplit.split(largest, over: [beyond, beyond]).reduce(.zero, +) == largest)
  }
}
