import Foundation
import Liquid
import Testing

@Suite struct LimitTests {
  @Test func templatesAreBounded() {
    #expect(throws: LiquidError.self) { try Template(String(repeating: "a", count: 65_537)) }
    #expect(throws: Never.self) { try Template(String(repeating: "a", count: 65_536)) }
  }

  @Test(arguments: [
    "{% for i in (1..100) %}{{ x }}{% endfor %}", "{% for i in (1..100) %}0123456789{% endfor %}",
    "{% tablerow i in (1..100) %}a{% endtablerow %}", "{{ x | append: x | append: x | append: x | append: x }}",
    "{{ x | replace: '', x }}", "{{ x | replace: '0', x }}", "{{ many | join: x }}",
    "{{ x | escape | newline_to_br | replace: '1', x }}",
    "{{ many | append: x | append: x }}", "{{ x | date: x | truncate: 1, x | append: x | append: x }}",
    "{{ 1 | truncatewords: 0, x | append: x | append: x | append: x }}",
  ])
  func outputIsBounded(_ source: String) {
    let data: LiquidValue = [
      "x": .string(String(repeating: "0123456789", count: 20)), "many": .array(Array(repeating: 1, count: 200)),
    ]
    #expect(failure(source, data, limits: RenderLimits(outputBytesMax: 500))?.kind == .limit)
  }

  @Test(arguments: [
    "{% for i in (1..9999999999) %}{% endfor %}", "{% for i in (1..9999999999) reversed %}{% endfor %}",
    "{{ (1..9999999999) | join }}",
    "{{ (-9223372036854775807..9223372036854775807) | reverse | first }}",
    "{% tablerow i in (1..9999999999) %}{% endtablerow %}",
    "{% for i in (1..400) %}{% for j in (1..400) %}{% endfor %}{% endfor %}", "{% render 's' for (1..9999999999) %}",
  ])
  func workIsBounded(_ source: String) {
    #expect(failure(source, snippets: ["s": ""])?.kind == .limit)
  }

  @Test func hugeRangesCostNothing() throws {
    #expect(
      try render(
        "{% assign r = (1..9999999999) %}{{ r.size }}{% for i in (1..9999999999) %}{{ i }}{% break %}{% endfor %}")
        == "99999999991")
    #expect(try render("{% for i in (1..9999999999) limit: 1 offset: 9999999998 %}{{ i }}{% endfor %}") == "9999999999")
    #expect(try render("{{ (-9223372036854775807..9223372036854775807) | last }}") == "9223372036854775807")
  }

  @Test func assignedValuesAreBounded() {
    let limits = RenderLimits(assignedBytesMax: 1000)
    #expect(
      failure("{% for i in (1..99) %}{% capture x %}0123456789{{ i }}{% endcapture %}{% endfor %}", limits: limits)?
        .kind == .limit)
    #expect(
      failure(
        "{% assign x = '0123456789' %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}", limits: limits
      )?
      .kind == .limit)
    #expect(
      failure("{% for i in (1..9) %}{% assign x = (1..200) | reverse %}{% endfor %}", limits: limits)?.kind == .limit)
  }

  @Test(arguments: [
    ("if true", "endif"), ("for i in (1..1)", "endfor"), ("case 1 %}{% when 1", "endcase"), ("capture x", "endcapture"),
  ])
  func nestingIsBounded(_ open: String, _ close: String) throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "{% \(open) %}", count: depth) + "x" + String(repeating: "{% \(close) %}", count: depth)
    }
    #expect(throws: Never.self) { try render(nested(100)) }
    #expect(failure(nested(101))?.kind == .limit)
    #expect(throws: LiquidError.self) { try Template("{{ \(String(repeating: "a[", count: 5000)) }}") }
    #expect(throws: LiquidError.self) { try Template("{{ \(String(repeating: "(1..", count: 5000)) }}") }
    #expect(throws: LiquidError.self) { try Template("{% \(String(repeating: "liquid ", count: 5000)) %}") }
    #expect(throws: Never.self) { try render("{% if a\(String(repeating: " and a", count: 5000)) %}{% endif %}") }
  }

  /// The deepest nesting must fit the half megabyte that secondary threads have on some systems.
  @Test func deepestNestingFitsASmallStack() async {
    let source =
      String(repeating: "{% for i in (1..1) %}", count: 99) + "{% render 's' %}"
      + String(repeating: "{% endfor %}", count: 99)
    let isRendered = await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: failure(source, snippets: ["s": "x"]) == nil) }
      #if DEBUG
        thread.stackSize = 4096 * 1024
      #else
        thread.stackSize = 512 * 1024
      #endif
      thread.start()
    }
    #expect(isRendered)
  }

  @Test func deepDataIsAnError() {
    var deep: LiquidValue = 1
    for _ in 0..<2000 { deep = [deep] }
    let data: LiquidValue = ["x": deep, "y": deep]
    for source in [
      "{{ x }}", "{{ x | join }}", "{{ x | upcase }}", "{% if x == y %}{% endif %}", "{{ x | uniq }}", "{{ x | sum }}",
      "{% for i in x %}{{ i }}{% endfor %}",
    ] {
      #expect(failure(source, data)?.kind == .limit)
    }
    #expect(failure("{% assign z = x | compact %}{{ x.size }}{{ x | size }}{{ x | first | size }}", data) != nil)
  }

  /// The plain way would take ten thousand million comparisons for each of these.
  @Test func longSearchesTakeNoLongerThanTheirTexts() throws {
    let text = String(repeating: "a", count: 200_000)
    let data: LiquidValue = [
      "text": .string(text), "part": .string(String(text.dropLast(100_000)) + "b"), "list": [.string(text)],
    ]
    #expect(try render("{% if text contains part %}y{% else %}n{% endif %}", data) == "n")
    for filter in ["remove: part", "replace_first: part, ''", "remove_last: part", "split: part | first"] {
      #expect(try render("{{ text | \(filter) | size }}", data) == "200000", "\(filter)")
    }
    #expect(try render("{{ list | where: part | size }}", data) == "0")
  }

  /// Work on large values is counted by their size: each of these would otherwise take minutes.
  @Test(arguments: [
    "if text == other", "if text < other", "if spaces == blank", "if text.size == 1", "if list == others",
    "if list contains others", "if object[text]", "if [text]", "assign q = text | size",
    "assign q = digits | at_most: 1",
    "assign q = text | date: '%Y' | size", "assign q = list | upcase | size", "assign q = texts | uniq | size",
    "assign q = texts | where: text | size", "assign q = texts | sort | size", "assign q = list | sort_natural | size",
    "assign q = text | append: list | size", "for j in (1..digits) limit: 1", "cycle text: 1, 2",
  ])
  func largeValuesAreWork(_ tag: String) {
    let text = String(repeating: "a", count: 200_000)
    let list = (0..<10_000).map { LiquidValue.string("item\($0)") }
    let data: LiquidValue = [
      "text": .string(text), "other": .string(text.dropLast() + "b"), "list": .array(list), "others": .array(list),
      "spaces": .string(String(repeating: " ", count: 200_000)),
      "digits": .string(String(repeating: "1", count: 200_000)), "object": ["a": 1],
      "texts": .array((0..<20).map { .string(text.dropFirst(10_000) + "\($0)") }),
    ]
    let end = tag.hasPrefix("if") ? "{% endif %}" : tag.hasPrefix("for") ? "{% endfor %}" : ""
    #expect(failure("{% for i in (1..90000) %}{% \(tag) %}\(end){% endfor %}", data)?.kind == .limit)
  }

  /// Elements that print nothing, and those that a filter only copies, take time as well. Without being counted each of
  /// these would stay below the limit.
  @Test(arguments: [
    ("{% assign a = text | split: ',' %}", "{{ a }}"), ("", "{{ holes }}"), ("", "{{ nested }}"),
    ("", "{% cycle holes %}"), ("", "{{ holes | slice: 0, 40000 | size }}"), ("", "{{ holes | map: 'q' | size }}"),
    ("", "{{ holes | compact | size }}"), ("", "{{ nested | join: '' }}"),
  ])
  func elementsAreWork(_ start: String, _ turn: String) {
    let holes = LiquidValue.array(Array(repeating: .null, count: 40_000))
    let nested = LiquidValue.array(Array(repeating: .array([]), count: 10_000))
    let data: LiquidValue = [
      "text": .string(String(repeating: ",", count: 40_000) + "x"), "holes": holes, "nested": nested,
    ]
    #expect(failure("\(start){% for i in (1..20000) %}\(turn){% endfor %}", data)?.kind == .limit)
    #expect(failure("\(start)\(turn)", data) == nil)
  }

  /// The same from nothing but a template that is allowed to be as long.
  @Test func arraysOfEmptyTextsAreWork() {
    let commas = String(repeating: ",", count: 40_000)
    let source = "{% assign a = '\(commas)x' | split: ',' %}{% for i in (1..25000) %}{{ a }}{% endfor %}"
    #expect(failure(source)?.message == "rendering takes more than 100000 steps")
  }

  /// So is work on long tags.
  @Test(arguments: [
    ("{{ a", ".b", "}}"), ("{% if t", " and t", "%}{% endif %}"), ("{% case 2 %}", "{% when 1 %}", "{% endcase %}"),
    ("{% case 2 %}{% when 1", ",1", "%}{% endcase %}"), ("{% if n %}", "{% elsif n %}", "{% endif %}"),
    ("{% render 's'", ",a:1", "%}"),
  ])
  func longTagsAreWork(_ start: String, _ middle: String, _ end: String) {
    let tag = start + String(repeating: middle, count: 60_000 / middle.utf8.count) + end
    let source = "{% for i in (1..90000) %}\(tag){% endfor %}"
    #expect(failure(source, ["t": true, "n": false], snippets: ["s": ""])?.kind == .limit)
  }

  @Test func unclosedTagsAreLookedForOnce() {
    let source = "{% comment %}" + String(repeating: "{{ {% ", count: 9_000)
    #expect(failure(source)?.kind == .syntax)
  }
}
