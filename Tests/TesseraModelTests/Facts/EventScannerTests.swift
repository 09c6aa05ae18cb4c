import TesseraModel
import Testing

/// What is scanned is what the reader of all spellings reads, byte for byte as it is kept; the rest is left to it.
@Suite struct EventScannerTests {
  private static func scan(_ bytes: [UInt8]) -> Event? { bytes.withUnsafeBufferPointer { EventScanner.scan($0) } }

  /// - Returns: whether it was scanned.
  @discardableResult
  private static func check(_ bytes: [UInt8]) -> Bool {
    guard let event = scan(bytes) else { return false }
    let json = try? JSONParser.parse(bytes)
    #expect(json.map { JSONWriter.bytes($0) } == bytes)
    let read = json.flatMap { try? Event(json: $0) }
    #expect(read == event, "\(String(decoding: bytes, as: UTF8.self))")
    return true
  }

  private static let ids = [
    "e1", "42", "~v", "gid://shopify/Customer/7", "gift", "", "a b", "caf\u{E9}", "a<b", "x\"y",
  ]
  private static let times = [
    "2026-05-01T10:00:00Z", "2026-05-01T10:00:00.250Z", "2024-02-29T23:59:59.999Z", "2026-02-29T00:00:00Z",
    "1969-12-31T23:59:59Z", "2026-05-31T10:00:60Z", "2026-05-01 10:00:00Z", "2026-05-01T10:00:00+02:00", "2026-05-01",
    "2026-13-01T10:00:00Z", "2026-05-01T24:00:00Z", "20x6-05-01T10:00:00Z",
  ]

  private static func event(_ random: inout SplitMix64) -> JSONValue {
    var members: [(String, JSONValue)] = []
    func text(_ random: inout SplitMix64) -> JSONValue {
      random.below(4) > 0 ? .string("c\(random.below(1_000))") : .string(random.pick(ids))
    }
    func add(_ name: String, _ often: Int, _ value: (inout SplitMix64) -> JSONValue) {
      if random.below(100) < often { members.append((name, value(&random))) }
    }
    add("id", 97) { text(&$0) }
    add("type", 97) { .string($0.pick(["page_viewed", "product_viewed", "search_submitted", ""])) }
    add("at", 97) { .string($0.below(3) > 0 ? times[0] : $0.pick(times)) }
    add("customer", 70) { $0.below(9) == 0 ? .number("\($0.below(99))") : text(&$0) }
    add("anonymous", 50) { text(&$0) }
    add("product", 50) { $0.below(5) == 0 ? .null : text(&$0) }
    add("quantity", 30) { .number($0.pick(["1", "0", "12", "-3", "1.0", "999999", "1000000", "1000001", "2e1"])) }
    add("value", 30) {
      $0.below(4) == 0 ? "12.5" : .number($0.pick(["12.50", "0", "0.1", "-1", "1e2", "99999999999"]))
    }
    add("receipt", 20) { text(&$0) }
    add("properties", 8) { _ in ["channel": "email"] }
    add("other", 4) { _ in true }
    while members.count > 1, random.below(2) == 0 { members.swapAt(0, random.below(members.count)) }
    return .object(JSONObject(members))
  }

  @Test func scansWhatTheReaderReads() throws {
    var random = SplitMix64(seed: 11)
    var scanned = 0
    for _ in 0..<20_000 {
      let bytes = JSONWriter.bytes(EventScannerTests.event(&random))
      if EventScannerTests.check(bytes) { scanned += 1 }
    }
    #expect(scanned > 3_000)
  }

  @Test func damagedEvents() throws {
    let text = #"{"id":"b1","type":"product_viewed","at":"2026-05-01T10:00:00.250Z","customer":"c1","value":0.5}"#
    let whole = Array(text.utf8)
    #expect(EventScannerTests.check(whole))
    for end in 0..<whole.count { #expect(EventScannerTests.scan(Array(whole[..<end])) == nil) }
    var random = SplitMix64(seed: 12)
    for _ in 0..<50_000 {
      EventScannerTests.check(random.damaged(whole, inserting: Array(#"{}":,0"\ <.Z"#.utf8)))
    }
  }

  @Test func leavesTheRest() {
    for text in [
      #"{"id":"1","type":"a","at":"2026-05-01T10:00:00Z"}"#,
      #"{"id":"1","id":"1","type":"a","at":"2026-05-01T10:00:00Z","customer":"c"}"#,
      #"{"id":"1","type":"a","at":"2026-05-01T10:00:00Z","customer":"~c"}"#,
      #"{"id":01,"type":"a","at":"2026-05-01T10:00:00Z","customer":"c"}"#,
      #"{"id":"1","type":"a","at":"2026-05-01T10:00:00Z","customer":"c",}"#,
      #"{"id":"1","type":"a","at":"2026-05-01T10:00:00Z","customer":"c"} "#, "{}", "",
    ] { #expect(EventScannerTests.scan(Array(text.utf8)) == nil) }
  }
}
