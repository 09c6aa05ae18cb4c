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

  @Test func datesOfTheirOwnAreFinal() throws {
    let template = try Template("{{ segment.when | date: '%d.%m.%Y' }}{{ segment.at | date: '%F' }}")
    let data: LiquidValue = ["segment": ["when": "2026-10-31T21:00:00Z", "at": 0]]
    let residue = template.partiallyEvaluated(with: data, bound: ["segment"], options: RenderOptions())
    #expect(try residue.render([:], options: RenderOptions()) == "31.10.20261970-01-01")
  }

  @Test(arguments: ["now", "March 3rd", "10:30"])
  func theClockIsNotFinal(_ time: String) throws {
    let template = try Template("{{ segment.when | date: '%Y' }}")
    let data: LiquidValue = ["segment": ["when": .string(time)]]
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

  /// The ways to split data: nothing, everything, each member alone, all but it, and some at random.
  private static func splits(_ names: [String], _ random: inout FixedGenerator) -> [Set<String>] {
    var splits: [Set<String>] = [[], Set(names)]
    for name in names { splits += [[name], Set(names).subtracting([name])] }
    for _ in 0..<3 { splits.append(Set(names.filter { _ in Bool.random(using: &random) })) }
    return splits
  }

  /// The names of the data, and every word of the template: what it assigns itself must not be taken as final.
  private static func names(_ golden: GoldenCase) -> [String] {
    var names = Set(golden.source.split { !$0.isLetter && !$0.isNumber && !"_-?".contains($0) }.map(String.init))
    if case .object(let object) = golden.data { names.formUnion(object.map(\.key)) }
    return names.sorted()
  }

  /// The bound members as they are, and others in the place of those that come late.
  private static func early(_ data: LiquidValue, _ bound: Set<String>) -> LiquidValue {
    guard case .object(let object) = data else { return [:] }
    return .object(LiquidObject(object.map { ($0.key, bound.contains($0.key) ? $0.value : "not to be seen") }))
  }

  private static func outcome(_ template: Template, _ data: LiquidValue, _ options: RenderOptions) -> [String] {
    do throws(LiquidError) {
      return ["text", try template.render(data, options: options)]
    } catch {
      return [error.kind.rawValue]
    }
  }

  /// For whatever is bound, the residue makes of the whole data what the template makes of it, or fails like it.
  @Test(.enabled(if: !GoldenCase.all.isEmpty, "golden-liquid is not beside the package"), arguments: Slot.allCases)
  func residuesMakeTheSameText(_ slot: Slot) throws {
    var random = FixedGenerator(seed: 7)
    var (templates, rendered, splits, changed) = (0, 0, 0, 0)
    for golden in GoldenCase.all {
      guard let template = try? Template(golden.source) else { continue }
      templates += 1
      var options = PartialEvaluationTests.options(slot)
      for snippet in golden.snippets { options.snippets[snippet.name] = try? Template(snippet.source) }
      let names = PartialEvaluationTests.names(golden)
      let expected = PartialEvaluationTests.outcome(template, golden.data, options)
      if expected.count == 2 { rendered += 1 }
      for bound in PartialEvaluationTests.splits(names, &random) {
        let early = PartialEvaluationTests.early(golden.data, bound)
        let residue = template.partiallyEvaluated(with: early, bound: bound, options: options)
        #expect(
          PartialEvaluationTests.outcome(residue, golden.data, options) == expected, "\(golden.name), bound: \(bound)")
        splits += 1
        if residue != template { changed += 1 }
      }
    }
    // The whole suite but for what cannot be parsed, most of it without an error, and much of it evaluated early.
    #expect(templates > GoldenCase.all.count * 4 / 5 && rendered > templates * 9 / 10)
    #expect(splits > templates * 6 && changed > splits / 3)
  }
}
