import TesseraIntegrations
import TesseraStorage
import Testing

@Suite struct ImportSourcesTests {
  @Test func everyKindIsMade() throws {
    for kind in ImportSources.kinds { _ = try ImportSources.make(kind: kind, paths: ["x"]) }
    #expect(try ImportSources.make(kind: "clickstream", paths: ["x"]) is ClickstreamSource)
    #expect(try ImportSources.make(kind: "shopify", paths: ["x"]) is ShopifySource)
  }

  @Test(arguments: [("clickstrem", "clickstream"), ("Event", "events"), ("order", "orders"), ("shopfy", "shopify")])
  func nearestKind(_ word: String, _ kind: String) {
    let error = #expect(throws: FactSourceError.self) { try ImportSources.make(kind: word, paths: ["x"]) }
    #expect(error?.message.contains("Did you mean \(kind)?") == true)
    #expect(error?.message.contains("events, customers, products, orders, clickstream, shopify") == true)
  }

  @Test func nothingNear() {
    let error = #expect(throws: FactSourceError.self) { try ImportSources.make(kind: "zzzzzzzzzz", paths: ["x"]) }
    #expect(error?.message.contains("Did you mean") == false)
    #expect(throws: FactSourceError.self) { try ImportSources.make(kind: "events", paths: []) }
  }

  @Test(arguments: ImportSources.kinds)
  func missingFile(kind: String) throws {
    var source = try ImportSources.make(kind: kind, paths: ["/nowhere/at/all.csv"])
    let error = #expect(throws: FactSourceError.self) { try source.next() }
    #expect(error?.message.contains("does not exist") == true)
  }
}
