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
    let first = rows.lowerBound
    // Looked up at once, so that one look-up need not wait for the other.
    let numbers = [Int32](unsafeUninitializedCapacity: rows.count) { numbers, used in
      for i in 0..<rows.count { numbers.initializeElement(at: i, to: customerNumbers[Int(customers[first + i])]) }
      used = rows.count
    }
    let (added, removed) = (EventKind.addedToCart.code, EventKind.removedFromCart.code)
    func isBasket(_ i: Int) -> Bool { kinds[first + i] == added || kinds[first + i] == removed }
    func product(_ i: Int) -> Int32 { products[first + i] < 0 ? -1 : productNumbers[Int(products[first + i])] }
    return ItemSpread(
      numbers, values: [],
      item: { i, number, detail in
        let (at, kind) = (at[first + i], kinds[first + i])
        return isBasket(i)
          ? EventBatch.Item(at: at, number: number, detail: detail, kindAndChannel: kind)
          : EventBatch.Item(at: at, number: number, product: product(i), kindAndChannel: kind)
      },
      detail: { i in
        if !isBasket(i) { return nil }
        return EventBatch.Detail(product: product(i), units: kinds[first + i] == added ? 1 : -1, idCount: 8)
      },
      id: { i, bytes in _ = withUnsafeBytes(of: UInt64(first + i).bigEndian) { bytes.update(fromContentsOf: $0) } })
  }
}
