import Liquid
import Testing

/// Numbers that are the same in every run.
struct FixedGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Any bytes end in a template or an error, and any template with any data in a text or an error.
@Suite struct NoiseTests {
  private static let parts = [
    "{{", "}}", "{%", "%}", "-", " ", "\n", "if", "endif", "else", "elsif", "unless", "endunless", "for", "endfor",
    "in", "limit:", "offset:",
    "continue", "reversed", "case", "when", "endcase", "assign", "=", "capture", "endcapture", "cycle", "render", "'s'",
    "with", "as", "raw", "endraw",
    "comment", "endcomment", "liquid", "tablerow", "cols:", "endtablerow", "increment", "decrement", "echo", "break",
    "abort_message", "doc", "#",
    "x", "a", "b.c", "list", "big", "text", "deep", "|", ":", ",", ".", "..", "[", "]", "(", ")", "'", "\"", "0", "-1",
    "9223372036854775807",
    "-9223372036854775808", "99999999999999999999", "1.5", "nil", "true", "blank", "empty", "and", "or", "contains",
    "==", "<", ">=", "<>", "${", "}",
    "é", "\u{0}", "🙂", "%Y", "allow_false:",
  ]

  private static let filters = [
    "abs", "append: x", "at_least: big", "at_most: 1.5", "base64_decode", "base64_encode", "capitalize", "ceil",
    "compact", "compact: 'k'",
    "concat: list", "date: '%c %999999Y %s'", "date: text", "default: x", "divided_by: x", "divided_by: -1", "downcase",
    "escape", "escape_once", "find: 'k'",
    "first", "floor", "has: 1", "join: text", "last", "lookup: 'k'", "lstrip", "map: 'k'", "map: 0", "minus: big",
    "modulo: -1", "modulo: 2.5", "money", "money_without_trailing_zeros",
    "newline_to_br", "plus: big", "prepend: x", "reject: 'k'", "remove: ''", "remove_last: ''", "replace: '', text",
    "replace_first: '', x",
    "replace_last: 'a', x", "reverse", "round: x", "round: -400", "rstrip", "size", "slice: x", "slice: big, big",
    "sort", "sort: 'k'", "sort_natural",
    "split: ''", "split: x", "strip", "strip_html", "strip_newlines", "sum", "sum: 'k'", "times: big",
    "truncate: x, text", "truncatewords: big",
    "uniq", "upcase", "url_decode", "url_encode", "where: 'k', 1", "where: x",
  ]

  private static let data: LiquidValue = [
    "x": -9_223_372_036_854_775_808, "a": "aéa", "b": ["c": [1, nil, ["k": 1.5]]],
    "list": [3, "b", nil, 1e300, -0.0, [2], ["k": "v"]],
    "big": 9_223_372_036_854_775_807, "text": "<b>&amp; \u{0} %41 2016-03-14 Zm9v</b>", "deep": [[[[[1]]]]],
    "inf": .double(.infinity),
    "nan": .double(.nan), "tiny": .double(.leastNonzeroMagnitude), "huge": 1.7e308,
  ]

  private static func end(_ source: String, _ slot: Slot) {
    guard let template = try? Template(source) else { return }
    let snippets = ["s": template]
    let limits = RenderLimits(outputBytesMax: 20_000, stepsMax: 3000)
    let options = RenderOptions(slot: slot, nowMilliseconds: 0, snippets: snippets, limits: limits)
    _ = try? template.render(data, options: options)
  }

  @Test(arguments: Slot.allCases)
  func randomTagsNeverTrap(_ slot: Slot) {
    var random = FixedGenerator(seed: 1)
    for _ in 0..<2000 {
      let count = Int.random(in: 0..<24, using: &random)
      NoiseTests.end(
        (0..<count).map { _ in NoiseTests.parts.randomElement(using: &random) ?? "" }.joined(
          separator: Bool.random(using: &random) ? " " : ""), slot)
    }
  }

  @Test func randomBytesNeverTrap() {
    var random = FixedGenerator(seed: 2)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      NoiseTests.end(
        "{{" + String(decoding: bytes, as: UTF8.self) + "}}{%" + String(decoding: bytes, as: UTF8.self) + "%}", .html)
    }
  }

  @Test func randomFiltersNeverTrap() {
    var random = FixedGenerator(seed: 3)
    let inputs = [
      "x", "a", "b", "list", "big", "text", "deep", "inf", "nan", "tiny", "huge", "nil", "empty", "(1..3)", "(x..big)",
      "true", "b.c[2].k",
    ]
    for _ in 0..<4000 {
      let chain = (0..<Int.random(in: 1..<5, using: &random)).map { _ in
        NoiseTests.filters.randomElement(using: &random) ?? "size"
      }
      let input = inputs.randomElement(using: &random) ?? "x"
      NoiseTests.end(
        "{{ \(input) | \(chain.joined(separator: " | ")) }}", Slot.allCases.randomElement(using: &random) ?? .plain)
    }
  }

  @Test func randomLoopsNeverTrap() {
    var random = FixedGenerator(seed: 4)
    let numbers = ["x", "big", "0", "1", "-1", "2.5", "'3'", "nil", "list", "tiny", "huge", "nan", "a"]
    func number() -> String { numbers.randomElement(using: &random) ?? "0" }
    for _ in 0..<4000 {
      let collection = Bool.random(using: &random) ? "(\(number())..\(number()))" : number()
      NoiseTests.end(
        """
        {% for i in \(collection) limit: \(number()) offset: \(number()) %}{{ forloop.rindex }}{% break %}{% endfor %}\
        {% for i in \(collection) offset: continue reversed %}{{ i }}{% break %}{% endfor %}\
        {% tablerow i in \(collection) cols: \(number()) limit: \(number()) %}{{ i }}{% break %}{% endtablerow %}
        """, .plain)
    }
  }
}
