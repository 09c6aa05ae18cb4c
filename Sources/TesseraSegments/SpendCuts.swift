package import TesseraModel

/// The three amounts that part spenders: nearest-rank percentiles of the positive net revenues of all customers.
package struct SpendCuts: Sendable, Equatable {
  package let p50: Money
  package let p90: Money
  package let p99: Money

  /// With no spender there is nothing to cut; anyone with spend would be `low`.
  package static let none = SpendCuts(p50: .zero, p90: .zero, p99: .zero)

  package init(p50: Money, p90: Money, p99: Money) { (self.p50, self.p90, self.p99) = (p50, p90, p99) }

  /// - Parameter revenues: net revenues in any order; those at or below zero do not count.
  package init(revenues: [Money]) {
    let sorted = revenues.filter { $0 > .zero }.sorted()
    guard !sorted.isEmpty else {
      self = .none
      return
    }
    func rank(_ percent: Int) -> Money { sorted[(percent * sorted.count + 99) / 100 - 1] }
    self.init(p50: rank(50), p90: rank(90), p99: rank(99))
  }

  package var json: JSONValue { ["p50": .money(p50), "p90": .money(p90), "p99": .money(p99)] }

  package init?(json: JSONValue) {
    guard case .number(let a)? = json["p50"], case .number(let b)? = json["p90"], case .number(let c)? = json["p99"],
      let p50 = Money(decimal: a), let p90 = Money(decimal: b), let p99 = Money(decimal: c)
    else { return nil }
    self.init(p50: p50, p90: p90, p99: p99)
  }
}
