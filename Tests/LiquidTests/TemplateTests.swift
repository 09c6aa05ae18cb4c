import Liquid
import Testing

@Suite struct TemplateTests {
  private static let ana: LiquidValue = .object([
    "customer": .object([
      "first_name": .string("Ana"), "empty": .string(""), "basket": .array([.object(["title": .string("Jacket <3>")])]),
    ]),
    "n": .int(7), "url": .string("javascript:alert(1)"), "ok": .string("/p/1?a=1&b=2"),
  ])

  private func render(_ source: String, _ data: LiquidValue = ana, slot: Slot = .plain) throws -> String {
    try Template(source).render(
      data, options: RenderOptions(slot: slot, nowMilliseconds: 0, utcOffsetSeconds: 0, moneyFormat: "${{amount}}"))
  }

  @Test(arguments: [
    ("Hi {{ customer.first_name | default: 'there' }}", "Hi Ana"),
    ("Hi {{ customer.nobody | default: 'there' }}", "Hi there"),
    ("Hi {{ customer.empty | default: \"there\" }}!", "Hi there!"),
    ("{{ customer.basket[0].title }}", "Jacket <3>"), ("{{ customer.basket[5].title }}", ""),
    ("{{ customer.basket.size }}{{ customer.basket.first.title }}", "1Jacket <3>"),
    ("{{ 'a' | upcase | append: 'b' }}", "Ab"), ("{{ 1234.5 | money }}", "$1,234.50"), ("{{ 7 | divided_by: 2 }}", "3"),
    ("{% if n == 7 and customer.first_name %}y{% else %}n{% endif %}", "y"),
    ("{% if n > 9 %}a{% elsif n >= 7 %}b{% else %}c{% endif %}", "b"), ("{% unless n == 7 %}a{% endunless %}", ""),
    ("a {%- if true -%} b {%- endif -%} c", "abc"), ("{% assign x = 'q' | upcase %}{{ x }}", "Q"),
    ("{% comment %}{{ x }}{% endcomment %}z{% # note %}", "z"), ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ("{% if customer.first_name contains 'n' %}y{% endif %}", "y"), ("{{ nil }}{{ true }}", "true"),
  ])
  func renders(_ source: String, _ expected: String) throws {
    #expect(try render(source) == expected)
  }

  @Test func eachSlotEscapesForItsPlace() throws {
    #expect(try render("<b>{{ customer.basket[0].title }}</b>", slot: .html) == "<b>Jacket &lt;3&gt;</b>")
    #expect(try render("{{ customer.basket[0].title | escape }}", slot: .html) == "Jacket &lt;3&gt;")
    #expect(try render("{{ url }}", slot: .url) == "")
    #expect(try render("{{ ok }}", slot: .url) == "/p/1?a=1&amp;b=2")
    #expect(try render("{{ x }}", .object(["x": .string("a\r\nBcc: b")]), slot: .subject) == "a Bcc: b")
    #expect(try render("{{ x }}", .object(["x": .string("a\"\n")]), slot: .json) == "a\\\"\\n")
    #expect(try render("{{ x }}", .object(["x": .string("java\tscript:alert(1)")]), slot: .url) == "")
  }

  @Test(arguments: [
    ("{{ x", 1), ("\n{% if x %}", 2), ("{{ x | nope }}", 1), ("{% nope %}", 1), ("{% endif %}", 1), ("{{ 'x }}", 1),
    ("{% if x ~ y %}{% endif %}", 1), ("{% if %}{% endif %}", 1), ("{{ x[ }}", 1), ("{% raw %}", 1),
    ("{% unless x %}{% endif %}", 1),
  ])
  func saysWhereAndWhatIsWrong(_ source: String, _ line: Int) {
    #expect { try Template(source) } throws: { error in
      let error = error as? LiquidError
      return error?.line == line && !(error?.message.isEmpty ?? true)
    }
  }

  @Test func knowsWhatItAsksFor() throws {
    let template = try Template("{{ a.b | default: 'x' }}{% if y %}{{ c[0].d }}{% endif %}{{ e | default: '' }}")
    #expect(template.references.map(\.path) == ["a.b", "c[0].d", "e"])
    #expect(template.references.map(\.hasFallback) == [true, false, false])
  }

  @Test func staysWithinItsLimits() throws {
    let deep = String(repeating: "{% if true %}", count: 200) + String(repeating: "{% endif %}", count: 200)
    #expect(throws: LiquidError.self) { try Template(deep) }
    #expect(throws: LiquidError.self) { try Template(String(repeating: "a", count: 70_000)) }
    let big = LiquidValue.object(["x": .string(String(repeating: "x", count: 60_000))])
    #expect(throws: LiquidError.self) { try render(String(repeating: "{{ x }}", count: 10), big) }
  }

  /// Any bytes end in a template or an error, and any template in a text or an error.
  @Test func noiseNeverTraps() {
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let parts = [
      "{{", "}}", "{%", "%}", "-", " ", "if", "endif", "x", "|", "default", ":", "'", "\"", "[", "]", ".", "0",
      "9999999999999999999",
      "and", "==", "assign", "=", "raw", "endraw", "unless", "é", "\n", "money", "divided_by", "truncate", "times",
    ]
    for _ in 0..<20_000 {
      let source = (0..<next(14)).map { _ in parts[next(parts.count)] }.joined()
      guard let template = try? Template(source) else { continue }
      _ = try? template.render(
        TemplateTests.ana,
        options: RenderOptions(slot: .html, nowMilliseconds: 0, utcOffsetSeconds: 0, moneyFormat: "x"))
    }
  }
}
