import TesseraModel
package import TesseraStorage

/// Events, orders and products in flat CSV files of clicks:
/// `event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session`, columns found by
/// name.
///
/// Every row is an event, or for `purchase` an order of one line. After a file's rows come its products, one row each
/// with the line that describes the product: the last one accepted. The identity of an event or order is a hash of
/// its line and of how many equal lines precede it in the file, so that reading a file again gives the same facts.
///
/// Memory holds a description of each product of a file and, if its times are not sorted, 128 bits of each row.
package struct ClickstreamSource: FactSource {
  private var paths: ArraySlice<String>
  private var file: ClickstreamFile?

  /// Reads nothing yet.
  /// - Parameter paths: files, plain or gzip, read one after the other. Each is read twice: first only to see whether
  ///   it is sorted by time.
  package init(paths: [String]) { self.paths = paths[...] }

  /// The next row; see `FactSource`.
  package mutating func next() throws(FactSourceError) -> ImportRow? {
    while true {
      if file == nil {
        guard let path = paths.popFirst() else { return nil }
        file = try ClickstreamFile(path: path)
      }
      if let row = try file?.next() { return row }
      file = nil
    }
  }
}

/// One file of clicks.
private struct ClickstreamFile {
  private var reader: CSVReader
  private let columns: ClickstreamColumns
  private var occurrences: RowOccurrences
  /// The last accepted row of each product, in the order of the products' first rows.
  private var descriptions: [(click: Click, line: Int)] = []
  private var places: [String: Int] = [:]
  private var emitted = 0

  init(path: String) throws(FactSourceError) {
    reader = try CSVReader(path: path)
    columns = try ClickstreamColumns(reader.header, path: path)
    let isSorted = reader.isRepeatable && RowOccurrences.areTimesSorted(path: path, column: columns.time)
    occurrences = RowOccurrences(isSorted: isSorted)
  }

  mutating func next() throws(FactSourceError) -> ImportRow? {
    guard let record = try reader.next() else { return nextProduct() }
    let result: Result<[FactEntry], RecordError>
    do throws(RecordError) {
      result = .success([try entry(of: record)])
    } catch {
      result = .failure(error)
    }
    return ImportRow(file: reader.path, line: record.line, text: record.text, result: result)
  }

  private mutating func entry(of record: CSVRecord) throws(RecordError) -> FactEntry {
    let row = try record.row.get()
    let id = occurrences.id(of: record.raw, time: row[columns.time])
    let click = try columns.click(in: row)
    if let place = places[click.product] {
      descriptions[place] = (click, record.line)
    } else {
      places[click.product] = descriptions.count
      descriptions.append((click, record.line))
    }
    return click.entry(id: id)
  }

  private mutating func nextProduct() -> ImportRow? {
    guard emitted < descriptions.count else { return nil }
    let (click, line) = descriptions[emitted]
    emitted += 1
    return ImportRow(file: reader.path, line: line, text: click.product, result: .success([click.productEntry]))
  }
}
