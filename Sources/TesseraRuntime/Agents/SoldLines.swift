import Synchronization
import TesseraModel
import TesseraSegments
import TesseraStorage

/// Every line sold and given back, to count returns by anything.
final class SoldLines: Sendable {
  /// What is asked again and again, for many segments share a brand or category.
  private struct Question: Hashable {
    let grouping: ReturnGrouping
    let brand: String?
    let category: String?
    let days: Int
  }

  private struct Line: Sendable {
    let product: Int32
    let at: Instant
    let isReturn: Bool
  }

  private let lines: [Line]
  private let catalog: Catalog
  private let at: Instant
  private let answers = Mutex<[Question: [ReturnCount]]>([:])

  init(_ profiles: Profiles, at instant: Instant) {
    (catalog, at) = (profiles.catalog, instant)
    var lines: [Line] = []
    profiles.forEachOrder(at: instant) { order in
      for sold in order.lines { lines.append(Line(product: sold.product, at: order.placedAt, isReturn: false)) }
      for refund in order.refunds where refund.at <= instant {
        for product in refund.products { lines.append(Line(product: product, at: order.placedAt, isReturn: true)) }
      }
    }
    self.lines = lines
  }

  private struct Tally {
    var sold = 0
    var returned = 0

    mutating func add(_ isReturn: Bool) {
      if isReturn { returned += 1 } else { sold += 1 }
    }
  }

  /// The shop's first, then by group, the most sold first. Worked out once for each question.
  func counts(by grouping: ReturnGrouping, brand: String?, category: String?, days: Int) -> [ReturnCount] {
    let question = Question(grouping: grouping, brand: brand, category: category, days: days)
    if let known = answers.withLock({ $0[question] }) { return known }
    let found = count(question)
    answers.withLock { $0[question] = found }
    return found
  }

  private func count(_ question: Question) -> [ReturnCount] {
    let (grouping, brand, category) = (question.grouping, question.brand, question.category)
    var (shop, groups) = (Tally(), [String: Tally]())
    let brandCode = brand.map { catalog.brands.code(of: $0) }
    let categoryCode = category.map { catalog.categories.code(of: $0) }
    for line in lines where line.at.age(at: at) < Int64(question.days) * Instant.day {
      shop.add(line.isReturn)
      if let brandCode, brandCode == nil || catalog.brand(line.product) != brandCode { continue }
      if let categoryCode, categoryCode == nil || catalog.category(line.product) != categoryCode { continue }
      if let name = name(line.product, grouping) { groups[name, default: Tally()].add(line.isReturn) }
    }
    let sorted = groups.sorted { a, b in
      a.value.sold != b.value.sold ? a.value.sold > b.value.sold : NameNormalization.precedes(a.key, b.key)
    }
    return [ReturnCount(linesSold: shop.sold, linesReturned: shop.returned)]
      + sorted.map { ReturnCount(name: $0.key, linesSold: $0.value.sold, linesReturned: $0.value.returned) }
  }

  private func name(_ product: Int32, _ grouping: ReturnGrouping) -> String? {
    guard product >= 0 else { return nil }
    switch grouping {
    case .brand: return catalog.brand(product).map { catalog.brands.names[Int($0)] }
    case .category: return catalog.category(product).map { catalog.categories.names[Int($0)] }
    case .product: return catalog.entries[Int(product)].id
    case .priceBand: return catalog.tier(product)?.rawValue
    }
  }
}
