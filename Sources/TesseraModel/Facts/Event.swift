/// Something a visitor did, or something that happened to a message sent to them.
package struct Event: Sendable, Equatable {
  package var id: String
  package var type: String
  package var at: Instant
  package var customer: String?
  package var anonymous: String?
  package var product: String?
  /// Units; absent is 1.
  package var quantity: Int?
  package var value: Money?
  package var receipt: String?
  /// `properties.channel`, the only property that an axis reads.
  package var channel: String?
  /// What was searched for, of `search_submitted`: `properties.query`, or `properties.searchResult.query` as pixels
  /// have it.
  package var search: String?

  package init(
    id: String, type: String, at: Instant, customer: String? = nil, anonymous: String? = nil, product: String? = nil,
    quantity: Int? = nil, value: Money? = nil, receipt: String? = nil, channel: String? = nil,
    search: String? = nil
  ) {
    (self.id, self.type, self.at, self.customer, self.anonymous) = (id, type, at, customer, anonymous)
    (self.product, self.quantity, self.value, self.receipt, self.channel) = (product, quantity, value, receipt, channel)
    self.search = search
  }

  /// What an event says of the decision whose receipt it carries.
  package enum ReceiptUse: Sendable {
    case shown, clicked
  }

  /// That nothing was sent, on purpose: as much an exposure as what was, and no visit to the site.
  package static let withheld = "message_withheld"

  /// Nil for an event whose receipt says nothing.
  package var receiptUse: ReceiptUse? {
    switch kind {
    case .decisionShown, .messageDelivered: .shown
    case .decisionClicked, .messageClicked: .clicked
    default: type == Event.withheld ? .shown : nil
    }
  }

  /// What the type means to the fold.
  package var kind: EventKind { EventKind(type: type) }

  static let searchType = "search_submitted"

  /// Units are counted up to this, so that no sum overflows.
  package static let quantityMax = 1_000_000

  package init(json: JSONValue) throws(RecordError) {
    let reader = try JSONReader(json, what: "an event")
    id = try reader.requiredIdentifier("id")
    guard let type = try reader.string("type"), !type.isEmpty else { throw RecordError("type is missing") }
    guard type.utf8.count <= TextLimit.identifier else { throw RecordError("type is longer than 255 bytes") }
    self.type = type
    at = try reader.requiredInstant("at")
    customer = try reader.identifier("customer")
    anonymous = try reader.identifier("anonymous")
    guard customer != nil || anonymous != nil else { throw RecordError("customer or anonymous is missing") }
    try CustomerRecord.check(id: customer, field: "customer")
    product = try reader.identifier("product")
    quantity = try reader.integer("quantity", in: -Event.quantityMax...Event.quantityMax)
    value = try reader.money("value")
    receipt = try reader.string("receipt")
    if let properties = reader.value("properties") {
      guard properties.members != nil else { throw RecordError("properties must be a JSON object") }
      channel = properties["channel"]?.text
      if type == Event.searchType {
        search = properties["query"]?.text ?? properties["searchResult"]?["query"]?.text
      }
    }
  }

  /// The event in its wire shape.
  package var json: JSONValue {
    var object = JSONObject([("id", .string(id)), ("type", .string(type)), ("at", .string(at.description))])
    if let customer { object["customer"] = .string(customer) }
    if let anonymous { object["anonymous"] = .string(anonymous) }
    if let product { object["product"] = .string(product) }
    if let quantity { object["quantity"] = .integer(quantity) }
    if let value { object["value"] = .money(value) }
    if let receipt { object["receipt"] = .string(receipt) }
    var properties = JSONObject()
    if let channel { properties["channel"] = .string(channel) }
    if let search { properties["query"] = .string(search) }
    if !properties.isEmpty { object["properties"] = .object(properties) }
    return .object(object)
  }
}

/// Event types as the fold tells them apart. `site` is any other on-site type, `message` any other `message_*`.
package enum EventKind: UInt8, Sendable, CaseIterable {
  case site, productViewed, addedToCart, removedFromCart, checkoutStarted, decisionShown, decisionClicked
  case message, messageDelivered, messageClicked, messageUnsubscribed

  package init(type: String) {
    switch type {
    case "product_viewed": self = .productViewed
    case "product_added_to_cart": self = .addedToCart
    case "product_removed_from_cart": self = .removedFromCart
    case "checkout_started": self = .checkoutStarted
    case "decision_shown": self = .decisionShown
    case "decision_clicked": self = .decisionClicked
    case "message_delivered": self = .messageDelivered
    case "message_clicked": self = .messageClicked
    case "message_unsubscribed": self = .messageUnsubscribed
    default: self = type.hasPrefix("message_") ? .message : .site
    }
  }

  /// Whether the visitor was on the site: every type that is not `message_*`.
  package var isOnSite: Bool { rawValue < EventKind.message.rawValue }
  package var isBasketChange: Bool { self == .addedToCart || self == .removedFromCart }
}
