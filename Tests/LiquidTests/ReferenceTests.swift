import Liquid
import Testing

@Suite struct ReferenceTests {
  @Test(arguments: [
    ("{{ a.b }}", ["a.b"], [false]), ("{{ a.b | upcase | default: 'x' }}", ["a.b"], [true]),
    ("{{ a | default: '' }}", ["a"], [false]),
    ("{{ a | default: b }}", ["a", "b"], [true, false]),
    ("{{ a | default: b | default: 'c' }}", ["a", "b"], [true, true]),
    ("{{ a | default: b | default: c }}", ["a", "b", "c"], [true, true, false]),
    ("{{ a['b c'].d[0] }}{{ a[b].c }}", ["a.b c.d[0]", "a", "b"], [false, false, false]),
    ("{% if a %}{{ a }}{{ b }}{% else %}{{ a }}{% endif %}", ["a", "a", "b", "a"], [true, true, false, false]),
    ("{% if a == blank %}{{ a }}{% else %}{{ a }}{% endif %}", ["a", "a", "a"], [true, false, true]),
    ("{% unless a == nil %}{{ a }}{% endunless %}", ["a", "a"], [true, true]),
    ("{% if a and b %}{{ a }}{% endif %}", ["a", "b", "a"], [true, true, true]),
    ("{% if a or b %}{{ a }}{% endif %}", ["a", "b", "a"], [true, true, false]),
    ("{% if a == blank %}{% elsif b %}{{ a }}{{ b }}{% endif %}", ["a", "b", "a", "b"], [true, true, true, true]),
    ("{% case a %}{% when 'x' %}{{ a }}{% when nil %}{{ a }}{% endcase %}", ["a", "a", "a"], [true, true, false]),
    (
      "{% for p in a.b %}{{ p.c }}{{ forloop.index }}{{ a.b }}{% endfor %}{{ p }}", ["a.b", "a.b", "p"],
      [true, true, false]
    ),
    ("{% assign x = a %}{{ x }}{% capture y %}{{ b }}{% endcapture %}{{ y }}", ["a", "b"], [false, false]),
    ("{% render 's', k: a %}{% cycle b %}{% increment c %}{{ c }}{{ ${d} }}", ["a", "b", "d"], [false, false, false]),
  ])
  func findsWhatIsAskedFor(_ source: String, _ paths: [String], _ fallbacks: [Bool]) throws {
    let references = try Template(source).references
    #expect(references.map(\.path) == paths)
    #expect(references.map(\.hasFallback) == fallbacks)
  }

  /// What stands in for nothing but blanks, and what leaves a hole when it is left out, is no fallback.
  @Test(arguments: [
    ("Hi {{ a | default: ' ' }},", false), ("Hi {{ a | default: 'x' }},", true),
    ("Hi {% if a %}{{ a }}{% endif %},", false), ("Hi{% if a %} {{ a }}{% endif %},", true),
    ("Hi {% if a %}{{ a }}{% else %}x{% endif %},", true), ("Hi {% if a %}{{ a }}{% endif %} x", true),
    ("Left {% for p in a %}{{ p }}{% endfor %} here", false), ("<ul>{% for p in a %}{{ p }}{% endfor %}</ul>", true),
    ("{% assign n = a %}Hi {{ n | default: 'x' }}", true), ("{% assign n = a %}Hi {{ n }}", false),
  ])
  func holesAreSeen(_ source: String, _ copes: Bool) throws {
    let found = try Template(source).references.filter { $0.path == "a" }
    #expect(!found.isEmpty && found.allSatisfy(\.hasFallback) == copes)
  }

  @Test func aFallbackStandsInForWhatComesBefore() throws {
    let references = try Template("{{ a | default: b.c | default: d }}{{ e | append: f }}").references
    #expect(references.map(\.insteadOf) == [[], ["a"], ["a", "b.c"], [], []])
  }

  @Test func conditionsOnWhatIsAboveAreTold() throws {
    let text = "{% if a.b %}{{ a.b.c }}{{ a.bc }}{% endif %}{% if d.size > 0 %}{{ d[0].e }}{% endif %}{{ a.b.c }}"
    let references = try Template(text).references.filter { !$0.hasFallback }
    #expect(references.map(\.path) == ["a.b.c", "a.bc", "d[0].e", "a.b.c"])
    #expect(references.map(\.onlyWith) == [["a.b"], [], ["d.size"], []])
    // Two paths can be equal because both are missing.
    let equal = try Template("{% if a == b %}{{ a }}{% endif %}{% if a == 'x' %}{{ a }}{% endif %}").references
    #expect(equal.map(\.hasFallback) == [true, true, false, true, true])
  }

  @Test func knowsThePlaces() throws {
    let references = try Template("é {{ a }}\n  {% if b %}{% endif %}").references
    #expect(
      references == [
        TagReference(path: "a", hasFallback: false, line: 1, column: 6),
        TagReference(path: "b", hasFallback: true, line: 2, column: 9),
      ])
  }
}
