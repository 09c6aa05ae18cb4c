import Liquid
import Testing

@Suite struct PartialEvaluationTests {
  private static let data: LiquidValue = [
    "segment": ["brand": "North <Fell>", "items": ["a", "b"], "none": []],
    "customer": ["first_name": "Ana", "tier": "gold"], "n": 2,
  ]

  private static func options(_ slot: Slot) -> RenderOptions {
    RenderOptions(slot: slot, nowMilliseconds: 1_700_000_000_000)
  }

  /// What is left of a template that prints nothing but its residue's shape: no data, so that only constants show.
  private func constants(_ source: String, _ slot: Slot = .html) throws -> String {
    try Template(source).partiallyEvaluated(
      with: PartialEvaluationTests.data, bound: ["segment"], options: PartialEvaluationTests.options(slot)
    ).render([:], options: PartialEvaluationTests.options(slot))
  }

  @Test(arguments: [
    ("{{ segment.brand | upcase }} {{ customer.first_name }}", "NORTH &lt;FELL&gt; "),
    (
      "{% if segment.brand %}a{% else %}b{% endif %}{% if customer %}c{% elsif segment.none %}d{% else %}e{% endif %}",
      "ad"
    ),
    (
      "{% for i in segment.items %}{{ i }}{{ forloop.index }}{% if i == 'b' %}{% break %}{% endif %}{% endfor %}",
      "a1b2"
    ),
    ("{% for i in customer.list %}{{ segment.brand }}{% else %}{{ segment.items | join }}{% endfor %}", "a b"),
    ("{% case segment.brand %}{% when 'x' %}{% else %}{{ segment.items.size }}{% endcase %}", "2"),
    ("{% capture c %}{{ segment.brand }}{% endcapture %}{{ c }}", "North &lt;Fell&gt;"),
    ("{% unless segment.brand %}a{% endunless %}{{ segment.missing | default: 'b' }}", "b"),
  ])
  func finalDataNeedsNotBeThereLater(_ source: String, _ expected: String) throws {
    #expect(try constants(source) == expected)
  }

  @Test(arguments: [
    "{% assign segment = 'x' %}{{ segment }}", "{% for segment in n %}{{ segment }}{% endfor %}",
    "{% increment segment %}{{ segment }}", "{{ 1 | divided_by: segment.none.size }}", "{% render 's' %}",
  ])
  func whatTheTemplateChangesStays(_ source: String) throws {
    let options = PartialEvaluationTests.options(.html)
    let template = try Template(source)
    let residue = template.partiallyEvaluated(with: PartialEvaluationTests.data, bound: ["segment"], options: options)
    #expect(residue == template)
  }

  @Test func theClockIsNotFinal() throws {
    let template = try Template("{{ segment.when | date: '%Y' }}")
    let data: LiquidValue = ["segment": ["when": "now"]]
    let residue = template.partiallyEvaluated(
      with: data, bound: ["segment"], options: RenderOptions(nowMilliseconds: 0))
    #expect(try residue.render(data, options: RenderOptions(nowMilliseconds: 1_700_000_000_000)) == "2023")
  }

  @Test func residuesAskForWhatTheyStillNeed() throws {
    let template = try Template("{{ segment.brand }}{{ customer.first_name }}")
    let residue = template.partiallyEvaluated(
      with: PartialEvaluationTests.data, bound: ["segment"], options: PartialEvaluationTests.options(.html))
    #expect(residue.references.map(\.path) == ["customer.first_name"])
  }

  /// For whatever is bound, the residue makes of the whole data what the template makes of it.
  @Test(.enabled(if: !GoldenCase.all.isEmpty, "golden-liquid is not beside the package"), arguments: Slot.allCases)
  func residuesMakeTheSameText(_ slot: Slot) throws {
    var random = FixedGenerator(seed: 7)
    for golden in GoldenCase.all {
      guard let template = try? Template(golden.source) else { continue }
      var options = PartialEvaluationTests.options(slot)
      for snippet in golden.snippets { options.snippets[snippet.name] = try? Template(snippet.source) }
      var names: [String] = ["nosuchthing"]
      if case .object(let object) = golden.data { names += object.map(\.key) }
      for _ in 0..<4 {
        let bound = Set(names.filter { _ in Bool.random(using: &random) })
        let residue = template.partiallyEvaluated(with: golden.data, bound: bound, options: options)
        let expected = try? template.render(golden.data, options: options)
        let result = try? residue.render(golden.data, options: options)
        #expect(result == expected, "\(golden.name), bound: \(bound)")
      }
    }
  }
}
