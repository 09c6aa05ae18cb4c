import TesseraModel

/// One line of a bulk operation's result: an object of Shopify's GraphQL Admin API.
struct ShopifyNode {
  /// The types that an import reads, and those that are parts of them.
  enum Kind: String {
    case customer = "Customer"
    case product = "Product"
    case order = "Order"
    case variant = "ProductVariant"
    case line = "LineItem"
  }

  /// A type and a number: all there is to a gid, in sixteen bytes.
  struct ID: Hashable {
    let kind: Kind
    let number: UInt64
  }

  let json: JSONValue
  /// The type's name as Shopify writes it, if the line tells.
  let typeName: String?
  /// Nil for a node without `id`.
  let id: ID?
  /// The node it is a part of; nil at the top.
  let parent: ID?
  /// Whether the line names a parent, of whichever type.
  let isPart: Bool

  var kind: Kind? { typeName.flatMap(Kind.init(rawValue:)) }

  /// - Throws: `RecordError` if the line is not an object.
  init(_ json: JSONValue) throws(RecordError) {
    guard let members = json.members else { throw RecordError("each line must be a JSON object") }
    self.json = json
    let gid = members["id"]?.text
    typeName = members["__typename"]?.text ?? gid.flatMap { ShopifyNode.split($0)?.type }
    let kind = typeName.flatMap(Kind.init(rawValue:))
    // A plain number is an id too where the type is known otherwise.
    let number =
      gid.flatMap { ShopifyNode.split($0)?.number ?? UInt64($0) }
      ?? members["id"]?.integer.flatMap(UInt64.init(exactly:))
    id = kind.flatMap { kind in number.map { ID(kind: kind, number: $0) } }
    let parentGID = members["__parentId"]?.text
    isPart = parentGID != nil
    parent = parentGID.flatMap(ShopifyNode.split).flatMap { part in
      Kind(rawValue: part.type).map { ID(kind: $0, number: part.number) }
    }
  }

  /// The type and number of `gid://shopify/Order/42`.
  private static func split(_ gid: String) -> (type: String, number: UInt64)? {
    let parts = gid.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "gid:", let number = UInt64(parts[4]) else { return nil }
    return (String(parts[3]), number)
  }
}

extension ShopifyNode {
  /// A text at a path of members; empty ones are nil.
  func text(_ path: String...) -> String? {
    guard case .string(let text)? = value(path) else { return nil }
    return CSVRow.trimmed(text)
  }

  func value(_ path: [String]) -> JSONValue? {
    var value: JSONValue? = json
    for name in path { value = value?[name] }
    return value
  }

  /// An amount at a member: a `…Set` with `shopMoney`, an object with `amount`, or the amount itself.
  /// - Throws: `RecordError` that names the member.
  func money(_ name: String, _ inner: String? = nil) throws(RecordError) -> Money? {
    let member = inner.map { value([name, $0]) } ?? json[name]
    guard let member, !member.isNull else { return nil }
    return try ShopifyNode.money(member, name)
  }

  static func money(_ value: JSONValue, _ name: String) throws(RecordError) -> Money? {
    let amount = value["shopMoney"]?["amount"] ?? value["amount"] ?? value
    let text: String
    switch amount {
    case .null: return nil
    case .string(let written), .number(let written): text = written
    default: throw RecordError("\(name) must be an amount")
    }
    guard let money = Money(decimal: text) else {
      throw RecordError("\(name) \"\(text.prefix(40))\" is not an amount")
    }
    return money
  }

  /// A time at a member.
  /// - Throws: `RecordError` that names the member.
  func instant(_ name: String) throws(RecordError) -> Instant? {
    try ShopifyCell.instant(text(name), name)
  }

  /// Texts of a list, or of a text in which commas join them.
  func texts(_ name: String) -> [String] {
    switch json[name] {
    case .array(let elements): elements.compactMap { $0.text.flatMap(CSVRow.trimmed) }
    case .string(let text): ShopifyCell.list(text)
    default: []
    }
  }

  /// Parts that stand inside the node, as in an answer that was not a bulk operation's: a list, or a connection.
  func inner(_ name: String) throws(RecordError) -> [ShopifyNode] {
    guard let member = json[name] else { return [] }
    let elements =
      member.elements ?? member["nodes"]?.elements ?? member["edges"]?.elements?.map { $0["node"] ?? .null } ?? []
    var nodes: [ShopifyNode] = []
    for element in elements { nodes.append(try ShopifyNode(element)) }
    return nodes
  }
}
