import TesseraModel
import Testing

@Suite struct NameNormalizationTests {
  @Test(arguments: [
    ("Nike", "nike"), (" NIKE \t\n", "nike"), ("\u{A0}\u{3000}Nike\u{2003}", "nike"), ("Cafe\u{301}", "caf\u{E9}"),
    ("CAF\u{C9}", "caf\u{E9}"), ("\u{212B}sa", "\u{E5}sa"), ("a  b", "a  b"), ("None", "none"),
    ("J\u{30C}", "j\u{30C}"),
  ])
  func oneSpelling(raw: String, name: String) throws {
    let normal = try #require(NameNormalization.normalized(raw))
    #expect(Array(normal.utf8) == Array(name.utf8))
  }

  @Test func nothingLeft() {
    for blank in ["", " ", "\t\r\n", "\u{A0}\u{2028}"] { #expect(NameNormalization.normalized(blank) == nil) }
  }

  @Test func orderedByBytes() {
    // Code points beyond the basic plane come after those at its end, which UTF-16 would order the other way.
    let sorted = ["", "Z", "a", "aa", "b", "\u{E9}", "\u{FFFD}", "\u{1F600}"]
    for (i, a) in sorted.enumerated() {
      for (j, b) in sorted.enumerated() { #expect(NameNormalization.precedes(a, b) == (i < j)) }
    }
  }

  @Test func idsThatLookAlikeAreDifferentKeys() {
    let (composed, decomposed) = (ByteKey("\u{E9}"), ByteKey("e\u{301}"))
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed, ByteKey("\u{E9}")]).count == 2)
    #expect(composed.text == decomposed.text)  // what Swift says of the texts themselves
  }
}
