/// What is given: a discount, free shipping, or nothing.
package struct Offer: Sendable, Equatable {
  /// What an offer takes off the price, if anything.
  package enum Kind: String, Sendable, CaseIterable {
    case none, percentage, amount
    case freeShipping = "free-shipping"
  }

  package let id: String
  package let kind: Kind
  /// Per cent or major units, by kind.
  package let value: Money
  package let code: String?
  package let endsAt: Instant?
  /// The least share of the price that must be left after cost and discount, 0 to 1.
  package let marginFloor: Double
  /// At most this many orders with the code; nil is no limit.
  package let budgetOrders: Int?
  /// Placements it may be used in; empty is all.
  package let placements: [String]

  package static let none = Offer(id: "none")

  private init(id: String) {
    (self.id, kind, value, code, endsAt) = (id, .none, .zero, nil, nil)
    (marginFloor, budgetOrders, placements) = (0, nil, [])
  }

  package init(json: JSONValue, path: String) throws(ConfigurationError) {
    let keys = ["id", "kind", "value", "code", "ends_at", "margin_floor", "budget_orders", "placements"]
    let reader = try ConfigurationReader(json, path: path, keys: keys)
    id = try reader.requiredString("id")
    kind = try reader.word("kind", of: Kind.self) ?? .none
    value = try reader.money("value") ?? .zero
    guard kind != .percentage || (value > .zero && value <= Money(100)) else {
      throw reader.failure("value", "must be a percentage above 0 and up to 100")
    }
    guard kind != .amount || value > .zero else { throw reader.failure("value", "must be an amount above 0") }
    code = try reader.string("code")
    if let text = try reader.string("ends_at") {
      do { endsAt = try Instant(parsing: text) } catch { throw reader.failure("ends_at", error.message) }
    } else {
      endsAt = nil
    }
    marginFloor = try reader.number("margin_floor", in: 0...1) ?? 0
    budgetOrders = try reader.integer("budget_orders", in: 0...1_000_000_000)
    placements = try reader.strings("placements") ?? []
  }

  package var json: JSONValue {
    var object = JSONObject([("id", .string(id)), ("kind", .string(kind.rawValue))])
    if value != .zero { object["value"] = .money(value) }
    if let code { object["code"] = .string(code) }
    if let endsAt { object["ends_at"] = .instant(endsAt) }
    if marginFloor > 0 { object["margin_floor"] = .double(marginFloor) }
    if let budgetOrders { object["budget_orders"] = .integer(budgetOrders) }
    if !placements.isEmpty { object["placements"] = .strings(placements) }
    return .object(object)
  }
}
