import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

@Suite struct ShopifyBulkTests {
  static let customer = """
    {"__typename":"Customer","id":"gid:\\/\\/shopify\\/Customer\\/9001","createdAt":"2024-01-01T00:00:00Z",\
    "updatedAt":"2026-01-01T00:00:00Z","firstName":"Ada","lastName":null,"locale":"en","tags":["vip"],\
    "defaultEmailAddress":{"emailAddress":"ada@example.com","marketingState":"NOT_SUBSCRIBED"},\
    "defaultPhoneNumber":{"phoneNumber":"+44","marketingState":"SUBSCRIBED"},"defaultAddress":{"countryCodeV2":"GB"}}
    """

  static let product = """
    {"id":"gid://shopify/Product/1","handle":"nuptse","title":"Nuptse","vendor":"The North Face",\
    "productType":"Coats",\
    "status":"ACTIVE","tags":["down"],"createdAt":"2025-01-01T00:00:00Z","updatedAt":"2026-02-01T00:00:00Z",\
    "publishedAt":"2025-01-01T00:00:00Z","category":{"fullName":"Apparel > Jackets"},\
    "featuredMedia":{"preview":{"image":{"url":"https://cdn/1.jpg"}}}}
    """

  static func variant(_ id: Int, of product: Int, sku: String, price: String, units: Int = 3) -> String {
    """
    {"id":"gid://shopify/ProductVariant/\(id)","title":"V\(id)","sku":"\(sku)","price":"\(price)",\
    "compareAtPrice":"300.00",\
    "inventoryQuantity":\(units),"inventoryPolicy":"DENY","inventoryItem":{"id":"gid://shopify/InventoryItem/\(id)",\
    "tracked":true,"unitCost":{"amount":"90.0"}},"__parentId":"gid://shopify/Product/\(product)"}
    """
  }

  static func order(_ id: Int, more: String = "") -> String {
    """
    {"__typename":"Order","id":"gid://shopify/Order/\(id)","createdAt":"2026-10-02T10:00:00Z",\
    "updatedAt":"2026-10-05T08:00:00Z",\
    "cancelledAt":null,"test":false,"email":"ada@example.com","currencyCode":"GBP","discountCodes":["WELCOME10"],\
    "refunds":[]\(more)}
    """
  }

  static func line(_ id: Int, of order: Int, more: String = "") -> String {
    """
    {"__typename":"LineItem","id":"gid://shopify/LineItem/\(id)","title":"Nuptse","variantTitle":"V11","sku":"NF-S",\
    "quantity":2,\
    "product":{"id":"gid://shopify/Product/1"},"originalTotalSet":{"shopMoney":{"amount":"570.0"}},\
    "discountedTotalSet":{"shopMoney":{"amount":"570.0"}},"discountAllocations":[{"allocatedAmountSet":{"shopMoney":\
    {"amount":"57.0"}},"discountApplication":{"__typename":"DiscountCodeApplication","code":"WELCOME10"}}]\(more),\
    "__parentId":"gid://shopify/Order/\(order)"}
    """
  }

  private func rows(_ files: [String: [String]]) throws -> [ImportRow] {
    let fixture = try ImportFixture()
    for (name, lines) in files { try fixture.write(name, lines.joined(separator: "\n") + "\n") }
    return try ImportFixture.rows(ShopifySource(paths: [fixture.path()]))
  }

  @Test func customers() throws {
    let customer = try #require(try rows(["c.jsonl": [Self.customer]]).customers.first)
    #expect(customer.id == "9001")
    #expect(customer.firstName == .set("Ada"))
    #expect(customer.lastName == .unchanged)
    #expect(customer.consents == [.set("not_subscribed"), .set("subscribed"), .unchanged])
    #expect(customer.updatedAt?.description == "2026-01-01T00:00:00Z")
    #expect(customer.traits == .set(["tags": ["vip"], "country": "GB", "locale": "en"]))
  }

  @Test func productWithVariants() throws {
    let lines = [
      Self.product, Self.variant(11, of: 1, sku: "NF-S", price: "285.00"),
      #"{"id":"gid://shopify/MediaImage/5","__parentId":"gid://shopify/Product/1"}"#,
      Self.variant(12, of: 1, sku: "NF-M", price: "280.00", units: 4),
    ]
    let rows = try rows(["p.jsonl": lines])
    let product = try #require(rows.products.first)
    #expect(rows.count == 1)
    #expect(product.id == "1")
    #expect(product.price == Money(280))
    #expect(product.compareAtPrice == Money(300))
    #expect(product.cost == Money(90))
    #expect(product.inventory == 7)
    #expect(product.category == "Jackets")
    #expect(product.image == "https://cdn/1.jpg")
    #expect(product.url == "/products/nuptse")
    #expect(product.createdAt?.description == "2025-01-01T00:00:00Z")
    #expect(product.updatedAt?.description == "2026-02-01T00:00:00Z")
  }

  @Test func draftIsNotAdvertised() throws {
    let line = Self.product.replacing("ACTIVE", with: "DRAFT")
    #expect(
      try rows(["p.jsonl": [line, Self.variant(11, of: 1, sku: "a", price: "1")]]).products.first?.inventory == 0)
  }

  @Test func orderWithDiscounts() throws {
    let rows = try rows(["o.jsonl": [Self.order(5), Self.line(7, of: 5)], "c.jsonl": [Self.customer]])
    let order = try #require(rows.orders.first)
    #expect(order.id == "5")
    #expect(order.customer == "9001", "by e-mail address, since the order names no customer")
    #expect(order.discountCodes == ["WELCOME10"])
    #expect(order.lines == [OrderRecord.Line(product: "1", quantity: 2, price: Money(285), discount: Money(57))])
    #expect(order.updatedAt?.description == "2026-10-05T08:00:00Z")
  }

  /// Any order of the lines gives the same records.
  @Test(arguments: [UInt64(1), 2, 3, 4, 5])
  func partsMayComeAnywhere(seed: UInt64) throws {
    var lines: [String] = []
    for id in 1...20 {
      lines.append(Self.order(id))
      for part in 0..<(id % 5) { lines.append(Self.line(id * 100 + part, of: id)) }
    }
    let expected = try rows(["o.jsonl": lines]).orders.sorted { $0.id < $1.id }
    #expect(expected.map(\.lines.count) == expected.map { Int($0.id)! % 5 })
    var generator = SeededGenerator(state: seed)
    let found = try rows(["o.jsonl": lines.shuffled(using: &generator)]).orders.sorted { $0.id < $1.id }
    #expect(found == expected)
  }

  @Test func twoExportsPutTogether() throws {
    let lines = [Self.order(5), Self.line(7, of: 5)]
    let rows = try rows(["o.jsonl": lines + lines])
    #expect(rows.orders.map(\.lines.count) == [1])
  }

  @Test func refundsGoToTheLinesThatCameBack() throws {
    let refunds = #","totalRefundedSet":{"shopMoney":{"amount":"100.01"}}"#
    let order = Self.order(5, more: refunds).replacing(
      #""refunds":[]"#,
      with: """
        "refunds":[{"id":"gid://shopify/Refund/1","createdAt":"2026-10-04T00:00:00Z",\
        "totalRefundedSet":{"shopMoney":{"amount":"90.01"}}},\
        {"id":"gid://shopify/Refund/2","createdAt":"2026-10-05T00:00:00Z",\
        "totalRefundedSet":{"shopMoney":{"amount":"10"}}}]
        """)
    let lines = [
      order, Self.line(7, of: 5),
      Self.line(8, of: 5, more: #","currentQuantity":1"#).replacing("Product/1", with: "Product/2"),
    ]
    let found = try #require(try rows(["o.jsonl": lines]).orders.first)
    #expect(found.refunds.count == 2)
    #expect(found.refunds[0].at.description == "2026-10-04T00:00:00Z")
    #expect(
      found.refunds[0].lines == [OrderRecord.RefundLine(product: "2", quantity: 1, amount: Money(decimal: "90.01")!)])
    #expect(found.refunds[1].lines.map(\.amount) == [Money(5), Money(5)])
  }

  @Test func ordersThatAreNone() throws {
    let rows = try rows([
      "o.jsonl": [
        Self.order(1).replacing("\"test\":false", with: "\"test\":true"), Self.line(7, of: 1),
        Self.order(2).replacing("\"ada@example.com\"", with: "null"), Self.line(8, of: 99), "{oops", "[]",
        #"{"__typename":"Collection","id":"gid://shopify/Collection/1"}"#, #"{"a":1}"#,
        Self.order(3).replacing("gid://shopify/Order/3", with: "three"),
      ]
    ])
    #expect(rows.facts.count == 0)
    let reasons = rows.reasons.joined(separator: "\n")
    #expect(rows.count == 7, "the test order leaves no row")
    for part in [
      "no customer", "lacks Order 99", "not valid JSON at byte 1", "must be a JSON object", "\"Collection\"",
      "without __typename",
    ] {
      #expect(reasons.contains(part))
    }
  }

  @Test func numbersOfBulkExportsReplaceHandles() throws {
    let fixture = try ImportFixture()
    try fixture.write("b.jsonl", Self.product + "\n" + Self.variant(11, of: 1, sku: "NF-S", price: "285") + "\n")
    try fixture.write("a.csv", ShopifyCSVTests.oldProducts)
    try fixture.write(
      "o.csv",
      ShopifyCSVTests.orderHeader + "#1,a@b.c,paid,,EUR,9,9,,0,2026-04-01 10:00:00 UTC,1,Anything,9,,NF-S,,,,\n")
    let rows = try ImportFixture.rows(ShopifySource(paths: [fixture.path()]))
    #expect(rows.products.map(\.id) == ["1", "1", "cap", "bag", "mug"])
    #expect(rows.orders.first?.lines.first?.product == "1")
  }

  @Test func numbersAtTheEndsOfTheirRange() throws {
    let rows = try rows([
      "p.jsonl": [
        Self.product, Self.variant(11, of: 1, sku: "a", price: "1", units: .max),
        Self.variant(12, of: 1, sku: "b", price: "1", units: .max),
        Self.product.replacing("Product/1", with: "Product/2"),
        Self.variant(13, of: 2, sku: "c", price: "1", units: .min),
      ],
      "o.jsonl": [
        Self.order(1), Self.line(7, of: 1).replacing("\"quantity\":2", with: "\"quantity\":\(Int.min)"),
        Self.order(2), Self.line(8, of: 2, more: ",\"currentQuantity\":\(Int.min)"),
      ],
    ])
    #expect(rows.products.map(\.inventory) == [0])
    #expect(rows.reasons.contains { $0.hasPrefix("inventory must be a whole number") })
    #expect(rows.reasons.contains { $0.hasPrefix("quantity of a LineItem") })
    #expect(rows.orders.map(\.id) == ["2"])
  }

  @Test func truncatedFileGivesNoHalfOrders() throws {
    let fixture = try ImportFixture()
    let lines = (1...500).flatMap { [Self.order($0), Self.line(2 * $0, of: $0), Self.line(2 * $0 + 1, of: $0)] }
    let packed = ImportFixture.gzip(Array(lines.joined(separator: "\n").utf8))
    let path = try fixture.write("o.jsonl.gz", Array(packed.prefix(packed.count / 2)))
    let (rows, error) = ImportFixture.read(ShopifySource(paths: [path]))
    #expect(rows.isEmpty)
    #expect(error?.message.contains("truncated") == true)
  }

  @Test func packedFile() throws {
    let fixture = try ImportFixture()
    let path = try fixture.write("c.jsonl.gz", ImportFixture.gzip(Array((Self.customer + "\n").utf8)))
    #expect(try ImportFixture.rows(ShopifySource(paths: [path])).customers.count == 1)
  }
}
