package import Liquid
package import TesseraModel
package import TesseraSegments

/// What the hot path knows of one subject: made anew when a fact about them is folded, and with every cycle.
package final class ServingRow: Sendable {
  /// As in receipts and hashes: the customer's id, or `~` and the anonymous id.
  package let name: String
  package let key: SegmentKey
  package let context: ContextCode
  /// Message channels that may be used now: bit 0 email, 1 SMS, 2 push.
  package let channels: UInt8
  /// `customer` for merge tags.
  package let data: LiquidValue

  package init(name: String, key: SegmentKey, context: ContextCode, channels: UInt8, data: LiquidValue) {
    (self.name, self.key, self.context, self.channels, self.data) = (name, key, context, channels, data)
  }

  /// The channels a profile may be written to now, as bits.
  static func channels(_ placed: Placed) -> UInt8 {
    var out: UInt8 = 0
    for i in MessageChannel.allCases.indices where placed.bits & Placed.mayReceive(i) != 0 { out |= 1 << UInt8(i) }
    return out
  }
}

/// The data that merge tags are filled from.
enum MergeData {
  /// Products of a basket handed to a template; more would not fit a message.
  static let basketMax = 10

  static func customer(_ view: ProfileView, segment: Segment) -> LiquidValue {
    var object: [String: LiquidValue] = [:]
    if let state = view.state {
      if let first = state.firstName.value { object["first_name"] = .string(first) }
      if let last = state.lastName.value { object["last_name"] = .string(last) }
      if let traits = state.traits.value { object["traits"] = liquid(traits) }
    }
    if let viewed = view.events.last(where: { $0.kind == .productViewed && $0.product >= 0 }) {
      if let record = view.catalog.record(viewed.product) { object["last_viewed"] = product(record) }
    }
    let basket = BasketAxis.contents(of: view).products.suffix(basketMax).compactMap { view.catalog.record($0) }
    if !basket.isEmpty { object["basket"] = .array(basket.map(product)) }
    if let order = view.orders.max(by: { $0.placedAt < $1.placedAt }) {
      let products = view.lines[order.lines].compactMap { view.catalog.record($0.product) }.prefix(basketMax)
      object["last_order"] = .object([
        "id": .string(view.orderID(order)), "placed_at": .string(order.placedAt.description),
        "products": .array(products.map(product)),
      ])
    }
    if case .name(let brand)? = segment["brand"] { object["brand"] = .string(spelling(brand, view.catalog.brands)) }
    if case .name(let category)? = segment["researching"] {
      object["researching"] = .string(spelling(category, view.catalog.categories))
    }
    return .object(object)
  }

  static func spelling(_ name: String, _ vocabulary: Vocabulary) -> String {
    vocabulary.code(of: name).map { vocabulary.spellings[Int($0)] } ?? name
  }

  static func product(_ record: ProductRecord) -> LiquidValue {
    var object: [String: LiquidValue] = ["id": .string(record.id), "title": .string(record.title)]
    if let brand = record.brand { object["brand"] = .string(brand) }
    if let category = record.category { object["category"] = .string(category) }
    if let price = record.price { object["price"] = .double(price.approximate) }
    if let compare = record.compareAtPrice { object["compare_at_price"] = .double(compare.approximate) }
    object["url"] = .string(record.url ?? "/products/\(record.id)")
    if let image = record.image { object["image"] = .string(image) }
    return .object(object)
  }

  static func liquid(_ json: JSONValue) -> LiquidValue {
    switch json {
    case .null: .null
    case .bool(let b): .bool(b)
    case .number: json.integer.map { .int($0) } ?? .double(json.double ?? 0)
    case .string(let s): .string(s)
    case .array(let a): .array(a.map(liquid))
    case .object(let o): .object(LiquidObject(o.members.map { ($0.name, liquid($0.value)) }))
    }
  }
}
