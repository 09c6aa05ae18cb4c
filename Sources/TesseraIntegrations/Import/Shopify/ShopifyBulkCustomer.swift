import TesseraModel

/// Reads a `Customer` of a bulk operation's result.
enum ShopifyBulkCustomer {
  /// The customer, and their address for orders to be tied to. States of consent are kept in lower case (`subscribed`,
  /// `not_subscribed`, `pending`, …).
  /// - Throws: `RecordError` that names the field.
  static func entry(of node: ShopifyNode, joins: inout ShopifyJoins) throws(RecordError) -> FactEntry {
    guard let id = node.id else { throw RecordError("id must be like gid://shopify/Customer/42") }
    var object = JSONObject([("id", .string(String(id.number)))])
    let email = node.text("defaultEmailAddress", "emailAddress") ?? node.text("email")
    let phone = node.text("defaultPhoneNumber", "phoneNumber") ?? node.text("phone")
    let fields = [
      ("first_name", node.text("firstName")), ("last_name", node.text("lastName")), ("email", email), ("phone", phone),
      ("created_at", node.text("createdAt")),
    ]
    for (name, text) in fields {
      if let text { object[name] = .string(text) }
    }
    let states = [
      (
        "email",
        node.text("defaultEmailAddress", "marketingState") ?? node.text("emailMarketingConsent", "marketingState")
      ),
      ("sms", node.text("defaultPhoneNumber", "marketingState") ?? node.text("smsMarketingConsent", "marketingState")),
    ]
    var consents = JSONObject()
    for (channel, state) in states {
      if let state { consents[channel] = .string(state.lowercased()) }
    }
    if !consents.isEmpty { object["consents"] = .object(consents) }
    var traits = JSONObject()
    let tags = node.texts("tags")
    if !tags.isEmpty { traits["tags"] = .strings(tags) }
    if let city = node.text("defaultAddress", "city") { traits["city"] = .string(city) }
    if let country = node.text("defaultAddress", "countryCodeV2") { traits["country"] = .string(country) }
    if let locale = node.text("locale") { traits["locale"] = .string(locale) }
    if !traits.isEmpty { object["traits"] = .object(traits) }
    if let updatedAt = node.text("updatedAt") { object["updated_at"] = .string(updatedAt) }
    let entry = try FactEntry(kind: .customer, json: .object(object))
    if let email { joins.add(customer: entry.fact.id, email: email) }
    return entry
  }
}
