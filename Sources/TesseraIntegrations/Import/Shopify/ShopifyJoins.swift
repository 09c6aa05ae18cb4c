/// What ties the files of one export together: customers by e-mail address, products by handle, stock-keeping unit
/// and title.
///
/// It grows with the customers and the catalogue, not with the orders.
struct ShopifyJoins {
  /// Entries kept in each table, about a gigabyte: beyond that, orders name customers by e-mail and products by title.
  static let entriesMax = 10_000_000

  private var customers: [String: String] = [:]
  private var handles: [String: String] = [:]
  private var units: [String: String] = [:]
  private var titles: [String: String] = [:]

  mutating func add(customer id: String, email: String) {
    if customers.count < ShopifyJoins.entriesMax { customers[email.lowercased()] = id }
  }

  /// The customer of an address: the id from the customers of the same import, else the address itself in lower case.
  func customer(email: String) -> String { customers[email.lowercased()] ?? email.lowercased() }

  /// The id of a product known by its handle, from a file that has ids; CSV exports have none.
  func product(handle: String) -> String? { handles[handle] }

  /// Makes a product findable. Of two products that share a unit or a title the first is found.
  mutating func add(_ product: ShopifyProduct) {
    guard titles.count < ShopifyJoins.entriesMax, units.count < ShopifyJoins.entriesMax else { return }
    if let handle = product.handle, handles[handle] == nil { handles[handle] = product.id }
    if titles[product.title] == nil { titles[product.title] = product.id }
    for variant in product.variants {
      if let unit = variant.sku, units[unit] == nil { units[unit] = product.id }
      guard let title = variant.title else { continue }
      let name = "\(product.title) - \(title)"
      if titles[name] == nil { titles[name] = product.id }
    }
  }

  /// The product of an order's line: by its unit, else by its name, which is "Title - Variant" or a title alone, else
  /// what Shopify's handle of the name would be.
  func product(sku: String?, name: String) -> String {
    if let sku, let id = units[sku] { return id }
    if let id = titles[name] { return id }
    var rest = name
    while let dash = rest.range(ofLast: " - ") {
      rest = String(rest[..<dash])
      if let id = titles[rest] { return id }
    }
    return ShopifyCell.handle(ofTitle: name)
  }
}

extension String {
  /// Where the last occurrence of a text starts.
  fileprivate func range(ofLast text: String) -> String.Index? {
    var index = endIndex
    while index > startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(text) { return index }
    }
    return nil
  }
}
