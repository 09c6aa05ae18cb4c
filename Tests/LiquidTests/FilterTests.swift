import Liquid
import Testing

@Suite struct FilterTests {
  private static let data: LiquidValue = [
    "list": ["b", "a", "C"], "numbers": [3, 1, 2], "nested": [[1, [2]], [3]], "holes": [1, nil, 2], "none": [],
    "people": [["name": "Zoe", "age": 31], ["name": "ana", "age": 25], ["age": 40]],
    "html": "<p class='x'>A &amp; B</p><!-- c --><script>x()</script>", "wide": "Straße", "lines": "a\r\nb\nc",
    "price": 19.99, "big": 9_223_372_036_854_775_807, "deep": ["k": "v"],
  ]

  /// Texts that look alike and are spelt otherwise are two, as in Ruby.
  @Test func textsAreComparedByBytes() throws {
    let (one, two) = ("\u{E9}", "e\u{301}")
    let data: LiquidValue = ["a": .string(one), "b": .string(two), "list": [.string(one), .string(two), .string(one)]]
    for (source, text) in [
      ("{% if a == b %}same{% else %}two{% endif %}", "two"), ("{{ list | uniq | size }}", "2"),
      ("{% if a < b %}first{% else %}second{% endif %}", "second"), ("{{ list | sort | first }}", two),
    ] {
      let found = try Template(source).render(data, options: RenderOptions(slot: .plain))
      #expect(found.utf8.elementsEqual(text.utf8), "\(source)")
    }
  }

  @Test(arguments: [
    ("'a' | append: 5", "a5"), ("'a' | prepend: nil", "a"), ("'hELLO wORLD' | capitalize", "Hello world"),
    ("wide | upcase", "STRASSE"), ("'ÀB' | downcase", "àb"), ("wide | size", "6"), ("nil | size", "0"),
    ("' \t a ' | strip", "a"), ("' a ' | lstrip | append: '|'", "a |"), ("' a ' | rstrip", " a"),
    ("lines | strip_newlines", "abc"), ("lines | newline_to_br", "a<br />\nb<br />\nc"),
    ("html | strip_html", "A &amp; B"),
    ("'<open' | strip_html", "<open"), ("'a-a-a' | replace: 'a', 'b'", "b-b-b"), ("'ab' | replace: '', '.'", ".a.b."),
    ("'a-a' | replace_first: 'a', 'b'", "b-a"), ("'a-a' | replace_last: 'a', 'b'", "a-b"), ("'a-a' | remove: 'a'", "-"),
    ("'a-a' | remove_first: 'a'", "-a"), ("'a-a' | remove_last: 'a'", "a-"), ("'abcdef' | truncate: 5", "ab..."),
    ("'abcdef' | truncate: 2", "..."), ("'abcdef' | truncate: 4, ''", "abcd"), ("'abc' | truncate: -9, 'x'", "x"),
    ("'one two  three' | truncatewords: 2", "one two..."), ("'one' | truncatewords: 1", "one"),
    ("' one two ' | truncatewords: 2", "one two..."), ("' one two' | truncatewords: 2", " one two"),
    ("'éCOLE' | capitalize", "École"), ("'ßX' | capitalize", "Ssx"), ("'8J+Yig' | base64_url_safe_decode", "😊"),
    ("blank | concat: none | size", "1"),
    ("'Straße' | slice: 4, 2", "ße"), ("'abc' | slice: -2", "b"), ("'abc' | slice: 9", ""),
    ("'abc' | slice: 0, 99999999999999999999", "abc"),
    ("'a b%' | url_encode", "a+b%25"), ("'a+b%25%' | url_decode", "a b%%"), ("'&lt;<' | escape_once", "&lt;&lt;"),
    ("'&\"' | escape", "&amp;&quot;"), ("'<' | h", "&lt;"), ("nil | escape", ""), ("'Zoë' | base64_encode", "Wm/Dqw=="),
    ("'Wm/Dqw==' | base64_decode", "Zoë"), ("'Wm_Dqw' | base64_url_safe_decode", "Zoë"),
    ("'Zoë' | base64_url_safe_encode", "Wm_Dqw=="),
  ])
  func writesTexts(_ expression: String, _ expected: String) throws {
    #expect(try render("{{ \(expression) }}", FilterTests.data) == expected)
  }

  @Test(arguments: [
    ("10.1 | minus: 2.2", "7.9"), ("0.1 | plus: 0.2", "0.3"), ("'2.5' | times: 2", "5.0"), ("5 | times: 2.1", "10.5"),
    ("7 | divided_by: 2", "3"), ("-7 | divided_by: 2", "-4"), ("20 | divided_by: 7.0", "2.857142857142857"),
    ("1 | divided_by: 3.0", "0.3333333333333333"), ("-7 | modulo: 3", "2"), ("10.1 | modulo: 7", "3.1"),
    ("5.666 | round: 1", "5.7"), ("2.5 | round", "3"), ("-2.5 | round", "-3"), ("15 | round: -1", "20"),
    ("5.666 | round: -2", "0"), ("-5.1 | ceil", "-5"), ("-5.1 | floor", "-6"), ("5.0000001 | ceil", "6"),
    ("'-5.1' | abs", "5.1"),
    ("3 | at_least: 4.5", "4.5"), ("3 | at_most: '2'", "2"), ("'12 apples' | plus: 1", "13"), ("nil | plus: 1", "1"),
    ("deep | plus: 1", "1"), ("-2.5 | times: 0", "-0.0"), ("0 | divided_by: -1.5", "-0.0"),
    ("1e2 | plus: 1", "INVALID"), ("price | times: 3", "59.97"), ("1.0", "1.0"),
    ("123456789012345678.0", "1.2345678901234568e+17"), ("0.00001", "1.0e-05"),
  ])
  func calculates(_ expression: String, _ expected: String) {
    #expect((try? render("{{ \(expression) }}", FilterTests.data)) ?? "INVALID" == expected)
  }

  @Test(arguments: [
    ("list | join: '-'", "b-a-C"), ("nested | join: '-'", "1-2-3"), ("(1..4) | join", "1 2 3 4"),
    ("7 | join: ','", "7"),
    ("list | first", "b"), ("list | last", "C"), ("deep | first | join", "k v"), ("'abc' | first", ""),
    ("none | first", ""),
    ("list | reverse | join", "C a b"), ("list | sort | join", "C a b"), ("list | sort_natural | join", "a b C"),
    ("holes | sort | size", "3"), ("people | sort: 'age' | map: 'name' | join: ','", "ana,Zoe,"),
    ("people | sort_natural: 'name' | map: 'name' | join: ','", "ana,Zoe,"), ("holes | compact | join", "1 2"),
    ("people | compact: 'name' | size", "2"), ("people | where: 'name' | size", "2"),
    ("people | where: 'name', 'ana' | map: 'age' | first", "25"), ("people | reject: 'name' | map: 'age' | join", "40"),
    ("people | has: 'age', 40", "true"), ("people | find_index: 'age', 40", "2"),
    ("people | find: 'age', 40 | size", "1"), ("people | sum: 'age'", "96"), ("nested | sum", "6"),
    ("'0.1,0.2' | split: ',' | sum", "0.3"), ("'a,b,,' | split: ',' | size", "2"),
    ("' a  b ' | split: ' ' | join: '-'", "a-b"),
    ("'äb' | split: '' | join: '-'", "ä-b"), ("list | concat: numbers | join: ''", "baC312"),
    ("'a,b,a,1' | split: ',' | uniq | join", "a b 1"), ("people | uniq: 'missing' | size", "1"),
    ("numbers | slice: 1, 9 | join", "1 2"), ("numbers | map: 0 | join", "1 1 0"), ("(9..1) | size", "0"),
    ("'a' | sort: nil | join", "a"), ("5 | sort: 'x' | join", "5"), ("5 | uniq: 'x' | join", "5"),
    ("deep | lookup: 'k'", "v"), ("list | lookup: 'k'", ""),
  ])
  func worksOnElements(_ expression: String, _ expected: String) throws {
    #expect(try render("{{ \(expression) }}", FilterTests.data) == expected)
  }

  @Test(arguments: [
    ("nil | default: 'x'", "x"), ("false | default: 'x'", "x"), ("false | default: 'x', allow_false: true", "false"),
    ("'' | default: 'x'", "x"), ("' ' | default: 'x'", " "), ("none | default: 'x'", "x"), ("0 | default: 'x'", "0"),
    ("nil | default: allow_false: true, 'x'", "x"), ("nil | default", ""), ("missing.a.b | default: list[1]", "a"),
  ])
  func fallsBack(_ expression: String, _ expected: String) throws {
    #expect(try render("{{ \(expression) }}", FilterTests.data) == expected)
  }

  @Test(arguments: [
    "1 | divided_by: 0", "1.5 | divided_by: 0", "1 | modulo: 0", "1 | divided_by: 'x'", "big | plus: 1",
    "big | times: big",
    "numbers | sort: 'x'", "people | sort", "list | concat: 5", "'abc' | slice: 'x'",
    "'abc' | slice: nil",
    "'abc' | truncate: nil", "5 | base64_decode", "'%ff' | url_decode", "numbers | map: 'x'", "numbers | where: 'x'",
    "numbers | where: nil", "5 | find: nil",
  ])
  func refusesWhatDoesNotFit(_ expression: String) {
    #expect(failure("{{ \(expression) }}", FilterTests.data)?.kind == .evaluation)
  }

  @Test(arguments: [
    "x | nope", "x | upcase: 1", "x | append", "x | append: 1, 2", "x | append: a: 1", "x | default: 1, b: 2", "x |",
    "x | 5",
    "x | replace_last: 'a'", "x | append: ", "x | append: 'a',",
  ])
  func isCheckedWhenParsed(_ expression: String) {
    #expect(throws: LiquidError.self) { try Template("{{ \(expression) }}") }
    #expect(failure("{{ \(expression) }}")?.kind == .syntax)
  }
}
