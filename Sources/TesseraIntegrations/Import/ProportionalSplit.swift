import TesseraModel

/// Divides one amount among lines in proportion to their worth, so that the parts add up to it exactly.
enum ProportionalSplit {
  /// Parts are whole cents, as shops book them; what an amount has beyond that goes to the first line with worth.
  private static let cent = Money.scale / 100

  /// One part for each weight. Negative weights count as nothing; without any worth the first line gets all.
  static func split(_ amount: Money, over weights: [Money]) -> [Money] {
    guard !weights.isEmpty else { return [] }
    let cents = weights.map { max(0, $0.units / cent) }
    let total = cents.reduce(0, +)
    var parts = [Money](repeating: .zero, count: weights.count)
    let first = cents.firstIndex { $0 > 0 } ?? 0
    let whole = amount.units / cent
    guard total > 0, !whole.multipliedReportingOverflow(by: total).overflow else {
      parts[first] = amount
      return parts
    }
    var reached: Int128 = 0
    var given: Int128 = 0
    for (i, weight) in cents.enumerated() {
      reached += weight
      let due = whole * reached / total
      parts[i] = Money(units: (due - given) * cent)
      given = due
    }
    parts[first] += Money(units: amount.units - whole * cent)
    return parts
  }
}
