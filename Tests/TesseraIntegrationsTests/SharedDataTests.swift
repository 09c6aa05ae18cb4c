import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

/// Counts over real files, taken with other tools.
@Suite(.enabled(if: SharedData.folder != nil, SharedData.absent))
struct SharedDataTests {
  @Test func clickstream() throws {
    let path = try SharedData.path("rees46-slice/events_20191001.csv.gz")
    let rows = try ImportFixture.rows(ClickstreamSource(paths: [path]))
    #expect(rows.reasons == [])
    #expect(rows.filter { $0.facts.first?.kind != .product }.count == 12_115)
    let events = rows.events
    #expect(events.filter { $0.type == "product_viewed" }.count == 11_845)
    #expect(events.filter { $0.type == "product_added_to_cart" }.count == 118)
    #expect(rows.orders.count == 152)
    #expect(rows.products.count == 4_932)
    let ids = events.map(\.id) + rows.orders.map(\.id)
    #expect(Set(ids).count == 12_115, "the five exact duplicates keep ids of their own")
    let again = try ImportFixture.rows(ClickstreamSource(paths: [path]))
    #expect(again.map(\.facts) == rows.map(\.facts))
    #expect(rows.orders.allSatisfy { $0.lines.count == 1 && $0.lines[0].quantity == 1 })
  }

  @Test func productRowsAreNoClickstream() throws {
    let path = try SharedData.path("rees46-slice/october_product_rows_1in1000.csv.gz")
    let error = ImportFixture.read(ClickstreamSource(paths: [path])).error
    #expect(error?.message.contains("lacks event_time, event_type, user_id") == true)
  }

  @Test(arguments: [
    ("product_template_2018.csv", 2), ("product_template_2020.csv", 1), ("product_template_2023.csv", 3),
    ("sample_store_apparel.csv", 20), ("sample_store_home-and-garden.csv", 20), ("sample_store_jewelery.csv", 20),
  ])
  func shopifyProducts(_ name: String, count: Int) throws {
    let rows = try ImportFixture.rows(ShopifySource(paths: [try SharedData.path("shopify-formats/csv/\(name)")]))
    #expect(rows.reasons == [])
    #expect(rows.products.count == count)
    #expect(rows.products.allSatisfy { !$0.title.isEmpty && $0.price != nil && $0.brand != nil && $0.url != nil })
  }

  @Test func shopifyOrders() throws {
    let path = try SharedData.path("shopify-formats/csv/orders_export_devstore_masked.csv")
    let rows = try ImportFixture.rows(ShopifySource(paths: [path]))
    #expect(rows.reasons == ["no customer: the order has no e-mail address"])
    let orders = rows.orders
    #expect(orders.count == 50)
    #expect(orders.reduce(0) { $0 + $1.lines.count } == 120)
    #expect(Set(orders.map(\.customer)) == ["customer1@example.com", "customer2@example.com"])
    #expect(orders.allSatisfy { $0.currency == "INR" && $0.refunds.isEmpty && $0.discountCodes.isEmpty })
    #expect(orders.flatMap(\.lines).allSatisfy { $0.discount == .zero })
    #expect(Set(orders.flatMap(\.lines).map(\.product)).count == 5)
  }

  @Test func wholeFolderReadsProductsFirst() throws {
    let rows = try ImportFixture.rows(ShopifySource(paths: [try SharedData.path("shopify-formats/csv")]))
    #expect(rows.reasons.count == 1)
    #expect(rows.products.count == 66)
    let kinds = rows.facts.map(\.kind)
    #expect(kinds.lastIndex(of: .product)! < kinds.firstIndex(of: .order)!)
  }
}
