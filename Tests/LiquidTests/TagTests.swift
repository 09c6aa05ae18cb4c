import Liquid
import Testing

@Suite struct TagTests {
  private static let data: LiquidValue = [
    "n": 7, "s": "hello", "list": [1, 2, 3, 4, 5, 6], "words": ["a", "b"], "object": ["k": "v", "x": 2], "no": false,
    "tier": "gold", "custom_attribute": ["tier": "gold", "Loyalty Points": 12], "first_name": "Ana",
  ]

  @Test(arguments: [
    ("{{ s }}|{{ missing }}|{{ nil }}|{{ true }}|{{ 1.50 }}|{{ (1..3) }}", "hello|||true|1.5|1..3"),
    ("{{ list[-1] }}{{ list.first }}{{ list.size }}{{ list['size'] }}{{ object.size }}", "6162"),
    ("{{ object['k'] }}{{ ['s'] }}{{ object[missing] }}{{ list[object.x] }}", "vhello3"),
    (
      "{{${first_name} | default: 'there'}} {{custom_attribute.${tier}}} {{ custom_attribute.${Loyalty Points} }}",
      "Ana gold 12"
    ),
    ("a {{- ' b ' -}} c {%- if true -%} d {%- endif -%} e", "a b cde"),
    ("{% echo s | upcase %}{% echo %}{{ }}", "HELLO"),
    ("{% assign x = 'a' | upcase %}{{ x }}{% assign x = nil %}{{ x }}", "A"),
    ("{% assign x = empty %}{% if '' == x %}y{% endif %}", "y"),
    ("{% capture x %}<{{ s }}>{% endcapture %}{{ x }}{{ x | size }}", "<hello>7"),
    ("{% raw %}{{ x }}{% y %}{% endraw %}", "{{ x }}{% y %}"),
    (
      "{% comment %}{% if %}{% comment %}{% endcomment %}{{ y }}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}z",
      "z"
    ),
    ("{% # note %}a{%- # one\n # two -%} b", "ab"), ("{% doc %}{{ x {% enddoc %}a", "a"),
    ("{% liquid\n assign x = 'a'\n # note\n if x\n echo x\n endif\n comment\n nope\n endcomment %}b", "ab"),
    ("{% increment c %}{% increment c %}{{ c }}{% decrement d %}{% decrement c %}", "012-11"),
    ("{% cycle 'a', 'b' %}{% cycle \"a\", \"b\" %}{% cycle (1..2), 3 %}{% cycle (1..2),3 %}", "ab1..23"),
    ("{% cycle s, 'b' %}{% cycle s, 'b' %}", "hellohello"),
    ("{% increment n %}{{ n }}", "78"),
    ("{{ x }}{% increment x %}{{ x }}{% assign x = 5 %}{% increment x %}{{ x }}", "0115"),
    ("{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'g': 'a', 'b' %}", "abaa"),
  ])
  func renders(_ source: String, _ expected: String) throws {
    #expect(try render(source, TagTests.data) == expected)
  }

  @Test(arguments: [
    ("if n == 7 and s", true), ("if n > 9", false), ("if n >= 7.0", true), ("if n <> 7", false),
    ("if s contains 'ell'", true),
    ("if list contains 3", true), ("if object contains 'k'", true), ("if s == blank", false),
    ("if missing == blank", true),
    ("if no == blank", true), ("if missing == empty", false), ("if 'b' > 'a'", true),
    ("if true and false and false or true", false),
    ("if true or false and false", true), ("if n", true), ("if no", false), ("if '' ", true), ("unless n == 7", false),
    ("if missing < 1", false), ("if list == list", true), ("if (1..3) contains 2", true),
    ("if (1..3) contains 3.0", true), ("if (1..3) contains 3.5", false), ("if (1..3) contains '2'", false),
    ("if 1 == 1.0", true),
    ("if 1 == '1'", false),
  ])
  func decides(_ tag: String, _ expected: Bool) throws {
    let end = tag.hasPrefix("if") ? "endif" : "endunless"
    #expect(try render("{% \(tag) %}y{% else %}n{% \(end) %}", TagTests.data) == (expected ? "y" : "n"))
  }

  @Test(arguments: [
    ("{% case n %}{% when 1, 7 or 7 %}a{% else %}b{% endcase %}", "aa"),
    ("{% case n %}{% when 1 %}a{% else %}b{% endcase %}", "b"),
    ("{% case n %}{% when 7 %}a{% assign n = 1 %}{% when 1 %}b{% endcase %}", "ab"),
    ("[{% if true %} {% tablerow i in none %} {% endtablerow %} {% endif %}]", "[]"),
    ("{% case s %}x{% when blank %}a{% when 'hello' %}b{% endcase %}", "b"),
    ("{% if no %}a{% elsif n == 7 %}b{% else %}c{% endif %}", "b"),
    ("{% unless no %}a{% elsif true %}b{% endunless %}", "a"),
    ("[{% if true %} {% assign x = 1 %} {% endif %}]", "[]"), ("[{% if true %} {{ nil }} {% endif %}]", "[  ]"),
  ])
  func chooses(_ source: String, _ expected: String) throws {
    #expect(try render(source, TagTests.data) == expected)
  }

  @Test(arguments: [
    ("{% for i in list limit: 2 offset: 1 %}{{ i }}{% endfor %}", "23"),
    ("{% for i in list reversed limit: 2 %}{{ i }}{% endfor %}", "21"),
    ("{% for i in list limit: 2 %}{% endfor %}{% for i in list offset: continue %}{{ i }}{% endfor %}", "3456"),
    (
      "{% for i in (1..3) %}{{ forloop.index }}{{ forloop.rindex0 }}{{ forloop.first }}{% break %}{% endfor %}",
      "12true"
    ),
    (
      "{% for i in list %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% if i > 2 %}{% break %}{% endif %}{%endfor%}",
      "13"
    ),
    ("{% for p in object %}{{ p[0] }}={{ p[1] }};{% endfor %}", "k=v;x=2;"),
    ("{% for c in s %}{{ c }}{% endfor %}", "hello"),
    ("{% for i in missing %}a{% else %}b{% endfor %}", "b"), ("{% for i in (3..1) %}a{% else %}b{% endfor %}", "b"),
    (
      "{% for i in words %}{% for j in words %}{{ forloop.parentloop.index }}{{ j }}{% endfor %}{% endfor %}",
      "1a1b2a2b"
    ),
    ("{% for i in (1..blank) %}{{ i }}{% else %}none{% endfor %}", "none"),
    ("{% for i in (-1..1) %}{{ i }},{% endfor %}{{ i }}", "-1,0,1,"),
    ("{% for i in list limit: -1 %}{{ i }}{% else %}none{% endfor %}", "none"),
    ("{% for i in list offset: -2 %}{{ i }}{% endfor %}", "123456"),
    ("{% for i in list limit: 99999999999999999999 %}{{ i }}{% endfor %}", "123456"),
    (
      "{% tablerow i in words cols: 1 %}{{ i }}{{ tablerowloop.row }}{% endtablerow %}",
      "<tr class=\"row1\">\n<td class=\"col1\">a1</td></tr>\n<tr class=\"row2\"><td class=\"col1\">b2</td></tr>\n"
    ),
    (
      "{% tablerow i in list cols: 2 limit: 3 offset: 2 %}{{ i }}{{ tablerowloop.col_last }}{% endtablerow %}",
      "<tr class=\"row1\">\n<td class=\"col1\">3false</td><td class=\"col2\">4true</td></tr>\n"
        + "<tr class=\"row2\"><td class=\"col1\">5false</td></tr>\n"
    ),
    ("{% tablerow i in missing %}{% endtablerow %}", ""), ("{% break %}a", ""), ("{{ forloop.index }}", ""),
  ])
  func loops(_ source: String, _ expected: String) throws {
    #expect(try render(source, TagTests.data) == expected)
  }

  @Test(arguments: [
    ("{% assign hidden = 1 %}{% render 'card', title: s %}", "[hello7]"), ("{% render 'card' with object %}", "[v7]"),
    ("{% render 'card' for words as title %}", "[a17][b27]"), ("{% render 'assign' %}{{ s }}", "hello"),
  ])
  func rendersSnippets(_ source: String, _ expected: String) throws {
    let snippets = [
      "card": "[{{ title }}{{ card.k }}{{ hidden }}{{ forloop.index }}{{ n }}]",
      "assign": "{% assign s = 'x' %}{% break %}y",
    ]
    #expect(try render(source, TagTests.data, snippets: snippets) == expected)
  }

  @Test func snippetsFailWithTheirNames() {
    #expect(failure("{% render 'nope' %}")?.kind == .evaluation)
    let nested = failure("{% render 'a' %}", snippets: ["a": "\n {{ 1 | divided_by: 0 }}"])
    #expect(nested?.line == 2)
    #expect(nested?.message.contains("snippet 'a'") == true)
    #expect(failure("{% render 'a' %}", snippets: ["a": "{% render 'a' %}"])?.kind == .limit)
  }

  @Test(arguments: [
    ("a{% abort_message \"no stock\" %}b", "no stock"), ("{% abort_message('no stock') %}", "no stock"),
    ("{% abort_message %}", ""),
    ("{% if true %}{% abort_message s | upcase %}{% endif %}", "HELLO"),
  ])
  func aborts(_ source: String, _ reason: String) {
    let error = failure(source, TagTests.data)
    #expect(error?.kind == .aborted)
    #expect(error?.message == reason)
  }
}
