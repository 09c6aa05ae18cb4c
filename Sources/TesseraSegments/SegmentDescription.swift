package import TesseraModel

/// A segment in a sentence, for people.
package enum SegmentDescription {
  /// For example: *returning visitor who joined less than 60 days ago, has ordered once, leans to The North Face, has
  /// been researching jackets for the last 7 days and has one in the basket, buys with discount codes*. What is relaxed
  /// is said at the end.
  /// - Parameter spelling: how to write a normalised name, as the store spells it.
  package static func sentence(_ segment: Segment, spelling: (AxisValue) -> String = { $0.text }) -> String {
    let relaxed = segment.relaxed
    if relaxed.count == segment.axes.count { return "everyone" }
    func word(_ axis: String) -> String {
      if case .word(let word)? = segment[axis] { word } else { "" }
    }
    func name(_ axis: String) -> String? {
      if case .name? = segment[axis] { segment[axis].map(spelling) } else { nil }
    }
    var clauses: [String] = []
    if let tenure = tenures[word("tenure")] { clauses.append(tenure) }
    if let orders = orders[word("orders")] { clauses.append(orders) }
    if let last = lastOrders[word("last-order")] { clauses.append(last) }
    if let brand = name("brand") { clauses.append("leans to \(brand)") }
    clauses += researchAndBasket(category: name("researching"), basket: word("basket"))
    if let price = prices[word("price-sensitivity")] { clauses.append(price) }
    if let spend = spends[word("spend")] { clauses.append(spend) }
    if let reach = reaches[word("reach")] { clauses.append(reach) }
    let subject = visits[word("visits")] ?? "visitor"
    var text = clauses.isEmpty ? subject : "\(subject) who \(clauses.joined(separator: ", "))"
    if !relaxed.isEmpty { text += " (any \(relaxed.map { relaxedNames[$0] ?? $0 }.joined(separator: ", ")))" }
    return text
  }

  private static func researchAndBasket(category: String?, basket: String) -> [String] {
    guard let category else { return baskets[basket].map { [$0] } ?? [] }
    let research = "has been researching \(category) for the last 7 days"
    if basket == "researched" { return [research + " and has one in the basket"] }
    return [research] + (baskets[basket].map { [$0] } ?? [])
  }

  private static let visits = [
    "never": "customer", "new": "new visitor", "returning": "returning visitor",
    "lapsing": "visitor last seen over 30 days ago", "lapsed": "visitor last seen over 90 days ago",
  ]
  private static let tenures = [
    "under-7d": "joined less than 7 days ago", "under-60d": "joined less than 60 days ago",
    "under-1y": "joined less than a year ago", "over-1y": "joined over a year ago",
  ]
  private static let orders = [
    "none": "has not ordered yet", "one": "has ordered once", "few": "has ordered 2 or 3 times",
    "many": "has ordered 4 to 9 times", "loyal": "has ordered 10 times or more",
  ]
  private static let lastOrders = [
    "under-7d": "last ordered less than 7 days ago", "under-30d": "last ordered less than 30 days ago",
    "under-90d": "last ordered less than 90 days ago", "over-90d": "last ordered 90 days ago or longer",
  ]
  private static let baskets = [
    "researched": "has one in the basket", "other": "has something in the basket",
    "checkout": "has started the checkout", "abandoned": "left a basket behind over a day ago",
  ]
  private static let prices = [
    "full-price": "buys at full price", "mixed": "buys reduced now and then", "deals": "buys mostly reduced",
    "coupons": "buys with discount codes",
  ]
  private static let spends = [
    "low": "is in the lower half by spend", "mid": "is in the upper half by spend",
    "high": "is in the top tenth by spend",
    "top": "is in the top hundredth by spend",
  ]
  private static let reaches = [
    "onsite": "is reached on site", "email": "is reached by email", "sms": "is reached by SMS",
    "push": "is reached by push",
  ]
  private static let relaxedNames = [
    "last-order": "last order", "price-sensitivity": "price sensitivity", "researching": "research",
  ]
}
