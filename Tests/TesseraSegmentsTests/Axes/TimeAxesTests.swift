import TesseraModel
import TesseraSegments
import Testing

private let minute = Instant.minute
private let hour = Instant.hour
private let day = Instant.day

/// visits, tenure, orders and last-order at every cut, one millisecond before, on it and after.
@Suite struct TimeAxesTests {
  @Test func visitsByAgeOfTheLastEvent() {
    let table: [(Int64, String)] = [
      (-1, "=never"), (0, "=new"), (30 * day - 1, "=new"), (30 * day, "=new"), (30 * day + 1, "=lapsing"),
      (90 * day - 1, "=lapsing"), (90 * day, "=lapsing"), (90 * day + 1, "=lapsed"),
    ]
    for (age, expected) in table {
      var one = OneCustomer()
      one.record { _ in }
      one.event("page_viewed", age: age)
      #expect(one.word("visits") == expected, "age \(age)")
    }
  }

  @Test func sessionsPartAtThirtyMinutes() {
    for (gap, expected) in [(30 * minute - 1, "=new"), (30 * minute, "=returning"), (30 * minute + 1, "=returning")] {
      var one = OneCustomer()
      one.event("page_viewed", age: hour)
      one.event("anything", age: hour - gap)
      #expect(one.word("visits") == expected, "gap \(gap)")
      // An event in the middle joins the two into one session; a message there does not.
      var joined = one
      joined.event("page_viewed", age: hour - gap / 2)
      #expect(joined.word("visits") == "=new")
      var message = one
      message.event("message_opened", age: hour - gap / 2)
      #expect(message.word("visits") == expected)
    }
  }

  @Test func messagesAloneAreNoVisit() {
    var one = OneCustomer()
    one.event("message_clicked", age: hour)
    #expect(one.word("visits") == "=never")
    one.event("messages", age: hour)
    #expect(one.word("visits") == "=new")
  }

  static let tenureCuts: [(Int64, String)] = [
    (0, "=under-7d"), (7 * day - 1, "=under-7d"), (7 * day, "=under-60d"), (7 * day + 1, "=under-60d"),
    (60 * day - 1, "=under-60d"), (60 * day, "=under-1y"), (60 * day + 1, "=under-1y"), (365 * day - 1, "=under-1y"),
    (365 * day, "=over-1y"), (365 * day + 1, "=over-1y"),
  ]

  @Test func tenureByEachOfItsSources() {
    for (age, expected) in TimeAxesTests.tenureCuts {
      var created = OneCustomer()
      created.record { $0.createdAt = .set(OneCustomer.t.adding(-age)) }
      created.event("page_viewed", age: 500 * day)  // the record's date comes first
      #expect(created.word("tenure") == expected, "created \(age)")
      var event = OneCustomer()
      event.event("message_delivered", age: age)
      event.order(age: 0)
      #expect(event.word("tenure") == expected, "event \(age)")
      var order = OneCustomer()
      order.order(age: age)
      order.event("page_viewed", age: 0)
      #expect(order.word("tenure") == expected, "order \(age)")
    }
  }

  @Test func tenureWithoutADate() {
    var one = OneCustomer()
    one.record { _ in }
    #expect(one.word("tenure") == "=unknown")
    one.record { $0.createdAt = .set(OneCustomer.t.adding(1)) }
    #expect(one.word("tenure") == "=unknown")  // dated after T
    one.event("page_viewed", age: 8 * day)
    #expect(one.word("tenure") == "=under-60d")
    one.record { $0.createdAt = .set(OneCustomer.t.adding(-400 * day)) }
    #expect(one.word("tenure") == "=over-1y")
    one.record { $0.createdAt = .cleared }
    #expect(one.word("tenure") == "=under-60d")
  }

  @Test func cancelledOrderIsNoFirstFact() {
    for (cancelledAge, expected) in [(Int64(0), "=under-7d"), (-1, "=over-1y")] {
      var one = OneCustomer()
      one.order(age: 400 * day) { $0.cancelledAt = OneCustomer.t.adding(-cancelledAge) }
      one.event("page_viewed", age: day)
      #expect(one.word("tenure") == expected)
    }
  }

  @Test func ordersAreCounted() {
    for n in 0...12 {
      var one = OneCustomer()
      one.record { _ in }
      for i in 0..<n { one.order(age: Int64(i) * 200 * day) }
      one.order(age: 5) { $0.cancelledAt = OneCustomer.t }
      one.order(age: -1)
      let expected = n == 0 ? "=none" : n == 1 ? "=one" : n <= 3 ? "=few" : n <= 9 ? "=many" : "=loyal"
      #expect(one.word("orders") == expected, "\(n) orders")
    }
  }

  @Test func lastOrderByItsAge() {
    let table: [(Int64, String)] = [
      (-1, "=never"), (0, "=under-7d"), (7 * day - 1, "=under-7d"), (7 * day, "=under-30d"),
      (7 * day + 1, "=under-30d"),
      (30 * day - 1, "=under-30d"), (30 * day, "=under-90d"), (30 * day + 1, "=under-90d"),
      (90 * day - 1, "=under-90d"),
      (90 * day, "=over-90d"), (90 * day + 1, "=over-90d"),
    ]
    for (age, expected) in table {
      var one = OneCustomer()
      one.record { _ in }
      one.order(age: age)
      one.order(age: 1) { $0.cancelledAt = OneCustomer.t.adding(-1) }
      #expect(one.word("last-order") == expected, "age \(age)")
      one.order(age: 300 * day)
      #expect(one.word("last-order") == (age < 0 ? "=over-90d" : expected))
    }
  }
}
