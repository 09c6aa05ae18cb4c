import TesseraModel

/// Events of customers in columns: a table of facts, with what its numbers of customers and products mean.
package struct EventColumns: Sendable {
  private let at: [Int64]
  /// Numbers of kinds as `EventKind` counts them.
  private let kinds: [UInt8]
  private let customers: [Int32]
  /// -1 where an event has none.
  private let products: [Int32]
  private let customerNumbers: [Int32]
  private let productNumbers: [Int32]

  /// - Parameters:
  ///   - customers: what `customerNumbers` has the customer's number for.
  ///   - products: what `productNumbers` has the product's number for; -1 where an event has none.
  package init(
    at: [Int64], kinds: [UInt8], customers: [Int32], products: [Int32], customerNumbers: [Int32],
    productNumbers: [Int32]
  ) {
    precondition(
      [kinds.count, customers.count, products.count].allSatisfy { $0 == at.count }, "every column has the rows")
    (self.at, self.kinds, self.customers, self.products) = (at, kinds, customers, products)
    (self.customerNumbers, self.productNumbers) = (customerNumbers, productNumbers)
  }

  /// Always the same for the same rows, so that the result does not depend on the machine.
  private static let sharesMax = 4
  private static let shareMin = 100_000

  /// The rows' events by the part of the table that they belong to, in shares one behind the other. A row's place puts
  /// basket changes of a millisecond in order, and each changes one unit.
  func spread(_ rows: Range<Int>) async -> [ItemSpread] {
    let count = max(1, min(EventColumns.sharesMax, rows.count / EventColumns.shareMin))
    let bounds = (0...count).map { rows.lowerBound + rows.count * $0 / count }
    return await withTaskGroup(of: (Int, ItemSpread).self) { group in
      for i in 0..<count { group.addTask { (i, share(bounds[i]..<bounds[i + 1])) } }
      var out = [ItemSpread?](repeating: nil, count: count)
      for await (i, share) in group { out[i] = share }
      return out.compactMap { $0 }
    }
  }

  private func share(_ rows: Range<Int>) -> ItemSpread {
    var details: [EventBatch.Detail] = []
    var ids: [UInt8] = []
    // Some one in ten changes a basket.
    details.reserveCapacity(rows.count / 8)
    ids.reserveCapacity(rows.count)
    let first = rows.lowerBound
    // Looked up at once, so that one look-up need not wait for the other.
    let numbers = [Int32](unsafeUninitializedCapacity: rows.count) { numbers, used in
      for i in 0..<rows.count { numbers.initializeElement(at: i, to: customerNumbers[Int(customers[first + i])]) }
      used = rows.count
    }
    return ItemSpread(
      numbers,
      item: { i, number in
        let row = first + i
        let kind = kinds[row]
        let product = products[row] < 0 ? -1 : productNumbers[Int(products[row])]
        let isAdded = kind == EventKind.addedToCart.code
        guard isAdded || kind == EventKind.removedFromCart.code else {
          return EventBatch.Item(at: at[row], number: number, product: product, kindAndChannel: kind)
        }
        let detail = details.count
        details.append(
          EventBatch.Detail(product: product, units: isAdded ? 1 : -1, idStart: Int32(ids.count), idCount: 8))
        withUnsafeBytes(of: UInt64(row).bigEndian) { ids.append(contentsOf: $0) }
        return EventBatch.Item(at: at[row], number: number, detail: detail, kindAndChannel: kind)
      },
      rest: { (details, ids, []) })
  }
}
