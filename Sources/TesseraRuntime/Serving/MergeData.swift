import Liquid
import TesseraModel
import TesseraSegments

/// The data that merge tags are filled from: what of it is kept in a row, and how a template sees it.
enum MergeData {
  /// Products of a basket or an order handed to a template; more would not fit a message.
  static let productsMax = 10

  /// Adds what merge tags may ask of a customer to their row.
  static func pack(_ view: ProfileView, segment: Segment, into row: inout RowFields.Builder) {
    if let state = view.state {
      if let first = state.firstName.value { row.add(.firstName, first.utf8) }
      if let last = state.lastName.value { row.add(.lastName, last.utf8) }
    }
    if case .name(let brand)? = segment["brand"] { row.add(.brand, spelling(brand, view.catalog.brands).utf8) }
    if case .name(let category)? = segment["researching"] {
      row.add(.researching, spelling(category, view.catalog.categories).utf8)
    }
    func isKnown(_ product: Int32) -> Bool { view.catalog.record(product) != nil }
    if let viewed = view.events.last(where: { $0.kind == .productViewed && $0.product >= 0 }), isKnown(viewed.product) {
      row.add(.lastViewed, products: [viewed.product])
    }
    row.add(.basket, products: BasketAxis.contents(of: view).products.suffix(productsMax).filter(isKnown))
    if let order = view.orders.max(by: { $0.placedAt < $1.placedAt }) {
      row.add(.orderID, view.orderID(order).utf8)
      row.add(.orderedAt, milliseconds: order.placedAt.milliseconds)
      row.add(
        .orderedProducts, products: view.lines[order.lines].map(\.product).filter(isKnown).prefix(productsMax))
    }
    if let traits = view.state?.traits.value { row.add(.traits, JSONWriter.bytes(traits)) }
  }

  /// `customer` for merge tags.
  static func customer(_ row: RowFields, _ shelf: Shelf) -> LiquidValue {
    var object: [String: LiquidValue] = [:]
    for (field, name) in [
      (RowFields.Field.firstName, "first_name"), (.lastName, "last_name"), (.brand, "brand"),
      (.researching, "researching"),
    ] {
      if let text = row.field(field) { object[name] = .string(String(decoding: text, as: UTF8.self)) }
    }
    if let traits = row.field(.traits), let json = try? JSONParser.parse(Array(traits)) {
      object["traits"] = liquid(json)
    }
    if let viewed = products(row, .lastViewed, shelf).first { object["last_viewed"] = viewed }
    let basket = products(row, .basket, shelf)
    if !basket.isEmpty { object["basket"] = .array(basket) }
    if let id = row.field(.orderID), let at = row.field(.orderedAt), at.count == 8 {
      let placedAt = Instant(milliseconds: at.loadUnaligned(as: Int64.self))
      object["last_order"] = .object([
        "id": .string(String(decoding: id, as: UTF8.self)), "placed_at": .string(placedAt.description),
        "products": .array(products(row, .orderedProducts, shelf)),
      ])
    }
    return .object(object)
  }

  private static func products(_ row: RowFields, _ field: RowFields.Field, _ shelf: Shelf) -> [LiquidValue] {
    var out: [LiquidValue] = []
    while let product = row.product(field, at: out.count), let known = shelf[product] { out.append(known.value) }
    return out
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
