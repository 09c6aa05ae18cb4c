import TesseraModel

/// Reads a row of Shopify's customer export, in its new and old dialects.
enum ShopifyCSVCustomer {
  /// The customer, and their address for orders to be tied to. Without an id, which older exports lack, the address
  /// is the id.
  /// - Throws: `RecordError` if there is neither, or if a field is too long.
  static func entry(of row: CSVRow, joins: inout ShopifyJoins) throws(RecordError) -> FactEntry {
    let email = row.text("email")
    guard let id = ShopifyCell.identifier(row.text("customer id", "id")) ?? email?.lowercased() else {
      throw RecordError("no customer: Customer ID and Email are empty")
    }
    var object = JSONObject([("id", .string(id))])
    if let name = row.text("first name") { object["first_name"] = .string(name) }
    if let name = row.text("last name") { object["last_name"] = .string(name) }
    if let email { object["email"] = .string(email) }
    if let phone = ShopifyCell.identifier(row.text("phone")) { object["phone"] = .string(phone) }
    var consents = JSONObject()
    if let consent = consent(row.text("accepts email marketing", "accepts marketing")) { consents["email"] = consent }
    if let consent = consent(row.text("accepts sms marketing")) { consents["sms"] = consent }
    if !consents.isEmpty { object["consents"] = .object(consents) }
    let traits = traits(of: row)
    if !traits.isEmpty { object["traits"] = .object(traits) }
    let entry = try FactEntry(kind: .customer, json: .object(object))
    if let email { joins.add(customer: entry.fact.id, email: email) }
    return entry
  }

  private static func consent(_ text: String?) -> JSONValue? {
    ShopifyCell.flag(text).map { $0 ? "subscribed" : "unsubscribed" }
  }

  /// What templates may use beyond names: tags, place and language; no streets, notes or amounts.
  private static func traits(of row: CSVRow) -> JSONObject {
    var traits = JSONObject()
    let tags = ShopifyCell.list(row.text("tags"))
    if !tags.isEmpty { traits["tags"] = .strings(tags) }
    if let city = row.text("default address city", "city") { traits["city"] = .string(city) }
    if let country = row.text("default address country code", "country code", "country") {
      traits["country"] = .string(country)
    }
    return traits
  }
}
