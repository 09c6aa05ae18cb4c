import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

@Suite struct ClickstreamSourceTests {
  static let header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"

  private func rows(_ text: String, header: String = header) throws -> [ImportRow] {
    let fixture = try ImportFixture()
    return try ImportFixture.rows(ClickstreamSource(paths: [try fixture.write("f.csv", header + text)]))
  }

  @Test func everyTypeOfRow() throws {
    let rows = try rows(
      """
      2019-10-01 00:00:00 UTC,view,1,9,appliances.environment.water_heater,aqua,33.20,7,s
      2019-10-01 00:00:01 UTC,cart,1,9,,aqua,33.20,7,s
      2019-10-01 00:00:02 UTC,remove_from_cart,1,9,,,33.20,7,s
      2019-10-01 00:00:03 UTC,purchase,2,9,,,0.00,8,s
      """)
    #expect(rows.reasons == [])
    #expect(rows.events.map(\.type) == ["product_viewed", "product_added_to_cart", "product_removed_from_cart"])
    #expect(rows.events.allSatisfy { $0.customer == "7" && $0.product == "1" })
    #expect(rows.events[0].at.description == "2019-10-01T00:00:00Z")
    let order = try #require(rows.orders.first)
    #expect(order.customer == "8")
    #expect(order.placedAt.description == "2019-10-01T00:00:03Z")
    #expect(order.lines == [OrderRecord.Line(product: "2", quantity: 1, price: .zero)])
    #expect((rows.events.map(\.id) + [order.id]).allSatisfy { $0.utf8.count == 32 })
  }

  /// `printf '%s\n%d' ROW COUNT | sha256sum | cut -c1-32`
  @Test func identityIsAHashOfTheRow() throws {
    let row = "2019-10-01 00:00:00 UTC,view,1,9,a.b,aqua,33.20,7,s"
    let ids = try rows(row + "\r\n" + row + "\r\n").events.map(\.id)
    let expected = (0...1).map { TextEncoding.hexadecimal(SHA256.hash("\(row)\n\($0)".utf8).prefix(16)) }
    #expect(ids == expected)
  }

  @Test func lastRowDescribesTheProduct() throws {
    let rows = try rows(
      """
      2019-10-01 00:00:00 UTC,view,1,9,electronics.phone,old,10,7,s
      2019-10-01 00:00:00 UTC,view,2,9,,,5,7,s
      2019-10-01 00:00:01 UTC,view,3,9,,solo,5,7,s
      2019-10-01 00:00:02 UTC,cart,1,9,electronics.smart_phone,new,12.5,7,s
      2019-10-01 00:00:03 UTC,view,1,9,x,newest,oops,7,s
      """)
    let products = rows.products
    #expect(products.map(\.id) == ["1", "2", "3"])
    #expect(products.map(\.title) == ["New smart phone", "Product 2", "Solo"])
    #expect(products[0].brand == "new")
    #expect(products[0].category == "electronics.smart_phone")
    #expect(products[0].price?.description == "12.5")
    #expect(products[0].inventory == nil)
    #expect(rows.suffix(3).map(\.line) == [5, 3, 4])
    #expect(rows.reasons.count == 1)
  }

  @Test(arguments: [
    ("2019-10-01 00:00:00 UTC,wishlist,1,,,,1,7,s", "event_type \"wishlist\" is none of"),
    ("2019-10-01 00:00:00,view,1,,,,1,7,s", "event_time"), ("2019-13-01 00:00:00 UTC,view,1,,,,1,7,s", "event_time"),
    (",view,1,,,,1,7,s", "event_time is missing"), ("2019-10-01 00:00:00 UTC,view,,,,,1,7,s", "product_id is missing"),
    ("2019-10-01 00:00:00 UTC,view,1,,,,1,,s", "user_id is missing"),
    ("2019-10-01 00:00:00 UTC,view,1,,,,1,~x,s", "user_id must not start with ~"),
    ("2019-10-01 00:00:00 UTC,view,1,,,,free,7,s", "price"), ("2019-10-01 00:00:00 UTC,view,1,,,,-1,7,s", "price"),
    ("2019-10-01 00:00:00 UTC,purchase,1,,,,,7,s", "price is missing"),
    ("2019-10-01 00:00:00 UTC,view,1,,,,1,7,s,extra", "10 fields where the header has 9"),
  ])
  func reasons(_ row: String, reason: String) throws {
    let rows = try rows(row + "\n2019-10-01 00:00:01 UTC,view,1,,,,1,7,s\n")
    #expect(rows[0].reason?.contains(reason) == true, "\(rows[0].reason ?? "accepted")")
    #expect(rows[0].text == row)
    #expect(rows.events.count == 1)
  }

  @Test func extraColumnsAndOrder() throws {
    let rows = try rows(
      "0,7,1,view,2019-10-01 00:00:00 UTC,3,\n", header: ",User_ID,product_id,event_type,event_time,price,more\n")
    #expect(rows.events.map(\.customer) == ["7"])
  }

  @Test func missingColumns() throws {
    let fixture = try ImportFixture()
    let path = try fixture.write("f.csv", "event_time,product_id\n")
    let error = ImportFixture.read(ClickstreamSource(paths: [path])).error
    #expect(error?.message.contains("lacks event_type, price, user_id") == true)
  }

  /// Sorted and unsorted files are counted in different ways that must agree.
  @Test(arguments: [UInt64(1), 2, 3])
  func countsDoNotDependOnTheWayOfCounting(seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    let pool = (0..<40).map { "2019-10-01 00:00:\($0 < 20 ? "0" : "1")\($0 % 10) UTC,view,\($0 % 3),,,,1,7,s" }
    let rows = (0..<400).map { _ in pool.randomElement(using: &generator)! }
    let sorted = rows.sorted()
    func ids(_ rows: [String]) throws -> [String] {
      try self.rows(rows.joined(separator: "\n") + "\n").events.map(\.id)
    }
    let unsortedIDs = try ids(rows)
    #expect(Set(unsortedIDs).count == rows.count)
    #expect(Set(unsortedIDs) == Set(try ids(sorted)))
    #expect(try ids(rows) == unsortedIDs)
  }

  @Test func severalFiles() throws {
    let fixture = try ImportFixture()
    let row = "2019-10-01 00:00:00 UTC,view,1,9,a.b,aqua,33.20,7,s\n"
    let a = try fixture.write("a.csv", Self.header + row)
    let b = try fixture.write("b.csv.gz", ImportFixture.gzip(Array((Self.header + row).utf8)))
    let rows = try ImportFixture.rows(ClickstreamSource(paths: [a, b]))
    #expect(rows.facts.map(\.kind) == [.event, .product, .event, .product])
    #expect(
      Set(rows.events.map(\.id)).count == 1, "an id counts within its file, so that a copy of a file changes nothing")
  }

  @Test func truncatedFileGivesItsRows() throws {
    let fixture = try ImportFixture()
    let body = (0..<9_000).map { "2019-10-01 00:00:00 UTC,view,\($0 &* 2_654_435_761),,,,1,7,s\n" }.joined()
    let packed = ImportFixture.gzip(Array((Self.header + body).utf8))
    let path = try fixture.write("f.csv.gz", Array(packed.prefix(packed.count / 2)))
    let (rows, error) = ImportFixture.read(ClickstreamSource(paths: [path]))
    #expect(rows.events.count > 100)
    #expect(rows.reasons == [])
    #expect(error?.message.contains("truncated") == true)
  }
}
