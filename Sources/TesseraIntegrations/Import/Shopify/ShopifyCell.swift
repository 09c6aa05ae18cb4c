import TesseraModel

/// The ways in which Shopify's exports spell single values.
enum ShopifyCell {
  /// An id or phone number without the apostrophe that keeps spreadsheets from reading it as a number. Nil for a
  /// number that a spreadsheet has already rounded, like `6.79848E+12`, which no longer names anything.
  static func identifier(_ text: String?) -> String? {
    guard let text = text.map({ $0.hasPrefix("'") ? String($0.dropFirst()) : $0 }), !text.isEmpty else { return nil }
    let isRounded = text.contains("E+") && text.allSatisfy { $0.isNumber || ".,E+".contains($0) }
    return isRounded ? nil : text
  }

  /// An amount, or nil for an empty cell.
  /// - Throws: `RecordError` that names the column.
  static func money(_ row: CSVRow, _ column: String, _ alias: String? = nil) throws(RecordError) -> Money? {
    guard let text = alias.map({ row.text(column, $0) }) ?? row.text(column) else { return nil }
    guard let money = Money(decimal: text) else {
      throw RecordError("\(column) \"\(text.prefix(40))\" in line \(row.line) is not an amount like 19.99")
    }
    return money
  }

  /// A whole number, also when a spreadsheet has written `3.0`, or nil for an empty cell.
  /// - Throws: `RecordError` that names the column.
  static func integer(_ row: CSVRow, _ column: String, _ alias: String? = nil) throws(RecordError) -> Int? {
    guard let text = alias.map({ row.text(column, $0) }) ?? row.text(column) else { return nil }
    guard let money = Money(decimal: text), money.units % Money.scale == 0 else {
      throw RecordError("\(column) \"\(text.prefix(40))\" in line \(row.line) is not a whole number")
    }
    return Int(money.units / Money.scale)
  }

  /// A time like `2026-05-01 10:00:00 +0200`, or nil for an empty cell.
  /// - Throws: `RecordError` that names the column.
  static func instant(_ text: String?, _ column: String) throws(RecordError) -> Instant? {
    guard let text else { return nil }
    do { return try Instant(parsing: text) } catch { throw RecordError("\(column): \(error.message)") }
  }

  /// `yes`, `true` and their opposites, in any case; nil for anything else.
  static func flag(_ text: String?) -> Bool? {
    switch text?.lowercased() {
    case "yes", "true", "1": true
    case "no", "false", "0": false
    default: nil
    }
  }

  /// The parts of a list joined by commas.
  static func list(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",").compactMap { CSVRow.trimmed(String($0)) }
  }

  /// The last part of a category's path, like `Jackets` of `Apparel > Clothing > Jackets`; nil where none was chosen.
  static func leaf(ofCategory path: String?) -> String? {
    guard let path, let leaf = path.split(separator: ">").last.flatMap({ CSVRow.trimmed(String($0)) }) else {
      return nil
    }
    return leaf.lowercased() == "uncategorized" ? nil : leaf
  }

  /// Letters and digits of a title joined by hyphens, as Shopify makes a handle of it.
  static func handle(ofTitle title: String) -> String {
    let normal = NameNormalization.normalized(title) ?? ""
    let words = normal.split { !($0.isLetter || $0.isNumber) }
    var handle = ""
    for word in words {
      let next = handle.isEmpty ? String(word) : handle + "-" + word
      guard next.utf8.count <= TextLimit.identifier else { break }
      handle = next
    }
    return handle.isEmpty ? "untitled" : handle
  }
}
