import TesseraModel
import TesseraSegments
import Testing

@Suite struct ReturnsAndTierTests {
  static let day = Instant.day

  /// A customer with a number of ordered lines, of which some were refunded an hour later.
  private func buyer(lines: Int, refunded: Int, age: Int64 = day) -> OneCustomer {
    var one = OneCustomer()
    one.record { _ in }
    one.order(age: age) { order in
      order.lines = (0..<lines).map { OrderRecord.Line(product: "p\($0)", quantity: 1, price: Money(10)) }
      if refunded > 0 {
        order.refunds = [
          OrderRecord.Refund(
            at: OneCustomer.t.adding(-age + Instant.hour),
            lines: (0..<refunded).map { OrderRecord.RefundLine(product: "p\($0)", quantity: 1, amount: Money(10)) })
        ]
      }
    }
    return one
  }

  @Test func returnsByTheShareOfRefundedLines() {
    for lines in 1...12 {
      for refunded in 0...lines {
        let expected = refunded == 0 ? "=keeps" : refunded * 10 >= lines * 3 ? "=often" : "=sometimes"
        #expect(buyer(lines: lines, refunded: refunded).word("returns") == expected, "\(refunded) of \(lines)")
      }
    }
    #expect(buyer(lines: 0, refunded: 0).word("returns") == "=unknown")
    #expect(buyer(lines: 2, refunded: 1, age: 365 * ReturnsAndTierTests.day - 1).word("returns") == "=often")
    #expect(buyer(lines: 2, refunded: 1, age: 365 * ReturnsAndTierTests.day).word("returns") == "=unknown")
  }

  /// A shop of jackets at the given prices and a pair of socks; the customer looks at products by index.
  private func looker(_ prices: [Int], _ looks: [Int]) -> String? {
    var one = OneCustomer()
    for (i, price) in (prices + [5]).enumerated() {
      var product = ProductRecord(id: "p\(i)")
      (product.price, product.category) = (Money(price), i < prices.count ? "jackets" : "socks")
      one.add(.product(product))
    }
    for look in looks { one.event("product_viewed", age: 0, product: "p\(look)") }
    return one.word("price-tier")
  }

  @Test func priceTierIsTheThirdOfTheCategory() {
    let prices = [100, 200, 300, 400, 500, 600]
    for (i, tier) in ["budget", "budget", "mid", "mid", "premium", "premium"].enumerated() {
      #expect(looker(prices, [i, i, i]) == "=\(tier)", "\(prices[i])")
      #expect(looker(prices, [i, i]) == "=none")
    }
    #expect(looker(prices, [0, 0, 1, 4, 4, 5]) == "=budget")  // half each: the lower tier first
    #expect(looker(prices, [0, 0, 2, 2, 5, 5]) == "=none")  // a third each
    #expect(looker([100, 900], [1, 1, 1]) == "=mid")  // two prices are no thirds
    #expect(looker([100, 100, 100], [1, 1, 1]) == "=mid")
    #expect(looker(prices, [6, 6, 6]) == "=mid")  // the only pair of socks
    #expect(looker([100, 100, 100, 900], [3, 3, 3]) == "=premium")
  }
}
