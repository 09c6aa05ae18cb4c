import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

@Suite struct ShopifyCSVTests {
  static let oldProducts = """
    Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
    Option2 Value,\
    Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,\
    Variant Compare At Price,Image Src,Cost per item,Status
    nuptse,Nuptse,"<p>Warm,
    ""very"" warm</p>",The North Face,Apparel & Accessories > Clothing > Jackets,Coats,"down, winter",true,Size,S,\
    Color,Black,\
    NF-S,shopify,2,deny,285.00,300.00,https://cdn/1.jpg,100,active
    nuptse,,,,,,,,,M,,Black,NF-M,shopify,-1,deny,280.00,310,,90,
    nuptse,,,,,,,,,,,,,,,,,,https://cdn/2.jpg,,
    cap,Cap,,Acme,,Hats,,,Title,Default Title,,,CAP,,,deny,9,,,,draft
    bag,Bag,,Acme,Uncategorized,Bags,,false,Title,Default Title,,,BAG,shopify,4,deny,20,,,,
    mug,Mug,,Acme,,,,true,Title,Default Title,,,MUG,shopify,0,continue,5,,,,active
    """

  static let newProducts = """
    Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Option1 name,\
    Option1 value,Price,Compare-at price,Cost per item,Inventory tracker,Inventory quantity,\
    Continue selling when out of stock,Product image URL,Variant image URL
    Tee,tee,x,Acme,Apparel > Shirts,,a,TRUE,Active,T-S,Size,S,10,,4,shopify,3,DENY,https://cdn/t.jpg,
    ,tee,,,,,,,,T-M,Size,M,9.50,12,3,shopify,5,DENY,,
    Old tee,old-tee,x,Acme,,Shirts,,TRUE,Archived,OT,Title,Default Title,10,,,shopify,3,DENY,,
    """

  static let customers = """
    \u{FEFF}Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address City,\
    Default Address Country Code,\
    Phone,Accepts SMS Marketing,Total Spent,Tags
    '9001,Ada,Lovelace,Ada@Example.com,yes,London,GB,'+441234,no,10.00,"vip, early"
    '9002,,,,no,,,,,0.00,
    ,Bob,,Bob@Example.com,,,,,,0.00,
    ,,,,,,,,,0.00,
    """

  static let orderHeader = """
    Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Discount Code,Discount Amount,Created at,\
    Lineitem quantity,\
    Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Cancelled at,Refunded Amount,Id,\
    Lineitem discount

    """

  private func rows(_ files: [String: String]) throws -> [ImportRow] {
    let fixture = try ImportFixture()
    for (name, text) in files { try fixture.write(name, text) }
    return try ImportFixture.rows(ShopifySource(paths: [fixture.path()]))
  }

  @Test func productsOfTheOldDialect() throws {
    let rows = try rows(["p.csv": Self.oldProducts])
    #expect(rows.reasons == [])
    let products = rows.products
    #expect(products.map(\.id) == ["nuptse", "cap", "bag", "mug"])
    let nuptse = products[0]
    #expect(nuptse.title == "Nuptse")
    #expect(nuptse.brand == "The North Face")
    #expect(nuptse.category == "Jackets")
    #expect(nuptse.price == Money(280))
    #expect(nuptse.compareAtPrice == Money(310))
    #expect(nuptse.cost == Money(90))
    #expect(nuptse.inventory == 2, "a variant sold below zero takes nothing from the other")
    #expect(nuptse.tags == ["down", "winter"])
    #expect(nuptse.url == "/products/nuptse")
    #expect(nuptse.image == "https://cdn/1.jpg")
    #expect(products[1...].map(\.category) == ["Hats", "Bags", nil])
    #expect(products[1...].map(\.inventory) == [0, 0, nil], "a draft, not published, sold without limit")
    #expect(rows.map(\.line) == [2, 6, 7, 8])
    #expect(rows[0].text.split(separator: "\n").count == 4)
    let body = String(decoding: try rows[0].result.get()[0].body, as: UTF8.self)
    #expect(body.contains(#"{"id":"NF-S","title":"S / Black","price":285,"inventory":2}"#))
  }

  @Test func productsOfTheNewDialect() throws {
    let products = try rows(["p.csv": Self.newProducts.replacing("\n", with: "\r\n")]).products
    #expect(products.map(\.id) == ["tee", "old-tee"])
    #expect(products[0].inventory == 8)
    #expect(products[0].price == Money(decimal: "9.5"))
    #expect(products[0].compareAtPrice == Money(12))
    #expect(products[0].category == "Shirts")
    #expect(products[0].image == "https://cdn/t.jpg")
    #expect(products[1].inventory == 0)
  }

  @Test func productFaults() throws {
    let text = "Handle,Title,Variant Price\na,A,1\na,,x\nb,B,2\na,,3\n,Big Hat!,4\n,,5\n"
    let rows = try rows(["p.csv": text])
    #expect(rows.reasons.count == 2)
    #expect(rows[0].reason == "variant price \"x\" in line 3 is not an amount like 19.99")
    #expect(rows[2].reason?.contains("Title is missing") == true)
    #expect(rows.products.map(\.id) == ["b", "big-hat"])
    #expect(rows.products.last?.price == Money(4))
  }

  @Test func customersAndConsent() throws {
    let rows = try rows(["c.csv": Self.customers])
    let customers = rows.customers
    #expect(customers.map(\.id) == ["9001", "9002", "bob@example.com"])
    #expect(customers[0].firstName == .set("Ada"))
    #expect(customers[0].email == .set("Ada@Example.com"))
    #expect(customers[0].phone == .set("+441234"))
    #expect(customers[0].consents == [.set("subscribed"), .set("unsubscribed"), .unchanged])
    #expect(customers[0].traits == .set(["tags": ["vip", "early"], "city": "London", "country": "GB"]))
    #expect(customers[1].email == .unchanged)
    #expect(customers[2].consents == [.unchanged, .unchanged, .unchanged])
    #expect(rows.reasons == ["no customer: Customer ID and Email are empty"])
  }

  @Test func customersOfTheOldDialect() throws {
    let rows = try rows([
      "c.csv": "First Name,Last Name,Email,City,Country Code,Accepts Marketing,Tags\nA,B,A@b.c,Rome,IT,yes,\n"
    ])
    #expect(rows.customers.map(\.id) == ["a@b.c"])
    #expect(rows.customers[0].consents[0] == .set("subscribed"))
  }

  @Test func ordersAreTiedToCustomersAndProducts() throws {
    let orders =
      Self.orderHeader + """
        #2,ada@example.com,paid,,GBP,560.00,565.00,"TEN, FREESHIP",70.00,2026-05-01 10:00:00 +0200,2,\
        Nuptse - S / Black,285.00,300,\
        NF-S,,0.00,'5002,0.00
        #2,ada@example.com,,,,,,,,2026-05-01 10:00:00 +0200,1,Nuptse - M / Black,60.00,,,,,,5.00
        #1,X@y.z,paid,,GBP,9.00,9.00,,0.00,2026-04-01 10:00:00 UTC,1,Lavender & Vanilla Candle,9.00,,UNKNOWN,,,,
        #3,,paid,,GBP,9.00,9.00,,0.00,2026-04-01 10:00:00 UTC,1,Cap,9.00,,,,,,
        #4,bob@example.com,paid,,GBP,9.00,9.00,,0.00,2026-04-01 10:00:00 UTC,1,Cap - engraved - gold,9.00,,,,,6.79E+12,
        """
    let rows = try rows(["a.csv": orders, "b.csv": Self.oldProducts, "z.csv": Self.customers])
    #expect(rows.facts.map(\.kind.rawValue) == rows.facts.map(\.kind.rawValue).sorted { order($0) < order($1) })
    let found = rows.orders
    #expect(found.map(\.id) == ["5002", "#1", "#4"])
    #expect(found.map(\.customer) == ["9001", "x@y.z", "bob@example.com"])
    #expect(found[0].placedAt.description == "2026-05-01T08:00:00Z")
    #expect(found[0].currency == "GBP")
    #expect(found[0].discountCodes == ["TEN", "FREESHIP"])
    #expect(found.map { $0.lines.map(\.product) } == [["nuptse", "nuptse"], ["lavender-vanilla-candle"], ["cap"]])
    #expect(found[0].lines[0].compareAtPrice == Money(300))
    #expect(found[0].lines.reduce(.zero) { $0 + $1.revenue } == Money(560), "lines add up to the subtotal")
    #expect(found[0].lines[1].discount > Money(5))
    #expect(rows.reasons.contains("no customer: the order has no e-mail address"))
  }

  private func order(_ kind: Int) -> Int {
    [FactKind.customer, .product, .order].firstIndex { $0.rawValue == kind } ?? 9
  }

  @Test func refunds() throws {
    let orders =
      Self.orderHeader + """
        #1,a@b.c,refunded,2026-05-01 11:00:00 +0000,EUR,30,30,,,2026-05-01 10:00:00 +0000,1,A,10,,,\
        2026-05-03 10:00:00 +0000,30,,
        #1,a@b.c,,,,,,,,,2,B,10,,,,,,
        #2,a@b.c,partially_refunded,2026-05-01 11:00:00 +0000,EUR,30,35,,,2026-05-01 10:00:00 +0000,1,A,10,,,,10,,
        #2,a@b.c,,,,,,,,,1,B,10,,,,,,
        #2,a@b.c,,,,,,,,,1,C,10,,,,,,
        """
    let found = try rows(["o.csv": orders]).orders
    #expect(found[0].cancelledAt == found[0].refunds[0].at)
    #expect(found[0].refunds[0].lines.map(\.amount) == [Money(10), Money(20)])
    #expect(found[0].refunds[0].lines.map(\.quantity) == [1, 2])
    #expect(found[1].refunds[0].at.description == "2026-05-01T11:00:00Z")
    #expect(found[1].refunds[0].lines.map(\.amount.description) == ["3.33", "3.33", "3.34"])
    #expect(found[1].refunds[0].lines.map(\.quantity) == [0, 0, 0])
  }

  @Test func strangersInAFolder() throws {
    let rows = try rows(["x.csv": "Code,Value\nA,1\n", "p.csv": Self.newProducts, "readme.txt": "hello"])
    #expect(rows.products.count == 2)
    #expect(rows.reasons.count == 1)
    #expect(rows[0].file.hasSuffix("x.csv"))
    let fixture = try ImportFixture()
    #expect(ImportFixture.read(ShopifySource(paths: [fixture.path()])).error?.message.contains("has no file") == true)
    let stranger = try fixture.write("x.csv", "Code,Value\n")
    #expect(
      ImportFixture.read(ShopifySource(paths: [stranger])).error?.message.contains("not a Shopify export") == true)
  }

  @Test func oneKeyForeverIsBounded() throws {
    let text = "Handle,Title,Variant Price\n" + String(repeating: "a,A,1\n", count: 5_200) + "b,B,1\n"
    let rows = try rows(["p.csv": text])
    #expect(rows.map(\.reason) == ["more than 5000 rows or 4 MiB under one name", nil])
  }
}
