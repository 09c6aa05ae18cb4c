import TesseraModel
import TesseraSegments
import Testing

private let day = Instant.day

/// price-sensitivity, spend and reach.
@Suite struct MoneyAxesTests {
  private func line(_ quantity: Int, price: Int = 10, compareAt: Int? = nil, discount: Int = 0) -> OrderRecord.Line {
    .init(
      product: "p", quantity: quantity, price: Money(price), compareAtPrice: compareAt.map { Money($0) },
      discount: Money(discount))
  }

  /// One order with these lines, then plain orders, the first `codes` of all with a discount code.
  private func buyer(_ lines: [OrderRecord.Line], orders: Int = 1, codes: Int = 0) -> OneCustomer {
    var one = OneCustomer()
    for i in 0..<orders {
      one.order(age: 1) { order in
        if i == 0 { order.lines = lines }
        if i < codes { order.discountCodes = ["TEN"] }
      }
    }
    return one
  }

  @Test func sharesOfUnitsAndOrders() {
    let table: [(OneCustomer, String)] = [
      (buyer([line(1)]), "=full-price"), (buyer([]), "=full-price"),
      (buyer([line(9), line(1, discount: 1)]), "=full-price"),
      (buyer([line(801), line(199, discount: 1)]), "=full-price"),
      (buyer([line(800), line(200, discount: 1)]), "=mixed"),
      (buyer([line(501), line(499, discount: 1)]), "=mixed"), (buyer([line(5), line(5, discount: 1)]), "=deals"),
      (buyer([line(1), line(1, compareAt: 11)]), "=deals"), (buyer([line(1), line(1, compareAt: 10)]), "=full-price"),
      (buyer([line(1), line(1, compareAt: 9)]), "=full-price"), (buyer([line(1)], orders: 2, codes: 1), "=coupons"),
      (buyer([line(1)], orders: 3, codes: 1), "=mixed"), (buyer([line(1, discount: 1)], orders: 3, codes: 1), "=deals"),
      (buyer([line(1, discount: 1)], orders: 2, codes: 1), "=coupons"),
    ]
    for (i, (customer, expected)) in table.enumerated() {
      #expect(customer.word("price-sensitivity") == expected, "row \(i)")
    }
  }

  @Test func onlyOrdersOfTheLastYear() {
    for (age, expected) in [
      (Int64(-1), "=unknown"), (0, "=coupons"), (365 * day - 1, "=coupons"), (365 * day, "=unknown"),
    ] {
      var one = OneCustomer()
      one.record { _ in }
      one.order(age: age) { $0.discountCodes = ["TEN"] }
      #expect(one.word("price-sensitivity") == expected, "age \(age)")
    }
    var cancelled = buyer([line(1)])
    cancelled.order(age: 2) { order in
      order.discountCodes = ["TEN"]
      order.cancelledAt = OneCustomer.t
    }
    #expect(cancelled.word("price-sensitivity") == "=full-price")
  }

  /// Customers `s1`… who spent the given amounts.
  private func spenders(_ amounts: [Int]) -> [Fact] {
    amounts.enumerated().map { i, amount in
      var order = OrderRecord(id: "s\(i)", customer: "s\(i)", placedAt: OneCustomer.t.adding(-day))
      order.lines = [line(1, price: amount)]
      return .order(order)
    }
  }

  @Test func spendByNearestRank() {
    // With 1…100 the percentiles are 50, 90 and 99; the customer takes one of the places.
    for (amount, expected) in [
      (1, "=low"), (50, "=low"), (51, "=mid"), (90, "=mid"), (91, "=high"), (99, "=high"), (100, "=top"),
    ] {
      let one = buyer([line(1, price: amount)])
      let others = spenders((1...100).filter { $0 != amount })
      #expect(one.value("spend", others: others)?.canonical == expected, "amount \(amount)")
    }
    #expect(buyer([line(1, price: 5)]).word("spend") == "=low")  // alone
    #expect(buyer([line(1, price: 5)]).value("spend", others: spenders([4]))?.canonical == "=mid")
    #expect(buyer([line(1, price: 5)]).value("spend", others: spenders([5, 5, 5]))?.canonical == "=low")
  }

  @Test func percentilesCountPositiveRevenuesOnly() {
    let free = spenders(Array(repeating: 0, count: 50))
    #expect(buyer([line(1, price: 2)]).value("spend", others: free + spenders([3]))?.canonical == "=low")
    #expect(
      SpendCuts(revenues: [Money(-5), .zero, Money(3), Money(1), Money(2)])
        == SpendCuts(p50: Money(2), p90: Money(3), p99: Money(3)))
  }

  /// Nearest rank: the smallest value that at least p per cent of the values do not exceed.
  @Test func percentilesOfEveryCount() {
    for n in 1...250 {
      func nearest(_ percent: Int) -> Money {
        Money(((1...n).first { rank in 100 * rank >= percent * n } ?? n) * 3)
      }
      let cuts = SpendCuts(revenues: (1...n).reversed().map { Money(3 * $0) })
      #expect(cuts == SpendCuts(p50: nearest(50), p90: nearest(90), p99: nearest(99)), "\(n) spenders")
    }
  }

  @Test func refundsCountByTheirOwnAge() {
    for (orderAge, refundAge, expected) in [
      (400 * day, 365 * day, "=none"), (400 * day, 0, "=none"), (10, 0, "=none"), (10, -1, "=low"),
      (365 * day - 1, 365 * day - 1, "=none"), (365 * day, 10, "=none"),
    ] as [(Int64, Int64, String)] {
      var one = OneCustomer()
      one.order(age: orderAge) { order in
        order.lines = [line(1, price: 10)]
        let refund = OrderRecord.RefundLine(product: nil, quantity: 1, amount: Money(10))
        order.refunds = [.init(at: OneCustomer.t.adding(-refundAge), lines: [refund])]
      }
      #expect(one.word("spend") == expected, "\(orderAge) \(refundAge)")
    }
    // A refund of an order more than a year old is still taken from this year's revenue, until it is a year old itself.
    for (refundAge, expected) in [(365 * day - 1, "=none"), (365 * day, "=low")] {
      var one = buyer([line(1, price: 10)])
      one.order(age: 500 * day) { order in
        let refund = OrderRecord.RefundLine(product: nil, quantity: 1, amount: Money(10))
        order.refunds = [.init(at: OneCustomer.t.adding(-refundAge), lines: [refund])]
      }
      #expect(one.word("spend") == expected)
    }
  }

  private func subscriber(_ channels: [MessageChannel]) -> OneCustomer {
    var one = OneCustomer()
    one.record { record in
      for (i, channel) in MessageChannel.allCases.enumerated() {
        record.consents[i] = .set(channels.contains(channel) ? "subscribed" : "pending")
      }
    }
    return one
  }

  @Test func reachTies() {
    #expect(subscriber([.email, .sms, .push]).word("reach") == "=push")
    #expect(subscriber([.email, .sms]).word("reach") == "=sms")
    #expect(subscriber([.email]).word("reach") == "=email")
    #expect(subscriber([]).word("reach") == "=none")
  }

  @Test func reachByRecentClicks() {
    for (age, expected) in [(Int64(-1), "=push"), (0, "=email"), (90 * day - 1, "=email"), (90 * day, "=push")] {
      var one = subscriber([.email, .push])
      one.event("message_clicked", age: age, channel: "email")
      one.event("message_opened", age: 0, channel: "push")
      one.event("message_clicked", age: 0, channel: "sms")  // not consented
      one.event("message_clicked", age: 0, channel: "fax")
      #expect(one.word("reach") == expected, "age \(age)")
    }
  }

  @Test func onsiteWithoutConsent() {
    for (age, expected) in [(Int64(0), "=onsite"), (30 * day - 1, "=onsite"), (30 * day, "=none")] {
      var one = subscriber([])
      one.event("page_viewed", age: age)
      one.event("message_clicked", age: 0, channel: "email")
      #expect(one.word("reach") == expected, "age \(age)")
      #expect(subscriber([.email]).word("reach") == "=email")
    }
  }
}
