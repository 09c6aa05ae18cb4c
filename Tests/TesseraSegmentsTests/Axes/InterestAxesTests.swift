import TesseraModel
import TesseraSegments
import Testing

private let hour = Instant.hour
private let day = Instant.day

/// brand, researching and basket.
@Suite struct InterestAxesTests {
  static let products: [(id: String, brand: String?, category: String?)] = [
    ("a", "Alpha", "Jackets"), ("b", " BETA", "Shoes"), ("g", "gamma", "Jackets"), ("n", "none", "None"),
    ("x", nil, nil),
  ]

  private func views(_ counts: [(String, Int)], age: Int64 = 0) -> OneCustomer {
    var one = OneCustomer(products: InterestAxesTests.products)
    for (product, n) in counts { for _ in 0..<n { one.event("product_viewed", age: age, product: product) } }
    return one
  }

  @Test func brandNeedsTwoPoints() {
    #expect(views([("a", 1)]).word("brand") == "=none")
    #expect(views([("a", 2)]).word("brand") == "~alpha")
    #expect(views([("a", 2)], age: 1).word("brand") == "=none")  // a millisecond of decay
    #expect(views([("a", 4)], age: 30 * day).word("brand") == "~alpha")
    #expect(views([("a", 4)], age: 30 * day + 1).word("brand") == "=none")
    #expect(views([("a", 4)], age: -1).word("brand") == nil)
  }

  @Test func brandNeedsThirtyFivePerCent() {
    #expect(views([("a", 7), ("b", 7), ("g", 6)]).word("brand") == "~alpha")  // exactly 35 %
    #expect(views([("a", 7), ("b", 7), ("g", 7)]).word("brand") == "=none")
    #expect(views([("b", 7), ("g", 7), ("n", 6)]).word("brand") == "~beta")  // ties to the first name
    #expect(views([("x", 50), ("n", 2)]).word("brand") == "~none")  // a brand called none is a brand
  }

  @Test func brandWeights() {
    var cart = views([("b", 2)])
    cart.event("product_added_to_cart", age: 0, product: "a", quantity: 9)  // 3, whatever the quantity
    #expect(cart.word("brand") == "~alpha")
    cart.event("product_viewed", age: 0, product: "b")
    cart.event("product_viewed", age: 0, product: "b")
    #expect(cart.word("brand") == "~beta")
    var bought = views([("b", 6)])
    bought.order(age: 0) { $0.lines = [.init(product: "a", quantity: 2, price: Money(1))] }
    #expect(bought.word("brand") == "~beta")
    bought.event("product_viewed", age: 0, product: "a")
    #expect(bought.word("brand") == "~alpha")
  }

  @Test func refundsTakeBackAtTheirOwnAge() {
    for (refundAge, expected) in [(Int64(-1), "~alpha"), (0, "=none"), (30 * day, "~alpha")] {
      var one = OneCustomer(products: InterestAxesTests.products)
      one.order(age: 30 * day) { order in
        order.lines = [
          .init(product: "a", quantity: 1, price: Money(1)), .init(product: "a", quantity: 1, price: Money(1)),
        ]
        order.refunds = [
          .init(at: OneCustomer.t.adding(-refundAge), lines: [.init(product: "a", quantity: 1, amount: .zero)])
        ]
      }
      // Two lines are 5 at this age; the refund is −5 now or −2.5 when as old as the order.
      #expect(one.word("brand") == expected, "refund \(refundAge)")
    }
  }

  @Test func refundedLineWeighsFive() {
    for (count, expected) in [(6, "=none"), (7, "~alpha")] {
      var one = views([("a", count)])
      one.order(age: 500 * day) { order in
        let line = OrderRecord.RefundLine(product: "a", quantity: 3, amount: .zero)
        order.refunds = [.init(at: OneCustomer.t, lines: [line])]
      }
      #expect(one.word("brand") == expected, "\(count) views")
    }
  }

  @Test func negativeScoresAreNotInTheTotal() {
    var one = views([("a", 2)])
    one.order(age: 0) { order in
      order.refunds = [.init(at: OneCustomer.t, lines: [.init(product: "b", quantity: 1, amount: .zero)])]
    }
    #expect(one.word("brand") == "~alpha")
  }

  @Test func researchingNeedsThreeRecentViews() {
    #expect(views([("a", 2)]).word("researching") == "=none")
    #expect(views([("a", 1), ("g", 2)]).word("researching") == "~jackets")
    #expect(views([("a", 3)], age: 7 * day - 1).word("researching") == "~jackets")
    #expect(views([("a", 3)], age: 7 * day).word("researching") == "=none")
    #expect(views([("n", 3)]).word("researching") == "~none")
    #expect(views([("x", 9)]).word("researching") == "=none")
  }

  @Test func researchingTies() {
    var one = views([("b", 3), ("a", 3)], age: hour)
    #expect(one.word("researching") == "~jackets")  // same time: the first name
    one.event("product_added_to_cart", age: 0, product: "b")
    #expect(one.word("researching") == "~jackets")  // only views count
    var late = views([("b", 2), ("a", 3)], age: hour)
    late.event("product_viewed", age: hour - 1, product: "b")
    #expect(late.word("researching") == "~shoes")  // the most recent view
    late.event("product_viewed", age: 6 * day, product: "a")
    #expect(late.word("researching") == "~jackets")  // the most views come first
  }

  private func basket(_ steps: [(String, Int64, String)]) -> OneCustomer {
    var one = OneCustomer(products: InterestAxesTests.products)
    one.record { _ in }
    for (step, age, product) in steps {
      switch step.first {
      case "+": one.event("product_added_to_cart", age: age, product: product, quantity: Int(step.dropFirst()))
      case "-": one.event("product_removed_from_cart", age: age, product: product, quantity: Int(step.dropFirst()))
      default: one.event("checkout_started", age: age)
      }
    }
    return one
  }

  @Test func basketAges() {
    let table: [(Int64, String)] = [
      (0, "=other"), (24 * hour - 1, "=other"), (24 * hour, "=other"), (24 * hour + 1, "=abandoned"),
      (14 * day - 1, "=abandoned"), (14 * day, "=empty"), (14 * day + 1, "=empty"), (-1, "=empty"),
    ]
    for (age, expected) in table { #expect(basket([("+", age, "a")]).word("basket") == expected, "age \(age)") }
  }

  @Test func basketClampsAfterEveryEvent() {
    #expect(basket([("-5", 9, "a"), ("+", 8, "a")]).word("basket") == "=other")
    #expect(basket([("+", 9, "a"), ("-5", 8, "a"), ("+", 7, "a"), ("-", 6, "a")]).word("basket") == "=empty")
    #expect(basket([("+2", 9, "a"), ("-", 8, "a")]).word("basket") == "=other")
    #expect(basket([("+0", 9, "a")]).word("basket") == "=empty")
    #expect(basket([("+", 9, "a"), ("-", 8, "b")]).word("basket") == "=other")
    #expect(basket([("+", 9, "unknown")]).word("basket") == "=other")
  }

  @Test func changeWithoutEffectIsAChange() {
    let step = basket([("+", 30 * hour, "a"), ("-", hour, "b")])
    #expect(step.word("basket") == "=other")
    #expect(basket([("+", 30 * hour, "a"), ("c", 2 * hour, ""), ("-", hour, "b")]).word("basket") == "=other")
  }

  @Test func sameMillisecondByEventId() {
    for (first, second, expected) in [("1", "2", "=empty"), ("2", "1", "=other")] {
      var one = OneCustomer()
      one.event("product_added_to_cart", age: 0, product: "a", id: first)
      one.event("product_removed_from_cart", age: 0, product: "a", id: second)
      #expect(one.word("basket") == expected)
    }
  }

  @Test func checkoutAfterTheLastChange() {
    #expect(basket([("+", 10, "a"), ("c", 9, "")]).word("basket") == "=checkout")
    #expect(basket([("+", 10, "a"), ("c", 10, "")]).word("basket") == "=other")
    #expect(basket([("+", 10, "a"), ("c", -1, "")]).word("basket") == "=other")
    #expect(basket([("+", 25 * hour, "a"), ("c", 0, "")]).word("basket") == "=abandoned")
    #expect(basket([("c", 0, "")]).word("basket") == "=empty")
  }

  @Test func researchedWhenOneIsOfTheCategory() {
    var one = views([("a", 3)])
    one.event("product_added_to_cart", age: 0, product: "b")
    #expect(one.word("basket") == "=other")
    one.event("product_added_to_cart", age: 0, product: "g")
    #expect(one.word("basket") == "=researched")
    one.event("product_removed_from_cart", age: 0, product: "g", id: "z")
    #expect(one.word("basket") == "=other")
  }

  @Test func newestOrderEmptiesTheBasket() {
    for (orderAge, expected) in [(Int64(11), "=other"), (10, "=empty"), (9, "=empty")] {
      var one = basket([("+", 10, "a")])
      one.order(age: orderAge)
      #expect(one.word("basket") == expected, "order \(orderAge)")
      var cancelled = basket([("+", 10, "a")])
      cancelled.order(age: orderAge) { $0.cancelledAt = OneCustomer.t }
      #expect(cancelled.word("basket") == "=other")
    }
  }
}
