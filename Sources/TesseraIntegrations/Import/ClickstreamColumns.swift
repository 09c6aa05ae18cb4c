import TesseraModel
import TesseraStorage

/// Where a clickstream file keeps what Tessera reads. Other columns, named or not, are ignored.
struct ClickstreamColumns {
  static let required = ["event_time", "event_type", "product_id", "price", "user_id"]
  /// Longer names of brands and categories are mistakes.
  static let nameBytesMax = 255

  let time: Int
  private let type: Int
  private let product: Int
  private let price: Int
  private let user: Int
  private let brand: Int?
  private let category: Int?

  /// - Throws: `FactSourceError` that names the columns the header lacks.
  init(_ header: CSVHeader, path: String) throws(FactSourceError) {
    func position(_ name: String) throws(FactSourceError) -> Int {
      try header.position(of: name, required: ClickstreamColumns.required, path: path)
    }
    time = try position("event_time")
    type = try position("event_type")
    product = try position("product_id")
    price = try position("price")
    user = try position("user_id")
    brand = header["brand"]
    category = header["category_code"]
  }

  /// Reads one row.
  /// - Throws: `RecordError` for a type, time, price, product or user that is missing or cannot be read.
  func click(in row: CSVRow) throws(RecordError) -> Click {
    let type = row[type]
    guard let action = Click.Action(rawValue: type) else {
      let known = Click.Action.allCases.map(\.rawValue).joined(separator: ", ")
      throw RecordError("event_type \"\(type.prefix(40))\" is none of \(known)")
    }
    return Click(
      action: action, at: try instant(row[time]), product: try identifier(row[product], "product_id"),
      customer: try customer(row[user]), price: try price(row[price], for: action),
      brand: try name(brand.map { row[$0] }, "brand"), category: try name(category.map { row[$0] }, "category_code"))
  }

  private func instant(_ text: String) throws(RecordError) -> Instant {
    guard !text.isEmpty else { throw RecordError("event_time is missing") }
    do { return try Instant(parsing: text) } catch { throw RecordError("event_time: \(error.message)") }
  }

  private func identifier(_ text: String, _ field: String) throws(RecordError) -> String {
    guard let text = CSVRow.trimmed(text) else { throw RecordError("\(field) is missing") }
    return try Identifier.canonical(text, field: field)
  }

  private func customer(_ text: String) throws(RecordError) -> String {
    let id = try identifier(text, "user_id")
    try CustomerRecord.check(id: id, field: "user_id")
    return id
  }

  private func price(_ text: String, for action: Click.Action) throws(RecordError) -> Money? {
    guard let text = CSVRow.trimmed(text) else {
      guard action != .purchase else { throw RecordError("price is missing, which a purchase needs") }
      return nil
    }
    guard let price = Money(decimal: text), price >= .zero else {
      throw RecordError("price \"\(text.prefix(40))\" is not an amount of 0 or more, like 35.79")
    }
    return price
  }

  private func name(_ text: String?, _ field: String) throws(RecordError) -> String? {
    guard let text, let name = CSVRow.trimmed(text) else { return nil }
    guard name.utf8.count <= ClickstreamColumns.nameBytesMax else {
      throw RecordError("\(field) is longer than \(ClickstreamColumns.nameBytesMax) bytes")
    }
    return name
  }
}
