import TesseraModel
import TesseraStorage

/// One CSV export, read thing by thing.
struct ShopifyCSVFile {
  private let kind: FactKind
  private let path: String
  private var groups: CSVRowGroups

  /// - Parameter kind: what the header says the file holds: customers, products or orders.
  init(path: String, kind: FactKind) throws(FactSourceError) {
    (self.path, self.kind) = (path, kind)
    let reader = try CSVReader(path: path)
    switch kind {
    case .product: groups = CSVRowGroups(reader: reader, key: ShopifyCSVProduct.key)
    case .order: groups = CSVRowGroups(reader: reader, key: ShopifyCSVOrder.key)
    default: groups = CSVRowGroups(reader: reader) { "\($0.line)" }
    }
  }

  /// The next product, order or customer, or nil at the end.
  mutating func next(joins: inout ShopifyJoins) throws(FactSourceError) -> ImportRow? {
    guard let item = try groups.next() else { return nil }
    let group: CSVRowGroup
    switch item {
    case .fault(let row): return row
    case .group(let read): group = read
    }
    let result: Result<[FactEntry], RecordError>
    do throws(RecordError) {
      result = .success([try entry(of: group, joins: &joins)])
    } catch {
      result = .failure(error)
    }
    let text = String(decoding: group.raw, as: UTF8.self)
    return ImportRow(file: path, line: group.rows.first?.line ?? 1, text: text, result: result)
  }

  private func entry(of group: CSVRowGroup, joins: inout ShopifyJoins) throws(RecordError) -> FactEntry {
    if let fault = group.fault { throw fault }
    switch kind {
    case .product: return try ShopifyCSVProduct.entry(of: group, joins: &joins)
    case .order: return try ShopifyCSVOrder.entry(of: group, joins: joins)
    default:
      guard let row = group.rows.first else { throw RecordError("an empty row") }
      return try ShopifyCSVCustomer.entry(of: row, joins: &joins)
    }
  }
}
