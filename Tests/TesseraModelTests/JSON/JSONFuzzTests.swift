import TesseraModel
import Testing

/// Whatever comes in, the parser answers or refuses; what it took is written and read back the same.
@Suite struct JSONFuzzTests {
  private static let fragments = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "d800", "dc00", "0", "1", "-", ".", "e", "+", "null", "true",
    "false",
    "\"a\"", "\"b\":", " ", "\n", "\u{E9}", "\u{1F600}", "\u{0}", "\u{FEFF}", "12.5e3",
  ]

  @Test func fragmentsInAnyOrder() throws {
    var random = SplitMix64(seed: 1)
    var taken = 0
    for _ in 0..<20_000 {
      let text = (0..<1 + random.below(9)).map { _ in random.pick(JSONFuzzTests.fragments) }.joined()
      guard let value = try? JSONParser.parse(text) else { continue }
      taken += 1
      #expect(try JSONParser.parse(JSONWriter.bytes(value)) == value)
    }
    #expect(taken > 300)
  }

  @Test func damagedDocuments() throws {
    let document = Array(
      """
      {"id":"e1","at":"2026-05-01T10:00:00Z","n":[1,-2.5e3,true,null,"\\u00e9\\ud83d\\ude00 caf\u{E9}"],"o":{"a":{"b":[]}}}
      """.utf8)
    #expect(throws: Never.self) { try JSONParser.parse(document) }
    for end in 0..<document.count { #expect(throws: JSONError.self) { try JSONParser.parse(Array(document[..<end])) } }
    var random = SplitMix64(seed: 2)
    for _ in 0..<5_000 {
      let bytes = random.damaged(document)
      guard let value = try? JSONParser.parse(bytes) else { continue }
      #expect(try JSONParser.parse(JSONWriter.bytes(value)) == value)
      // Readers of facts must refuse or accept, too.
      for kind in FactKind.allCases { _ = try? FactEntry(kind: kind, json: value) }
    }
  }

  @Test func madeValuesRoundTrip() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<1_000 {
      let value = JSONFuzzTests.value(&random, depth: 0)
      #expect(try JSONParser.parse(JSONWriter.bytes(value)) == value)
      #expect(try JSONParser.parse(JSONWriter.pretty(value)) == value)
    }
  }

  /// What the parser calls canonical is byte for byte what the writer makes of it, and what the writer makes is nearly
  /// always called so.
  @Test func whatIsCalledCanonicalNeedNotBeWritten() throws {
    var random = SplitMix64(seed: 4)
    var (written, recognised) = (0, 0)
    for _ in 0..<2_000 {
      let value = JSONFuzzTests.value(&random, depth: 0)
      let canonical = JSONWriter.bytes(value)
      var spellings = [canonical, Array(JSONWriter.pretty(value).utf8)]
      for _ in 0..<4 {
        var bytes = canonical
        let i = random.below(bytes.count)
        bytes[i] = random.pick(Array(#" <\"/ntu0é"#.utf8))
        spellings.append(bytes)
      }
      for bytes in spellings {
        guard let read = try? JSONParser.parseSpelling(bytes, in: 0..<bytes.count), read.isCanonical else { continue }
        #expect(JSONWriter.bytes(read.value) == bytes)
      }
      written += 1
      if try JSONParser.parseSpelling(canonical, in: 0..<canonical.count).isCanonical { recognised += 1 }
    }
    #expect(recognised * 4 > written)
    let event = Array(#"{"id":"e1","at":"2026-05-01T10:00:00Z","value":12.50,"on":[true,null]}"#.utf8)
    #expect(try JSONParser.parseSpelling(event, in: 0..<event.count).isCanonical)
    let others = [
      #"{"a": 1}"#, #"{"a":1} "#, #"{"a":"<b>"}"#, #"{"a":"\u0041"}"#, #"{"a":"\/"}"#, "{\"a\":[1,\t2]}",
    ]
    for text in others {
      let bytes = Array(text.utf8)
      #expect(try !JSONParser.parseSpelling(bytes, in: 0..<bytes.count).isCanonical)
    }
  }

  private static func value(_ random: inout SplitMix64, depth: Int) -> JSONValue {
    switch random.below(depth > 4 ? 4 : 6) {
    case 0: return random.pick([.null, true, false])
    case 1: return .integer(Int(truncatingIfNeeded: random.next()))
    case 2: return .double((random.unit() - 0.5) * 1e9)
    case 3: return .string(text(&random))
    case 4: return .array((0..<random.below(5)).map { _ in value(&random, depth: depth + 1) })
    default:
      return .object(
        JSONObject((0..<random.below(5)).map { ("\($0)" + text(&random), value(&random, depth: depth + 1)) }))
    }
  }

  private static func text(_ random: inout SplitMix64) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<random.below(6) {
      let bound = random.pick([0x80, 0x800, 0x11_0000])
      if let scalar = Unicode.Scalar(UInt32(1 + random.below(bound - 1))) { scalars.append(scalar) }
    }
    return String(scalars)
  }
}
