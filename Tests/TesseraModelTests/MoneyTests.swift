import TesseraModel
import Testing

@Suite struct MoneyTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("-0.00", "0"), ("19.99", "19.99"), ("1e2", "100"), ("1E+2", "100"), ("12.50", "12.5"),
    ("1e-18", "0.000000000000000001"), ("0.123456789012345678", "0.123456789012345678"), ("-3", "-3"),
    ("-0.01", "-0.01"),
    ("9999999999.999999999999999999", "9999999999.999999999999999999"), ("0.10e1", "1"), ("25e-1", "2.5"),
    ("-9999999999.999999999999999999", "-9999999999.999999999999999999"),
    ("0000000000000000000000000000000000000042", "42"),
    ("1.0000000000000000000000", "1"), ("0e40", "0"), ("100000000000000000000e-18", "100"),
    ("9007199254740993e-6", "9007199254.740993"),
  ])
  func reads(text: String, written: String) {
    #expect(Money(decimal: text)?.description == written)
  }

  @Test(arguments: [
    "", "-", ".", "-.", "+1", " 1", "1 ", "1,5", "1.2.3", "--1", "1-", "1e", "e5", "-e5", ".e5", "1e1.5", "1e1e1",
    "0x10",
    "NaN", "inf", "10000000000", "-10000000000", "1e10", "1e400", "1e-400", "1e-19", "0.1234567890123456789", "١",
    "99999999999999999999999999999999999999999", "$5", "5 EUR", "1_000",
  ])
  func refuses(text: String) {
    #expect(Money(decimal: text) == nil)
  }

  @Test func everyWrittenAmountComesBack() {
    var random = SplitMix64(seed: 5)
    for _ in 0..<2_000 {
      let magnitude = Int128(random.next() >> 1) * Int128(random.next() >> UInt64(1 + random.below(63)))
      let money = Money(units: (random.oneIn(2) ? -1 : 1) * (magnitude % Money.limit))
      #expect(Money(decimal: money.description) == money)
    }
  }

  @Test func sumsAreExact() throws {
    let cent = try #require(Money(decimal: "0.01"))
    #expect((0..<1_000).reduce(Money.zero) { sum, _ in sum + cent } == Money(10))
    let line = OrderRecord.Line(
      product: "p", quantity: 3, price: try #require(Money(decimal: "19.99")),
      discount: try #require(Money(decimal: "0.1")))
    #expect(line.revenue.description == "59.87")
    #expect(Money(-1) < Money.zero)
  }
}
