import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

/// Random bytes through every source: refused rows and errors are fine, traps and endless loops are not.
@Suite struct ImportFuzzTests {
  static let fragments = [
    "\"", "\"\"", ",", ",,", "\n", "\r\n", "\u{FEFF}", "{", "}", "[", "]", ":", "\\", "null", "-1", "1e400",
    "99999999999999999999",
    "-9223372036854775808", "9223372036854775807",
    "~", "\u{0}", "é", "2019-10-01 00:00:00 UTC", "view", "purchase", "gid://shopify/Order/1",
    "gid://shopify/Product/1",
    "\"__parentId\"", "\"__typename\"", "\"LineItem\"", "\"ProductVariant\"", "\"quantity\"", "#1", "a@b.c", "1.5",
    "0",
  ]
  static let starts = [
    "", ClickstreamSourceTests.header, ShopifyCSVTests.oldProducts, ShopifyCSVTests.newProducts,
    ShopifyCSVTests.customers,
    ShopifyCSVTests.orderHeader, ShopifyBulkTests.customer + "\n", ShopifyBulkTests.product + "\n",
    ShopifyBulkTests.order(1) + "\n" + ShopifyBulkTests.line(2, of: 1) + "\n",
  ]

  @Test(arguments: ImportSources.kinds, [UInt64(1), 2, 3, 4])
  func nothingTraps(kind: String, seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    let fixture = try ImportFixture()
    for _ in 0..<60 {
      var bytes = Array(Self.starts.randomElement(using: &generator)!.utf8)
      for _ in 0..<Int.random(in: 0...120, using: &generator) {
        if Bool.random(using: &generator) {
          bytes += Self.fragments.randomElement(using: &generator)!.utf8
        } else {
          bytes.append(UInt8.random(in: 0...255, using: &generator))
        }
      }
      for _ in 0..<Int.random(in: 0...6, using: &generator) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Int.random(in: 0..<4, using: &generator) == 0 {
        bytes = ImportFixture.gzip(bytes)
        if Bool.random(using: &generator) { bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^= 0x55 }
      }
      var source = try ImportSources.make(kind: kind, paths: [try fixture.write("f", bytes)])
      var rows: [ImportRow] = []
      do throws(FactSourceError) {
        while let row = try source.next() { rows.append(row) }
      } catch {
        #expect(!error.message.isEmpty)
      }
      for entry in rows.flatMap({ (try? $0.result.get()) ?? [] }) {
        // What is stored must be readable again.
        let json = try JSONParser.parse(entry.body)
        #expect(try Fact(kind: entry.fact.kind, json: json) == entry.fact)
      }
    }
  }
}
