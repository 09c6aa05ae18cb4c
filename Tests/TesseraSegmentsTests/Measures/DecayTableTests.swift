import Foundation
import Testing

@testable import TesseraSegments

@Suite struct DecayTableTests {
  @Test func powersAreThoseOfTheLibrary() {
    let table = DecayTable()
    for step in 0..<8_192 { #expect(table.power(Double(step) / 1_024) == exp2(-Double(step) / 1_024)) }
    var random = SplitMix64(seed: 4)
    for _ in 0..<20_000 {
      let x = Double(random.below(40_000_000)) / 1_000_003
      #expect(abs(table.power(x) / exp2(-x) - 1) < 2e-14, "2^-\(x)")
    }
    #expect(table.power(0) == 1 && table.power(62) == 0 && table.power(1e18) == 0)
  }
}

@Suite struct WordNumbersTests {
  /// Numbers stay when words are spelt otherwise, also when there are more than the table began with.
  @Test func numbersStayWhenWordsAreRespelt() {
    var numbers = WordNumbers()
    let words = (1...5_000).map { UInt64($0) &* 0x1_0000_0001 }
    let given = words.map { numbers.number(of: $0) }
    #expect(given == (1...5_000).map { UInt32($0) } && numbers.number(of: 0) == 0)
    #expect(words.map { numbers.number(of: $0) } == given)
    var respelt = numbers.respelt { $0 << 7 }
    #expect(words.map { respelt.number(of: $0 << 7) } == given)
    #expect(respelt.words.count == 5_001 && respelt.number(of: 3) == 5_001)
  }
}
