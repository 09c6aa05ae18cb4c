import Liquid
import TesseraDecisions
import TesseraModel
import TesseraSegments

/// The data that merge tags are filled from: what of it is kept in a row, and how a template sees it.
enum MergeData {
  /// Products of a basket or an order handed to a template; more would not fit a message.
  static let productsMax = 10

  /// A segment's brand and category as the catalog numbers them, looked up once for all of its people: how they are
  /// spelt may change.
  struct SegmentNames: Sendable {
    let brand: UInt16?
    let researching: UInt16?

    init(_ segment: Segment, _ catalog: Catalog) {
      func number(_ axis: String, _ vocabulary: Vocabulary) -> UInt16? {
        if case .name(let name)? = segment[axis] { vocabulary.code(of: name) } else { nil }
      }
      brand = number("brand", catalog.brands)
      researching = number("researching", catalog.categories)
    }
  }

  /// Adds what merge tags may ask of a customer to their row.
  static func pack(_ view: borrowing ProfileView, _ names: SegmentNames, into row: inout RowFields.Builder) {
    let texts = view.mergeTexts
    // A name of blanks is no name: no `default` and no condition would notice.
    if let first = texts.firstName, !BlankText.isBlank(first) { row.add(.firstName, first) }
    if let last = texts.lastName, !BlankText.isBlank(last) { row.add(.lastName, last) }
    let catalog = view.catalog
    if let brand = names.brand { row.add(.brand, catalog.brands.spellings[Int(brand)]) }
    if let category = names.researching { row.add(.researching, catalog.categories.spellings[Int(category)]) }
    if let viewed = view.events.last(where: { $0.kind == .productViewed && $0.product >= 0 }),
      catalog.hasRecord(viewed.product)
    {
      row.add(.lastViewed, products: CollectionOfOne(viewed.product))
    }
    if !view.basket.isEmpty {
      let products = BasketAxis.contents(of: copy view).products
      row.add(.basket, products: products.suffix(productsMax).filter(catalog.hasRecord))
    }
    if let order = view.orders.max(by: { $0.placedAt < $1.placedAt }) {
      row.add(.orderID, view.orderID(order))
      row.add(.orderedAt, milliseconds: order.placedAt.milliseconds)
      let products = view.lines[order.lines].lazy.map(\.product).filter(catalog.hasRecord)
      row.add(.orderedProducts, products: Array(products.prefix(productsMax)))
    }
    if let traits = texts.traits { row.add(.traits, traits) }
  }

  /// `customer` for merge tags.
  /// - Parameter clocks: the shop's; nil where only what is there is asked.
  static func customer(_ row: RowFields, _ shelf: Shelf, _ clocks: ShopTimeZone?) -> LiquidValue {
    var object: [String: LiquidValue] = [:]
    for (field, name) in [
      (RowFields.Field.firstName, "first_name"), (.lastName, "last_name"), (.brand, "brand"),
      (.researching, "researching"),
    ] {
      if let text = row.field(field) { object[name] = .string(String(decoding: text, as: UTF8.self)) }
    }
    if let traits = row.field(.traits), let json = try? JSONParser.parse(Array(traits)) {
      object["traits"] = withoutBlanks(liquid(json))
    }
    if let viewed = products(row, .lastViewed, shelf).first { object["last_viewed"] = viewed }
    let basket = products(row, .basket, shelf)
    if !basket.isEmpty { object["basket"] = .array(basket) }
    if let id = row.field(.orderID), let at = row.field(.orderedAt), at.count == 8 {
      let placedAt = Instant(milliseconds: at.loadUnaligned(as: Int64.self))
      object["last_order"] = .object([
        "id": .string(String(decoding: id, as: UTF8.self)), "placed_at": TagData.time(placedAt, clocks),
        "products": .array(products(row, .orderedProducts, shelf)),
      ])
    }
    return .object(object)
  }

  /// Texts that have nothing to read are left out.
  static func withoutBlanks(_ value: LiquidValue) -> LiquidValue {
    guard case .object(let object) = value else { return value }
    return .object(
      LiquidObject(
        object.compactMap { name, value -> (String, LiquidValue)? in
          if case .string(let text) = value, BlankText.isBlank(text.utf8) { return nil }
          return (name, withoutBlanks(value))
        }))
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
