import TesseraModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The brand someone leans to. Score per brand = Σ w·2^(−age/30 d), w = 1 a view, 3 an addition to the cart, 5 an
/// ordered line, −5 a refunded line. The highest score wins if it is at least 2 and at least 35 % of the sum of the
/// positive scores; ties go to the first name.
package final class BrandAxis: Axis {
  package let name = "brand"
  package let words = ["none"]
  package let nameSource: AxisNameSource? = .brands

  package init() {}

  /// Scores are whole numbers of 2⁻⁴⁰, as of the newest fact that counts: sums of integers do not depend on their
  /// order, and neither the winner nor its share depends on T. Only whether the score is still 2 does.
  private static let one: Double = 1_099_511_627_776
  private static let halfLife = Double(30 * Instant.day)
  /// Time is cut short by this much where a score is reckoned to fall below 2, for the reckoning is in floating point.
  private static let margin = Instant.second

  private struct Score {
    var brand: UInt16
    var score: Int64
  }

  package func reading(of profile: ProfileView) -> AxisReading {
    guard let newest = BrandAxis.newest(of: profile) else { return AxisReading(Code.none) }
    let codes = profile.catalog.brandCodes
    let capacity = profile.events.count + profile.lines.count + profile.refundedProducts.count
    let winner = withUnsafeTemporaryAllocation(of: Score.self, capacity: max(1, capacity)) { scores in
      var used = 0
      func add(_ product: Int32, _ weight: Int64, _ at: Int64) {
        guard product >= 0, codes[Int(product)] != Catalog.noName else { return }
        let brand = codes[Int(product)]
        let decay = at == newest ? 1 : exp2(-Double(newest - at) / BrandAxis.halfLife)
        let score = weight * Int64((decay * BrandAxis.one).rounded())
        if let i = scores[..<used].firstIndex(where: { $0.brand == brand }) {
          scores[i].score += score
        } else {
          scores.initializeElement(at: used, to: Score(brand: brand, score: score))
          used += 1
        }
      }
      for event in profile.events {
        switch event.kind {
        case .productViewed: add(event.product, 1, event.at)
        case .addedToCart: add(event.product, 3, event.at)
        default: break
        }
      }
      for order in profile.orders {
        for line in profile.lines[order.lines] { add(line.product, 5, order.placedAt.milliseconds) }
        for refund in profile.refunds[order.refunds] {
          for product in profile.refundedProducts[refund.products] { add(product, -5, refund.at.milliseconds) }
        }
      }
      return BrandAxis.winner(of: scores[..<used], names: profile.catalog.brands.names)
    }
    guard let winner else { return AxisReading(Code.none) }
    return reading(winner, newest: newest, at: profile.at.milliseconds)
  }

  /// The time of the newest fact that may count.
  private static func newest(of profile: ProfileView) -> Int64? {
    var newest = profile.events.last { event in
      switch event.kind {
      case .productViewed, .addedToCart: true
      default: false
      }
    }?.at
    for order in profile.orders {
      newest = max(newest ?? .min, order.placedAt.milliseconds)
      for refund in profile.refunds[order.refunds] { newest = max(newest ?? .min, refund.at.milliseconds) }
    }
    return newest
  }

  /// The brand if its score has not yet fallen below 2 at T, and until when it has not.
  private func reading(_ winner: Score, newest: Int64, at now: Int64) -> AxisReading {
    let score = Double(winner.score) / BrandAxis.one
    guard score * exp2(-Double(now - newest) / BrandAxis.halfLife) >= 2 else { return AxisReading(Code.none) }
    let lasts = Int64((log2(score / 2) * BrandAxis.halfLife).rounded(.down))
    return AxisReading(code(name: winner.brand), until: max(now + 1, newest + lasts - BrandAxis.margin))
  }

  /// The highest score with at least 35 % of the sum of the positive ones; ties go to the first name.
  private static func winner(of scores: Slice<UnsafeMutableBufferPointer<Score>>, names: [String]) -> Score? {
    var total: Int64 = 0
    var best: Score?
    for entry in scores where entry.score > 0 {
      total += entry.score
      guard let held = best else {
        best = entry
        continue
      }
      let isBetter =
        entry.score != held.score
        ? entry.score > held.score : NameNormalization.precedes(names[Int(entry.brand)], names[Int(held.brand)])
      if isBetter { best = entry }
    }
    guard let best, Int128(best.score) * 100 >= Int128(total) * 35 else { return nil }
    return best
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let none: UInt16 = 1
  }
}
