import Foundation
import TesseraModel

@testable import TesseraSegments

/// The vocabulary worked out a second time, the long way: everything that could count becomes a row, rows are filtered,
/// and what is left is measured.
struct PlainMeasure {
  struct Row {
    var at: Int64
    var units = 1
    var product: Int32 = -1
    var type = ""
    var channel: String?
    var discounted: Bool?
    var refunded: Bool?
    var code: Bool?
    var money = Money.zero
  }

  enum Number: Equatable {
    case none
    case exact(Double)
    case share(Int, Int)
    case money(Money)
    case age(Int64)
  }

  let view: ProfileView
  var now: Int64 { view.at.milliseconds }

  func type(_ event: CompactEvent) -> String {
    switch event.kind {
    case .site, .message: view.types.name(event.type) ?? ""
    case .productViewed: "product_viewed"
    case .addedToCart: "product_added_to_cart"
    case .removedFromCart: "product_removed_from_cart"
    case .checkoutStarted: "checkout_started"
    case .decisionShown: "decision_shown"
    case .decisionClicked: "decision_clicked"
    case .messageDelivered: "message_delivered"
    case .messageClicked: "message_clicked"
    case .messageUnsubscribed: "message_unsubscribed"
    }
  }

  private func row(_ event: CompactEvent, _ value: Money = .zero) -> Row {
    let channel = event.channel == 0 ? nil : MessageChannel.allCases[Int(event.channel) - 1].rawValue
    return Row(at: event.at, product: event.product, type: type(event), channel: channel, money: value)
  }

  private func orderRows(isOrders: Bool) -> [Row] {
    view.orders.flatMap { order -> [Row] in
      let refunded = Set(view.refunds[order.refunds].flatMap { view.refundedProducts[$0.products] })
      if isOrders {
        return [
          Row(at: order.placedAt.milliseconds, refunded: !order.refunds.isEmpty, code: order.hasDiscountCode)
        ]
      }
      return view.lines[order.lines].map { line in
        Row(
          at: order.placedAt.milliseconds, units: line.units, product: line.product, discounted: line.isDiscounted,
          refunded: refunded.contains(line.product), code: order.hasDiscountCode, money: line.revenue)
      }
    }
  }

  private func refundRows() -> [Row] {
    view.orders.flatMap { order in
      view.refunds[order.refunds].flatMap { refund in
        view.refundedProducts[refund.products].map { Row(at: refund.at.milliseconds, product: $0) }
      }
    }
  }

  func rows(_ source: AxisMeasure.Source) -> [Row] {
    switch source {
    case .events: view.events.map { row($0) }
    case .visits, .sessions: view.events.filter { !type($0).hasPrefix("message_") }.map { row($0) }
    case .orders: orderRows(isOrders: true)
    case .lines, .units: orderRows(isOrders: false)
    case .refunds: refundRows()
    case .joined: []
    }
  }

  func accepts(_ row: Row, _ filter: AxisFilter) -> Bool {
    let product = view.catalog.record(row.product)
    if let types = filter.types, !types.contains(row.type) { return false }
    if let channel = filter.channel, row.channel != channel.rawValue { return false }
    if let brand = filter.brand, PlainMeasure.bytes(product?.brand) != Array(brand.utf8) { return false }
    if let category = filter.category, PlainMeasure.bytes(product?.category) != Array(category.utf8) { return false }
    if let tier = filter.tier, tierOf(row.product) != tier { return false }
    if let wanted = filter.discounted, row.discounted != wanted { return false }
    if let wanted = filter.refunded, row.refunded != wanted { return false }
    if let wanted = filter.discountCode, row.code != wanted { return false }
    return true
  }

  /// A normalised name; names are compared by bytes, and texts that look alike are two.
  static func bytes(_ name: String?) -> [UInt8]? {
    name.flatMap { NameNormalization.normalized($0) }.map { Array($0.utf8) }
  }

  func tierOf(_ product: Int32) -> PriceTier? {
    guard let record = view.catalog.record(product), let price = record.price else { return nil }
    let category = PlainMeasure.bytes(record.category)
    let prices = view.catalog.entries.compactMap(\.record).filter {
      PlainMeasure.bytes($0.category) == category
    }.compactMap(\.price).sorted()
    guard prices.count >= 3 else { return .mid }
    let n = Double(prices.count)
    let (low, high) = (prices[Int((n / 3).rounded(.up)) - 1], prices[Int((2 * n / 3).rounded(.up)) - 1])
    if low == high { return price == low ? .mid : price < low ? .budget : .premium }
    return price <= low ? .budget : price <= high ? .mid : .premium
  }

  func read(_ measure: AxisMeasure) -> Number {
    func within(_ row: Row) -> Bool { measure.window.map { now - row.at < $0 } ?? true }
    let all = rows(measure.source).filter(within)
    let counted = all.filter { accepts($0, measure.filter) }
    func weight(_ rows: [Row]) -> Int { rows.reduce(0) { $0 + (measure.source == .units ? $1.units : 1) } }
    switch measure.quantity {
    case .count:
      guard measure.source == .sessions else { return .exact(Double(weight(counted))) }
      let times = all.map(\.at).sorted()
      let pauses = zip(times, times.dropFirst()).count { $1 - $0 >= 30 * 60_000 }
      return .exact(times.isEmpty ? 0 : Double(pauses + 1))
    case .share: return weight(all) == 0 ? .none : .share(weight(counted), weight(all))
    case .last: return counted.map(\.at).max().map { .age(now - $0) } ?? .none
    case .first:
      if measure.source == .joined {
        if let created = view.createdAt, created <= view.at { return .age(now - created.milliseconds) }
        let times = view.events.map(\.at) + view.orders.map(\.placedAt.milliseconds)
        return times.min().map { .age(now - $0) } ?? .none
      }
      return counted.map(\.at).min().map { .age(now - $0) } ?? .none
    case .sum: return sum(measure, within: within)
    }
  }

  private func sum(_ measure: AxisMeasure, within: (Row) -> Bool) -> Number {
    if measure.amount == .value {
      let rows = view.values.map { row($0.event, $0.value) }.filter { within($0) && accepts($0, measure.filter) }
      return .money(rows.reduce(Money.zero) { $0 + $1.money })
    }
    let lines = rows(.lines).filter { within($0) && accepts($0, measure.filter) }
    if measure.amount == .units { return .exact(Double(lines.reduce(0) { $0 + $1.units })) }
    var money = lines.reduce(Money.zero) { $0 + $1.money }
    if measure.amount == .netRevenue {
      for order in view.orders {
        for refund in view.refunds[order.refunds] where within(Row(at: refund.at.milliseconds)) {
          money -= refund.amount
        }
      }
    }
    return .money(money)
  }

  /// -1, 0 or 1 as the number is below, at or above the border.
  private func compare(_ number: Number, _ border: AxisThreshold) -> Int {
    func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
    switch (number, border) {
    case (.exact(let a), .whole(let b)): return order(a, Double(b))
    case (.share(let part, let all), .millionths(let b)): return order(part * 1_000_000, Int(b) * all)
    case (.money(let a), .money(let b)): return order(a, b)
    case (.age(let a), .age(let b)): return order(a, b)
    default: return -1
    }
  }

  private func holds(_ condition: AxisRule.Condition) -> Bool {
    switch condition {
    case .always: return true
    case .none(let measure): return read(measure) == .exact(0)
    case .atLeast(let measure, let border): return read(measure) != .none && compare(read(measure), border) >= 0
    case .over(let measure, let border): return read(measure) != .none && compare(read(measure), border) > 0
    case .atMost(let measure, let border): return read(measure) != .none && compare(read(measure), border) <= 0
    case .under(let measure, let border): return read(measure) != .none && compare(read(measure), border) < 0
    }
  }

  /// The value of an axis, as `AxisValue.canonical` writes it; nil for axes of code, and where two names are nearer
  /// than floating point can tell.
  func value(_ axis: AxisDefinition) -> String? {
    switch axis.form {
    case .builtin, .percentiles: return nil
    case .rules(let rules): return rules.first { holds($0.condition) }.map { "=" + $0.value }
    case .cuts(let measure, let cuts, let hasNone):
      let number = read(measure)
      if number == .none { return "=" + axis.words[0] }
      return "=" + axis.words[(hasNone ? 1 : 0) + cuts.count { compare(number, $0) >= 0 }]
    case .top(let top):
      let scores = scores(top)
      let best = scores.values.map(\.score).sorted().suffix(2)
      if best.count == 2, let a = best.first, let b = best.last, b - a > 1e-15 * b, b - a < 1e-9 * b { return nil }
      return winner(top, scores).map { (top.names == .tier ? "=" : "~") + $0 } ?? "=" + axis.words[0]
    }
  }

  private func name(_ product: Int32, _ names: AxisTop.Names) -> [UInt8]? {
    let record = view.catalog.record(product)
    switch names {
    case .brand: return PlainMeasure.bytes(record?.brand)
    case .category: return PlainMeasure.bytes(record?.category)
    case .tier: return tierOf(product).map { Array($0.rawValue.utf8) }
    }
  }

  private func scores(_ top: AxisTop) -> [[UInt8]: (score: Double, last: Int64)] {
    var points: [(at: Int64, name: [UInt8]?, weight: Int)] = []
    for row in rows(.events) { points.append((row.at, name(row.product, top.names), top.weights[row.type] ?? 0)) }
    for row in rows(.lines) { points.append((row.at, name(row.product, top.names), top.lineWeight)) }
    for row in rows(.refunds) { points.append((row.at, name(row.product, top.names), top.refundWeight)) }
    points = points.filter { point in top.window.map { now - point.at < $0 } ?? true }
    var scores: [[UInt8]: (score: Double, last: Int64)] = [:]
    for case (let at, let name?, let weight) in points where weight != 0 {
      let decay = top.halfLife.map { pow(2, -Double(now - at) / Double($0)) } ?? 1
      let held = scores[name] ?? (0, .min)
      scores[name] = (held.score + Double(weight) * decay, max(held.last, at))
    }
    return scores.filter { $0.value.score > 1e-12 }
  }

  private func winner(_ top: AxisTop, _ positive: [[UInt8]: (score: Double, last: Int64)]) -> String? {
    let total = positive.values.reduce(0) { $0 + $1.score }
    let tiers = PriceTier.allCases.map { Array($0.rawValue.utf8) }
    let best = positive.max { a, b in
      if abs(a.value.score - b.value.score) > 1e-15 * total { return a.value.score < b.value.score }
      if top.latestWins, a.value.last != b.value.last { return a.value.last < b.value.last }
      if top.names == .tier { return (tiers.firstIndex(of: a.key) ?? 0) > (tiers.firstIndex(of: b.key) ?? 0) }
      return b.key.lexicographicallyPrecedes(a.key)
    }
    guard let best, best.value.score >= Double(top.atLeast) - 2e-12 else { return nil }
    if let share = top.shareMillionths, best.value.score < total * Double(share) / 1e6 * (1 - 2e-12) { return nil }
    return String(decoding: best.key, as: UTF8.self)
  }
}
