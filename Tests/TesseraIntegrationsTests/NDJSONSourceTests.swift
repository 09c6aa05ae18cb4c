import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

@Suite struct NDJSONSourceTests {
  @Test func rowsAndReasons() throws {
    let fixture = try ImportFixture()
    let text = """
      \u{FEFF}{"id":"e1","type":"page_viewed","at":"2026-05-01T10:00:00Z","customer":"c1"}
      \u{20}
      {"id":"e2","type":"page_viewed"}
      {"id":"e3",}
      [1]
      {"id":"e4","type":"x","at":"2026-05-01T10:00:00Z","anonymous":"a","properties":{"k":[1]}}
      """
    let first = try fixture.write("a.ndjson", text)
    let second = try fixture.write("b.ndjson.gz", ImportFixture.gzip(Array(text.utf8)))
    let rows = try ImportFixture.rows(NDJSONSource(kind: .event, paths: [first, second]))
    #expect(rows.map(\.line) == [1, 3, 4, 5, 6, 1, 3, 4, 5, 6])
    #expect(rows.map(\.file) == Array(repeating: first, count: 5) + Array(repeating: second, count: 5))
    #expect(
      rows.prefix(5).map(\.reason) == [
        nil, "at is missing", "not valid JSON at byte 11: a member's name in quotes is expected",
        "an event must be a JSON object", nil,
      ])
    #expect(rows[2].text == #"{"id":"e3",}"#)
    let body = try rows[4].result.get()[0].body
    #expect(String(decoding: body, as: UTF8.self).contains(#""properties":{"k":[1]}"#))
  }

  @Test(arguments: [
    (FactKind.customer, #"{"id":"gid://shopify/Customer/7","email":null}"#, "7"),
    (.product, #"{"id":"p1","price":"12.50"}"#, "p1"),
    (.order, #"{"id":3,"customer":"c","placed_at":"2026-05-01T10:00:00Z","lines":[]}"#, "3"),
  ])
  func kinds(_ kind: FactKind, _ line: String, id: String) throws {
    let fixture = try ImportFixture()
    let rows = try ImportFixture.rows(NDJSONSource(kind: kind, paths: [try fixture.write("f", line)]))
    #expect(rows.facts.map(\.id) == [id])
    #expect(rows.facts.map(\.kind) == [kind])
  }

  @Test func overlongLineIsARow() throws {
    let fixture = try ImportFixture()
    let long = #"{"id":""# + String(repeating: "x", count: ByteLineReader.lineBytesMax) + #""}"#
    let rows = try ImportFixture.rows(
      NDJSONSource(kind: .product, paths: [try fixture.write("f", long + "\n{\"id\":\"p\"}")]))
    #expect(rows.map(\.reason) == ["the line is longer than 1 MiB", nil])
    #expect(rows[0].text.utf8.count == ByteLineReader.overlongBytesKept)
  }

  @Test func rowsBeforeATruncation() throws {
    let fixture = try ImportFixture()
    let lines = (0..<5_000).map { #"{"id":"p\#($0)","title":"\#($0 &* 2_654_435_761)"}"# + "\n" }.joined()
    let packed = ImportFixture.gzip(Array(lines.utf8))
    let path = try fixture.write("f.gz", Array(packed.dropLast(packed.count / 3)))
    let (rows, error) = ImportFixture.read(NDJSONSource(kind: .product, paths: [path]))
    #expect(rows.count > 100)
    #expect(rows.reasons == [])
    #expect(error?.message.contains("truncated") == true)
  }
}
