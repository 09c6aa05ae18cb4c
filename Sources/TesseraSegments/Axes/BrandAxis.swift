import TesseraModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The brand someone leans to. Score per brand = Σ w·2^(−age/30 d), w = 1 a view, 3 an addition to the cart, 5 an
/// ordered line, −5 a refunded line. The highest score wins if it is at least 2 and at least 35 % of the sum of the
/// positive scores; ties go to the first name.
package struct BrandAxis: Axis {
  package let name = "brand"
  package let words = ["none"]
  package let nameSource: AxisNameSource? = .brands

  /// Weights are summed as whole numbers of 2⁻⁴⁰: sums of integers do not depend on their order, so neither does the
  /// winner.
  private static let one: Double = 1_099_511_627_776
  private static let halfLife = Double(30 * Instant.day)

  package func code(of profile: ProfileView) -> UInt16 {
    let catalog = profile.catalog
    var scores: [(brand: UInt16, score: Int64)] = []
    func add(_ product: Int32, _ weight: Int64, _ at: Int64) {
      guard let brand = catalog.brand(product) else { return }
      let decay = exp2(-Double(profile.at.milliseconds - at) / BrandAxis.halfLife)
      let score = weight * Int64((decay * BrandAxis.one).rounded())
      if let i = scores.firstIndex(where: { $0.brand == brand }) {
        scores[i].score += score
      } else {
        scores.append((brand, score))
      }
    }
    for event in profile.events {
      if event.kind == .productViewed { add(event.product, 1, event.at) }
      if event.kind == .addedToCart { add(event.product, 3, event.at) }
    }
    for order in profile.orders {
      for line in order.lines { add(line.product, 5, order.placedAt.milliseconds) }
      for refund in order.refunds where refund.at <= profile.at {
        for product in refund.products { add(product, -5, refund.at.milliseconds) }
      }
    }
    return winner(of: scores, names: catalog.brands.names)
  }

  private func winner(of scores: [(brand: UInt16, score: Int64)], names: [String]) -> UInt16 {
    var total: Int64 = 0
    var best: (brand: UInt16, score: Int64)?
    for entry in scores where entry.score > 0 {
      total += entry.score
      guard let held = best else {
        best = entry
        continue
      }
      let isFirst = NameNormalization.precedes(names[Int(entry.brand)], names[Int(held.brand)])
      if entry.score > held.score || (entry.score == held.score && isFirst) { best = entry }
    }
    guard let best, best.score >= 2 * Int64(BrandAxis.one), Int128(best.score) * 100 >= Int128(total) * 35 else {
      return code("none")
    }
    return code(name: best.brand)
  }
}
