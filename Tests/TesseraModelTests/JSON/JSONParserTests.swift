import TesseraModel
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    ("null", "null"), (" true ", "true"), ("\t\r\nfalse\n", "false"), ("0", "0"), ("-0", "-0"), ("-0.0e-0", "-0.0e-0"),
    ("1e400", "1e400"), ("1E+2", "1E+2"), ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
    ("\"\"", "\"\""), ("[]", "[]"), ("{}", "{}"), ("[ 1 , [ ] , { } ]", "[1,[],{}]"),
    ("{ \"b\" : 1 , \"a\" : null }", "{\"b\":1,\"a\":null}"), ("\"\\u0041\\n\\/\\\"\"", "\"A\\n/\\\"\""),
    ("\"\\ud83d\\ude00\"", "\"\u{1F600}\""), ("\"\\uD834\\uDD1E\"", "\"\u{1D11E}\""),
    ("\"\u{7F}\u{2028}\"", "\"\u{7F}\u{2028}\""),
    ("\"<\"", "\"\\u003c\""), ("\"\\u001f\\b\\f\"", "\"\\u001f\\u0008\\u000c\""), ("\"\\uFFFF\"", "\"\u{FFFF}\""),
  ])
  func good(text: String, written: String) throws {
    #expect(JSONWriter.text(try JSONParser.parse(text)) == written)
  }

  @Test(arguments: [
    "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e1", "1e",
    "1e+", "0x1", "1_000", "1 2", "[1,]", "[,1]", "[1 2]", "[", "[1", "]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":1}}", "\"",
    "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\u+123\"", "\"\\u-123\"", "\"\\ud800\"", "\"\\udc00\"",
    "\"\\ud800\\u0041\"", "\"\\ud800\\n\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\u{0}b\"", "\"a\nb\"", "\"a\tb\"",
    "// c\n1", "/* c */1", "1,", "\u{FEFF}1", "\u{A0}1", "'a'", "[1]\u{0}", "{\"a\":1}{\"b\":2}",
  ])
  func bad(text: String) {
    #expect(throws: JSONError.self) { try JSONParser.parse(text) }
  }

  @Test func badBytes() {
    let texts: [[UInt8]] = [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
      [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0xEF, 0xBB, 0xBF, 0x31], [0x31, 0x00], [0x00, 0x31], [0xFF, 0xFE, 0x31, 0x00],
      [0x7B, 0x00, 0x7D, 0x00], [0xF4, 0x90, 0x80, 0x80], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ]
    for bytes in texts { #expect(throws: JSONError.self) { try JSONParser.parse(bytes) } }
  }

  @Test func depthIsBounded() throws {
    func nested(_ n: Int) -> String { String(repeating: "[", count: n) + String(repeating: "]", count: n) }
    _ = try JSONParser.parse(nested(JSONParser.depthMax))
    #expect(throws: JSONError.self) { try JSONParser.parse(nested(JSONParser.depthMax + 1)) }
    #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "{\"a\":", count: 100_000)) }
  }

  /// Names are checked for repetition without a quadratic search, and a late repetition is still found.
  @Test func manyMembers() throws {
    let members = (0..<20_000).map { "\"m\($0)\":0" }.joined(separator: ",")
    #expect(try JSONParser.parse("{\(members)}").members?.names.count == 20_000)
    #expect(throws: JSONError.self) { try JSONParser.parse("{\(members),\"m19999\":1}") }
    #expect(throws: JSONError.self) { try JSONParser.parse("{\(members),\"m7\":1}") }
    let few = (0..<32).map { "\"m\($0)\":0" }.joined(separator: ",")
    for repeated in ["m0", "m31"] {
      #expect(throws: JSONError.self) { try JSONParser.parse("{\(few),\"\(repeated)\":1}") }
      #expect(throws: JSONError.self) { try JSONParser.parse("{\(few),\"x\":0,\"\(repeated)\":1}") }
    }
  }

  @Test func partsOfABuffer() throws {
    let bytes = Array("xx[1]yy".utf8)
    #expect(try JSONParser.parse(bytes, in: 2..<5) == [1])
    #expect(throws: JSONError.self) { try JSONParser.parse(bytes, in: 2..<4) }
    do throws(JSONError) {
      _ = try JSONParser.parse(bytes, in: 2..<6)
      Issue.record("text after the value was taken")
    } catch {
      #expect(error.offset == 3)
    }
    let escape = Array("\"\\u00411\"".utf8)
    #expect(throws: JSONError.self) { try JSONParser.parse(escape, in: 0..<6) }
  }

  @Test func numbers() throws {
    #expect(try JSONParser.parse("3.0").integer == 3)
    #expect(try JSONParser.parse("3e2").integer == 300)
    #expect(try JSONParser.parse("3.5").integer == nil)
    #expect(try JSONParser.parse("1e400").integer == nil)
    #expect(try JSONParser.parse("9223372036854775807").integer == .max)
    #expect(try JSONParser.parse("9223372036854775808").integer == nil)
    #expect(JSONValue.double(.nan) == .null)
    #expect(JSONValue.double(-.infinity) == .null)
    for x in [0, -0.0, 0.1, 1e-7, Double.leastNonzeroMagnitude, 1e15, 1.7976931348623157e308, -123.456] {
      let back = try JSONParser.parse(JSONWriter.text(.double(x))).double
      #expect(back == x)
    }
  }
}
