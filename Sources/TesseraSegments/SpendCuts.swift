package import TesseraModel

/// The amounts that part people who are compared, such as spenders: nearest-rank percentiles of the positive amounts of
/// all customers.
package struct SpendCuts: Sendable, Equatable {
  /// Ranks from 1 to 99, rising.
  package let percentiles: [Int]
  /// The amount at each rank.
  package let amounts: [Money]

  package static let defaultPercentiles = [50, 90, 99]
  /// With nobody to compare there is nothing to cut; anyone with an amount would be in the lowest part.
  package static let none = SpendCuts(p50: .zero, p90: .zero, p99: .zero)

  package init(percentiles: [Int], amounts: [Money]) { (self.percentiles, self.amounts) = (percentiles, amounts) }

  package init(p50: Money, p90: Money, p99: Money) {
    self.init(percentiles: SpendCuts.defaultPercentiles, amounts: [p50, p90, p99])
  }

  /// - Parameter revenues: amounts in any order; those at or below zero do not count.
  package init(revenues: [Money], percentiles: [Int] = SpendCuts.defaultPercentiles) {
    let sorted = revenues.filter { $0 > .zero }.sorted()
    self.init(
      percentiles: percentiles,
      amounts: percentiles.map { sorted.isEmpty ? .zero : sorted[($0 * sorted.count + 99) / 100 - 1] })
  }

  package var json: JSONValue {
    .object(JSONObject(zip(percentiles, amounts).map { ("p\($0)", .money($1)) }))
  }

  package init?(json: JSONValue) {
    guard let members = json.members else { return nil }
    var (percentiles, amounts) = ([Int](), [Money]())
    for (name, value) in members {
      guard name.first == "p", let rank = Int(name.dropFirst()), case .number(let text) = value,
        let amount = Money(decimal: text)
      else { return nil }
      percentiles.append(rank)
      amounts.append(amount)
    }
    self.init(percentiles: percentiles, amounts: amounts)
  }
}
