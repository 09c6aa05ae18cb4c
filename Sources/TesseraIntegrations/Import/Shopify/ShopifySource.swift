import TesseraModel
package import TesseraStorage

/// Customers, products and orders of a Shopify store, from its CSV exports in every dialect and the JSONL files of
/// bulk operations.
///
/// All customers are read first, then all products, then all orders, whatever the files are called and in whichever
/// order they are named, so that orders can be tied to both. An order of a CSV export names its customer by e-mail
/// address only: the customer is the one with that address in the same import, else the address itself.
package struct ShopifySource: FactSource {
  /// What the files of a folder have to end in to be looked at.
  static let endings = [".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"]

  private enum Reader {
    case csv(ShopifyCSVFile)
    case bulk(ShopifyBulkFile)
  }

  private let paths: [String]
  /// Files not begun, the next one last; nil until the folders are listed.
  private var exports: [ShopifyExport]?
  private var notes: [ImportRow] = []
  private var reader: Reader?
  private var joins = ShopifyJoins()

  /// Reads nothing yet.
  /// - Parameter paths: folders, of which every CSV and JSONL file is looked at, and files, plain or gzip.
  package init(paths: [String]) { self.paths = paths }

  /// The next row; see `FactSource`.
  package mutating func next() throws(FactSourceError) -> ImportRow? {
    if exports == nil { exports = try list() }
    if let note = notes.popLast() { return note }
    while true {
      if reader == nil {
        guard let export = exports?.popLast() else { return nil }
        switch export.format {
        case .csv: reader = .csv(try ShopifyCSVFile(path: export.path, kind: export.kind))
        case .bulk: reader = .bulk(try ShopifyBulkFile(path: export.path))
        }
      }
      if let row = try nextOfFile() { return row }
      reader = nil
    }
  }

  private mutating func nextOfFile() throws(FactSourceError) -> ImportRow? {
    switch reader {
    case .csv(var file):
      defer { reader = .csv(file) }
      reader = nil
      return try file.next(joins: &joins)
    case .bulk(var file):
      defer { reader = .bulk(file) }
      reader = nil
      return try file.next(joins: &joins)
    case nil:
      return nil
    }
  }

  /// Lists the folders and looks at every file. A file that is not an export is an error where it was named, and a
  /// refused row where it only lies in the folder.
  private mutating func list() throws(FactSourceError) -> [ShopifyExport] {
    let reason =
      "not a Shopify export of customers, products or orders: "
      + "its first line is neither such a header nor such an object"
    var exports: [ShopifyExport] = []
    for path in paths {
      guard FolderListing.isFolder(path) else {
        guard let export = try ShopifyExport(path: path) else { throw FactSourceError("\(path) is \(reason)") }
        exports.append(export)
        continue
      }
      let files = try FolderListing.files(in: path, endings: ShopifySource.endings)
      guard !files.isEmpty else {
        throw FactSourceError("\(path) has no file that ends in \(ShopifySource.endings.joined(separator: ", "))")
      }
      for file in files {
        if let export = try ShopifyExport(path: file) {
          exports.append(export)
        } else {
          notes.append(ImportRow(file: file, line: 1, text: "", result: .failure(RecordError(reason))))
        }
      }
    }
    notes.reverse()
    // Stable: files of one rank stay in the order named.
    let ranked = exports.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
    return ranked.reversed().map(\.element)
  }
}
