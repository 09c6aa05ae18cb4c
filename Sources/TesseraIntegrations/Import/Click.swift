import TesseraModel

/// One row of a clickstream.
struct Click {
  /// What a visitor did, as the files spell it.
  enum Action: String, CaseIterable {
    case view, cart
    case removeFromCart = "remove_from_cart"
    case purchase
  }

  let action: Action
  let at: Instant
  let product: String
  let customer: String
  let price: Money?
  /// As written in the file.
  let brand: String?
  /// A path whose parts are joined by points, like `electronics.audio.headphone`.
  let category: String?

  /// The event, or for a purchase the order of one line.
  func entry(id: String) -> FactEntry {
    let type: String
    switch action {
    case .view: type = "product_viewed"
    case .cart: type = "product_added_to_cart"
    case .removeFromCart: type = "product_removed_from_cart"
    case .purchase:
      let line = OrderRecord.Line(product: product, quantity: 1, price: price ?? .zero)
      return FactEntry(order: OrderRecord(id: id, customer: customer, placedAt: at, lines: [line]))
    }
    return FactEntry(event: Event(id: id, type: type, at: at, customer: customer, product: product))
  }

  /// The product as this row describes it. Its version is the row's time, so that an older file read later does not
  /// replace a newer one.
  var productEntry: FactEntry {
    var record = ProductRecord(id: product, title: title)
    record.updatedAt = at
    (record.brand, record.category, record.price) = (brand, category, price)
    return FactEntry(product: record)
  }

  /// Such files have no titles: the brand and the last part of the category stand in, like "Aqua water heater".
  private var title: String {
    let leaf = category?.split(separator: ".").last.map { String($0.map { $0 == "_" ? " " : $0 }) }
    let words = [brand, leaf].compactMap { $0 }.joined(separator: " ")
    guard let first = words.first else { return "Product \(product)" }
    return first.uppercased() + words.dropFirst()
  }
}
