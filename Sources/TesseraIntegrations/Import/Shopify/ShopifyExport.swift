import TesseraModel
import TesseraStorage

/// A file of a Shopify store and what it holds, told by its first line and not by its name.
struct ShopifyExport {
  /// Customers come first, so that orders can name them, then products for the same reason, then orders; of one kind
  /// bulk exports come before CSV, since only they have the ids of products.
  struct Rank: Comparable {
    let kind: Int
    let isCSV: Bool

    static func < (a: Rank, b: Rank) -> Bool { (a.kind, a.isCSV ? 1 : 0) < (b.kind, b.isCSV ? 1 : 0) }
  }

  enum Format { case csv, bulk }

  let path: String
  let format: Format
  let kind: FactKind

  var rank: Rank {
    let order: [FactKind] = [.customer, .product, .order]
    return Rank(kind: order.firstIndex(of: kind) ?? order.count, isCSV: format == .csv)
  }

  /// Looks at a file.
  /// - Returns: nil for a file that is neither of the exports.
  /// - Throws: `FactSourceError` if it cannot be read, or not twice.
  init?(path: String) throws(FactSourceError) {
    self.path = path
    var lines = try ByteLineReader(path: path)
    guard lines.isRepeatable else {
      throw FactSourceError(
        "\(path) has to be read more than once, which a pipe does not allow: save it in a file first")
    }
    var line = try lines.next()
    while let read = line, read.bytes.isEmpty { line = try lines.next() }
    guard let line else { return nil }
    if line.bytes.first(where: { $0 != 32 }) == UInt8(ascii: "{") {
      guard !line.isOverlong, let json = try? line.json(), let node = try? ShopifyNode(json) else { return nil }
      // A part may come first; then the type of what it belongs to counts.
      guard let kind = ShopifyExport.kind(of: node.parent?.kind ?? node.kind) else { return nil }
      (format, self.kind) = (.bulk, kind)
    } else {
      var parser = CSVRecordParser()
      guard !line.isOverlong, parser.add(line.bytes) == nil else { return nil }
      let row = CSVRow(line: 1, header: CSVHeader([]), bytes: parser.bytes, ends: parser.ends)
      let header = CSVHeader((0..<row.count).map { row[$0] })
      guard let kind = ShopifyExport.kind(of: header) else { return nil }
      (format, self.kind) = (.csv, kind)
    }
  }

  private static func kind(of node: ShopifyNode.Kind?) -> FactKind? {
    switch node {
    case .customer: .customer
    case .product, .variant: .product
    case .order, .line: .order
    case nil: nil
    }
  }

  private static func kind(of header: CSVHeader) -> FactKind? {
    func has(_ names: String...) -> Bool { names.contains { header[$0] != nil } }
    if has("lineitem name", "lineitem sku"), has("name"), has("created at") { return .order }
    // An export of inventory has handles and titles too, but no prices.
    if has("handle", "url handle"), has("title"), has("variant price", "price") { return .product }
    if has("email"), has("first name"),
      has("customer id", "accepts email marketing", "accepts marketing", "total spent")
    {
      return .customer
    }
    return nil
  }
}
