import TesseraModel
import Testing

@Suite struct TextEncodingTests {
  private func base64(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    TextEncoding.appendBase64(bytes, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// RFC 4648, section 10, without padding, and the two letters of the URL-safe alphabet.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"),
  ])
  func vectors(text: String, encoded: String) {
    #expect(base64(Array(text.utf8)) == encoded)
    #expect(TextEncoding.bytes(base64: encoded.utf8) == Array(text.utf8))
  }

  @Test func alphabet() {
    #expect(base64([0xfb, 0xff, 0xfe]) == "-__-")
    for bad in ["Zg==", "Zm9+", "Zm9/", "Zm9 ", "Z", "Zm9vY", "Zh", "Zm9", "\u{E9}m9v"] {
      #expect(TextEncoding.bytes(base64: bad.utf8) == nil, "\(bad)")
    }
  }

  @Test func everyTextHasOneSpelling() {
    var random = SplitMix64(seed: 6)
    for n in 0..<200 {
      let bytes = (0..<n % 50).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      #expect(TextEncoding.bytes(base64: base64(bytes).utf8) == bytes)
      #expect(TextEncoding.bytes(hexadecimal: TextEncoding.hexadecimal(bytes)) == bytes)
    }
    #expect(TextEncoding.bytes(hexadecimal: "abc") == nil)
    #expect(TextEncoding.bytes(hexadecimal: "0g") == nil)
  }
}
