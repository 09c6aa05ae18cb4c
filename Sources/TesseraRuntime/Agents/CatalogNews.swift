import TesseraAgents
import TesseraModel
import TesseraSegments
import TesseraStorage

/// What a change is told by: a brand or a category.
enum NewsScope: String, Hashable, Sendable { case brand, category }

/// The catalog's changes by brand, category and product, so that a segment finds its own at once.
struct CatalogNews: Sendable {
  private struct Shelf: Hashable {
    let scope: NewsScope
    let name: String
    let kind: CatalogChange.Kind
  }

  private let shelves: [Shelf: [CatalogChange]]
  private let products: [String: [CatalogChange]]

  /// Kinds that say something of a whole brand or category. Single prices and shortages concern who looked at them.
  private static let kinds: [CatalogChange.Kind] = [.new, .restock, .markdown]
  private static let productsTold = 3

  init(_ history: CatalogHistory) {
    var (shelves, products) = ([Shelf: [CatalogChange]](), [String: [CatalogChange]]())
    for change in history.changes {
      products[change.product, default: []].append(change)
      if let brand = change.brand {
        shelves[Shelf(scope: .brand, name: brand, kind: change.kind), default: []].append(change)
      }
      if let category = change.category {
        shelves[Shelf(scope: .category, name: category, kind: change.kind), default: []].append(change)
      }
    }
    (self.shelves, self.products) = (shelves, products)
  }

  func changes(_ scope: NewsScope, _ name: String, reach: Double, spelled: String) -> [DigestChange] {
    CatalogNews.kinds.compactMap { kind in
      guard let found = shelves[Shelf(scope: scope, name: name, kind: kind)], let latest = found.first else {
        return nil
      }
      let words = [.new: "new", .restock: "back in stock", .markdown: "reduced"][kind] ?? ""
      let told = found.prefix(CatalogNews.productsTold).map { change -> JSONValue in
        [
          "sku": .string(QuotedText.clean(change.product)), "title": .string(QuotedText.clean(change.title)),
          "price": change.price.map { .money($0) } ?? .null,
        ]
      }
      let day = String("\(latest.at)".prefix(10))
      return DigestChange(
        kind: DigestChange.Kind(kind),
        key: "\(scope.rawValue):\(name):\(DigestNumber.countBand(found.count)):\(day)", reach: reach,
        facts: JSONObject([
          (scope.rawValue, .string(spelled)), ("count", .integer(found.count)), ("latest", .instant(latest.at)),
          ("products", .array(Array(told))), ("reach", .double(DigestNumber.significant(reach, digits: 1))),
          ("said", .string("\(spelled): \(found.count) \(words) within \(CatalogHistory.days) days.")),
        ]))
    }
  }

  /// - Parameters:
  ///   - reach: the share of the segment that had to do with it: at least 20 people.
  ///   - inBasket: people; told from 20 on.
  func changes(ofProduct id: String, reach: Double, inBasket: Int) -> [DigestChange] {
    (products[id] ?? []).map { change in
      var facts = JSONObject([
        ("sku", .string(QuotedText.clean(id))), ("title", .string(QuotedText.clean(change.title))),
        ("at", .instant(change.at)),
      ])
      if let price = change.price { facts["price"] = .money(price) }
      if let was = change.was { facts["was"] = .money(was) }
      if let stock = DigestNumber.stockBand(change.inventory) { facts["stock"] = .string(stock) }
      if inBasket >= SegmentDigest.peopleMin {
        facts["in_baskets"] = .double(DigestNumber.significant(Double(inBasket), digits: 1))
      }
      facts["reach"] = .double(DigestNumber.significant(reach, digits: 1))
      let price = DigestNumber.significant(change.price?.approximate ?? 0)
      let day = String("\(change.at)".prefix(10))
      return DigestChange(
        kind: DigestChange.Kind(change.kind),
        key: "sku:\(id):\(price):\(DigestNumber.stockBand(change.inventory) ?? ""):\(day)", reach: reach, facts: facts)
    }
  }
}

extension DigestChange.Kind {
  init(_ kind: CatalogChange.Kind) {
    switch kind {
    case .new: self = .new
    case .restock: self = .restock
    case .markdown: self = .markdown
    case .priceUp: self = .priceUp
    case .lowStock: self = .lowStock
    case .removed: self = .removed
    }
  }
}

/// Brands and categories that come back clearly more often than the shop's goods.
struct ReturnNews: Sendable {
  private let shop: Double
  private var rates: [NewsScope: [String: ReturnCount]] = [:]

  static let days = 180
  /// As often as this many times the shop's.
  private static let ratio = 1.5
  /// Fewer lines say nothing, and could speak of single people.
  private static let linesMin = 50

  init(_ sold: SoldLines) {
    var shop = 0.0
    for (scope, grouping) in [(NewsScope.brand, ReturnGrouping.brand), (.category, .category)] {
      let counts = sold.counts(by: grouping, brand: nil, category: nil, days: ReturnNews.days)
      if let all = counts.first, all.linesSold >= ReturnNews.linesMin {
        shop = Double(all.linesReturned) / Double(all.linesSold)
      }
      rates[scope] = Dictionary(counts.dropFirst().map { ($0.name, $0) }) { first, _ in first }
    }
    self.shop = shop
  }

  func changes(_ scope: NewsScope, _ name: String, reach: Double, spelled: String) -> [DigestChange] {
    guard shop > 0, let count = rates[scope]?[name], count.linesSold >= ReturnNews.linesMin else { return [] }
    let rate = Double(count.linesReturned) / Double(count.linesSold)
    guard rate >= shop * ReturnNews.ratio else { return [] }
    let percent = Int((rate * 20).rounded()) * 5
    return [
      DigestChange(
        kind: .returns, key: "\(scope.rawValue):\(name):\(percent)", reach: reach,
        facts: JSONObject([
          (scope.rawValue, .string(spelled)), ("rate", .double(DigestNumber.significant(rate))),
          ("shop", .double(DigestNumber.significant(shop))), ("lines", .integer(count.linesSold)),
          (
            "said",
            .string(
              "\(spelled): \(ReturnNews.percent(rate)) of lines come back, against \(ReturnNews.percent(shop)) in the shop."
            )
          ),
        ]))
    ]
  }

  private static func percent(_ rate: Double) -> String {
    let tenths = Int((rate * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
