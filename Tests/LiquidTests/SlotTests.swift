import Liquid
import Testing

@Suite struct SlotTests {
  private static let data: LiquidValue = [
    "x": "<b>\"Tom\" & 'Jo'</b>", "list": ["<i>", "&"], "line": "a\r\nBcc: b\u{7}\u{2028}c", "path": "/p/1?a=1&b=2",
    "amp": "Tom & Jo",
  ]

  @Test(arguments: [
    ("<p>{{ x }}</p>", "<p>&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jo&#39;&lt;/b&gt;</p>"),
    ("{{ amp | escape }}", "Tom &amp; Jo"),
    ("{{ amp | escape | escape }}", "Tom &amp;amp; Jo"), ("{{ amp | escape_once }}", "Tom &amp; Jo"),
    ("{{ amp | upcase }}", "TOM &amp; JO"),
    ("{{ '<i>' | append: amp }}", "<i>Tom &amp; Jo"), ("{{ amp | prepend: '<i>' }}", "<i>Tom &amp; Jo"),
    ("{{ '<i>' | upcase }}", "&lt;I&gt;"),
    ("{{ list | join: '<br>' }}", "&lt;i&gt;<br>&amp;"), ("{{ list }}", "&lt;i&gt;&amp;"),
    ("{{ nil | default: '<i>' }}", "<i>"),
    ("{% capture c %}<u>{{ amp }}</u>{% endcapture %}{{ c }}", "<u>Tom &amp; Jo</u>"),
    ("{{ amp | newline_to_br }}", "Tom &amp; Jo"),
    ("{% assign y = amp | escape %}{{ y }}", "Tom &amp; Jo"), ("{{ amp | raw_html }}", "Tom &amp; Jo"),
    ("{% capture c %} {{ amp }}\n {% endcapture %}[{{ c | strip }}]", "[Tom &amp; Jo]"),
    ("{% capture c %} {{ amp }}\n {% endcapture %}[{{ c | lstrip | rstrip }}]", "[Tom &amp; Jo]"),
    ("{% capture c %}{{ amp }}\n{% endcapture %}{{ c | strip_newlines }}", "Tom &amp; Jo"),
    ("{{ amp | strip }}{{ amp | strip_newlines }}", "Tom &amp; JoTom &amp; Jo"),
    ("{{ 5 }}{{ 1.5 }}{{ true }}", "51.5true"),
    ("{% cycle amp %}", "Tom &amp; Jo"), ("{{ 1.5 | money }}", "<b>$1.50</b>"),
    ("{% render 's', a: amp %}", "Tom &amp; Jo"),
  ])
  func escapesValuesOnceForHTML(_ source: String, _ expected: String) throws {
    for slot in [Slot.html, .attribute] {
      #expect(
        try render(source, SlotTests.data, slot: slot, money: "<b>${{amount}}</b>", snippets: ["s": "{{ a }}"])
          == expected)
    }
  }

  @Test func rawHTMLNeedsLeave() throws {
    #expect(
      try render("{{ x | raw_html }}", SlotTests.data, slot: .html, allowsRawHTML: true) == "<b>\"Tom\" & 'Jo'</b>")
  }

  @Test(arguments: [
    ("javascript:alert(1)", ""), ("java\tscript:alert(1)", ""), (" JavaScript:alert(1)", ""), ("data:text/html,x", ""),
    ("vbscript:x", ""),
    ("javascript&#58;alert(1)", ""), ("javascript&#x3a alert(1)", ""), ("javascript&colon;alert(1)", ""),
    ("java&Tab;script:x", ""), ("javascript&amp;#58;alert(1)", "javascript&amp;#58;alert(1)"),
    ("https://shop.example/p?a=1&b=2", "https://shop.example/p?a=1&b=2"), ("R&D", "R&D"), ("R&D/a&#58;", "R&D/a&#58;"),
    ("/p?q=%20a&c=\u{E9}", "/p?q=%20a&c=\u{E9}"), ("/a\\b\u{7F}\r\n", "/a%5Cb"), (" https://a", ""),
    ("/a'b`c<d>e\"f g", "/a%27b%60c%3Cd%3Ee%22f%20g"),
    ("https://a.example/?b=c:d", "https://a.example/?b=c:d"),
    ("HTTP://a", "HTTP://a"), ("mailto:a@b", "mailto:a@b"), ("tel:1", "tel:1"), ("/p/1?a=1&b=2", "/p/1?a=1&b=2"),
    ("p:1", ""),
    ("?x=javascript:1", "?x=javascript:1"), ("#a:b", "#a:b"), ("a\"b", "a%22b"), ("", ""),
  ])
  func letsHarmlessAddressesThrough(_ value: String, _ expected: String) throws {
    #expect(try render("{{ x }}", ["x": .string(value)], slot: .url) == expected)
  }

  @Test func judgesAddressesAsAWhole() throws {
    #expect(try render("{{ a }}{{ b }}", ["a": "java", "b": "script:alert(1)"], slot: .url) == "")
    #expect(try render("{{ a | escape_once }}", ["a": "javascript&#58;alert(1)"], slot: .url) == "")
    #expect(try render("javascript&{{ a }}", ["a": "#58;alert(1)"], slot: .url) == "")
    #expect(try render("{{ a }}", ["a": "/?a=1&b='2'"], slot: .attribute) == "/?a=1&amp;b=&#39;2&#39;")
    #expect(
      try render("https://a.example/{{ a }}?q={{ b }}", ["a": "x:y", "b": "<"], slot: .url)
        == "https://a.example/x:y?q=%3C")
    #expect(try render("{% capture c %}{{ p }}{% endcapture %}{{ c }}", ["p": "/?a&b"], slot: .url) == "/?a&b")
  }

  @Test func keepsSubjectsOnOneLine() throws {
    #expect(try render("Hi {{ line }}", SlotTests.data, slot: .subject) == "Hi a Bcc: b  c")
    #expect(
      try render("{{ x }}", ["x": "a\u{9F}b\u{A0}c\u{2029}d\u{2014}ë\u{7F}"], slot: .subject)
        == "a b\u{A0}c d\u{2014}ë ")
    #expect(try render("{% capture c %}{{ amp }}{% endcapture %}{{ c }}", SlotTests.data, slot: .subject) == "Tom & Jo")
    #expect(try render("{% if amp %}\r\n{{ amp }}\n{% endif %}", SlotTests.data, slot: .subject) == " Tom & Jo ")
    #expect(try render("{% tablerow i in (1..1) %}{% endtablerow %}", slot: .subject).contains("\n") == false)
  }

  @Test func escapesForTheInsideOfJSON() throws {
    let value: LiquidValue = ["x": "a\"\\\n\t\r\u{1}</script>é"]
    #expect(
      try render("{\"k\":\"{{ x }}\"}", value, slot: .json) == "{\"k\":\"a\\\"\\\\\\n\\t\\r\\u0001\\u003c/script>é\"}")
    #expect(try render("{% capture c %}{{ x }}{% endcapture %}{{ c }}", ["x": "\""], slot: .json) == "\\\"")
  }

  @Test func leavesPlainTextAlone() throws {
    #expect(try render("{{ x }}{{ x | escape | size }}", ["x": "<"], slot: .plain) == "<4")
  }
}
