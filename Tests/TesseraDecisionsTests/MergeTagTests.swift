import Liquid
import TesseraDecisions
import TesseraModel
import TesseraSegments
import Testing

/// No text goes to a segment for whose members it would have holes.
@Suite struct MergeTagTests {
  private let returning: [AxisValue] = [.word("returning"), .name("nike"), .name("shoes")]
  private let everyone: [AxisValue] = [.any, .any, .any]

  /// The input with one more creative, and members of whom so many in a hundred have a first name.
  private func input(_ title: String, named: Int, _ more: [String: JSONValue] = [:], coverage: Double = 0.95) throws
    -> PlannerInput
  {
    let policy = try PlannerFixture.policy { json in
      let creative = JSONObject(
        [("id", "letter"), ("placements", ["home"]), ("content", ["title": .string(title)])] + more.map { ($0, $1) })
      json["creatives"] = .array((json["creatives"]?.elements ?? []) + [.object(creative)])
      json["guardrails"] = ["tag_coverage": .double(coverage)]
    }
    return try PlannerFixture.input { input in
      input.policy = policy
      let paths = TagNeeds(policy).paths.map(\.text)
      let all: UInt64 = 1 << UInt64(paths.count) - 1
      input.tags = TagCensus(
        paths: paths,
        entries: input.census.entries.map { entry in
          let whole = entry.members * named / 100
          return [.init(mask: 0, members: entry.members - whole), .init(mask: all, members: whole)]
        })
    }
  }

  private func reason(
    _ input: PlannerInput, _ values: [AxisValue], offer: String = "none"
  ) throws -> String? {
    let decisions = try PlannerFixture.decisions(Planner(input).plan())
    let decision = try #require(decisions.first { $0.segment.values == values && $0.placement == "home" })
    let found = decision.exclusions.first { $0.action.creative == "letter" && $0.action.offer == offer }
    #expect(found == nil || found?.code == "merge-tag", "\(found?.code ?? "")")
    #expect((found == nil) == decision.arms.contains { $0.action.creative == "letter" && $0.action.offer == offer })
    return found?.reason
  }

  @Test func tooFewMembersHaveIt() throws {
    let title = "Hi {{ customer.first_name }}, welcome back to {{ shop.name }}"
    for (named, isRefused) in [(100, false), (90, true), (0, true)] {
      let reason = try reason(input(title, named: named), everyone)
      #expect((reason != nil) == isRefused, "\(named): \(reason ?? "")")
      guard let reason else { continue }
      #expect(
        reason.hasPrefix("customer.first_name is empty for ") && reason.contains("without a fallback"), "\(reason)")
      #expect(reason.contains("“Hi , welcome back to "), "\(reason)")
    }
    #expect(try reason(input(title, named: 60, coverage: 0.5), everyone) == nil)
    #expect(try reason(input(title, named: 0, coverage: 0), everyone) == nil)
  }

  /// Sentences whose holes only show when they are written.
  @Test(arguments: [
    ("Hi {{ customer.first_name | default: 'x' | remove: 'x' }}, look", ["customer.first_name"]),
    (
      "{% capture n %}{% if customer.first_name %}{{ customer.first_name }}{% endif %}{% endcapture %}Hi {{ n }}, look",
      ["customer.first_name"]
    ),
    (
      "<b>{% if customer.first_name %}{{ customer.first_name }}{% endif %}</b>, look",
      ["customer.first_name"]
    ),
    ("Look ({% if customer.traits.size %}{{ customer.traits.size }}{% endif %})", ["customer.traits.size"]),
    (
      "Hi {{ customer.first_name | default: customer.last_name | default: 'x' | remove: 'x' }}, look",
      ["customer.first_name customer.last_name"]
    ),
    // These read whole.
    ("Hi{% if customer.first_name %} {{ customer.first_name }}{% endif %}, look", []),
    ("Hi {{ customer.first_name | default: 'you' }} !", []),
    ("{% if customer.basket %}In your basket: {% for p in customer.basket %}{{ p.title }} {% endfor %}{% endif %}", []),
    ("{{ customer.last_viewed.price | money }} {% if customer.orders > 3 %}thank you{% endif %}", []),
    ("{% if customer.first_name %}Bonjour {{ customer.first_name }}, oui{% else %}Bonjour ! Oui{% endif %}", []),
    ("Off you go ... {% if customer.first_name %}{{ customer.first_name }}{% else %}all{% endif %}", []),
  ])
  func holesThatOnlyShowWhenWritten(_ text: String, _ needed: [String]) throws {
    let template = try Template(text)
    let read = Set(template.references.filter { !$0.hasFallback }.map(\.path))
    let needs = TagNeed.all(template).map { $0.paths.map(\.text).joined(separator: " ") }
    #expect(needs.filter { !read.contains($0) } == needed, "\(needs)")
  }

  /// A hole in a sentence that only some read is asked of those.
  @Test func holesBehindConditionsAreAskedOfWhoReadsThem() throws {
    let text =
      "{% if customer.basket %}Yours ({% if customer.traits.size %}{{ customer.traits.size }}{% endif %}){% else %}Hi{% endif %}"
    let needs = TagNeed.all(try Template(text))
    #expect(needs.map { $0.paths.map(\.text) } == [["customer.traits.size"]])
    #expect(needs.map { $0.guards.map(\.text) } == [["customer.basket"]])
  }

  @Test func whatIsTheirOwnIsMasked() throws {
    let title = "{{ customer.first_name }} {{ customer.traits.size }}"
    var input = try input(title, named: 0)
    let paths = try #require(input.tags?.paths)
    #expect(paths == ["customer.first_name", "customer.traits.size"])
    input.tags = TagCensus(
      paths: paths, entries: input.census.entries.map { [.init(mask: 1, members: $0.members)] })
    let reason = try #require(try reason(input, everyone))
    #expect(reason.contains("customer.traits.size is empty for") && reason.contains("“•••”"), "\(reason)")
  }

  @Test func aFallbackIsEnough() throws {
    for title in [
      "Hi {{ customer.first_name | default: 'you' }}",
      "{% if customer.first_name %}Hi {{ customer.first_name }}{% endif %}",
      "{{ customer.first_name | default: segment.brand | default: 'you' }}", "Plain",
    ] {
      #expect(try reason(input(title, named: 0), everyone) == nil, "\(title)")
    }
    // A condition on what holds the tag is one as well.
    let viewed = "{% if customer.last_viewed %}You saw {{ customer.last_viewed.title }}{% else %}Hello{% endif %}"
    #expect(try reason(input(viewed, named: 0), everyone) == nil)
    let basket = "{% if customer.basket.size > 0 %}{{ customer.basket[0].title }}{% endif %}"
    #expect(try reason(input(basket, named: 0), everyone) == nil)
    var half = try input(viewed, named: 0)
    #expect(half.tags?.paths == ["customer.last_viewed", "customer.last_viewed.title"])
    half.tags = TagCensus(
      paths: ["customer.last_viewed", "customer.last_viewed.title"],
      entries: half.census.entries.map { [.init(mask: 1, members: $0.members)] })
    #expect(try reason(half, everyone)?.hasPrefix("customer.last_viewed.title is empty for") ?? false)
    // A fallback that may be empty itself is none, but one of the two is enough.
    let either = "{{ customer.first_name | default: segment.brand }}"
    let reason = try reason(input(either, named: 0), everyone)
    #expect(reason?.hasPrefix("customer.first_name and segment.brand are empty for") ?? false, "\(reason ?? "")")
    #expect(try self.reason(input(either, named: 0), returning) == nil)
    var named = try input(either, named: 0)
    let paths = try #require(named.tags?.paths)
    #expect(paths == ["customer.brand", "customer.first_name"])
    named.tags = TagCensus(
      paths: paths,
      entries: named.census.entries.enumerated().map { [.init(mask: $0 % 2 == 0 ? 1 : 2, members: $1.members)] })
    #expect(try self.reason(named, everyone) == nil)
  }

  @Test func whatIsTheSameForAllIsKnownWithoutMembers() throws {
    let code = "Use {{ offer.code }} today"
    #expect(try reason(input(code, named: 100), everyone)?.contains("offer.code is empty here") ?? false)
    #expect(try reason(input(code, named: 100), everyone, offer: "ten") == nil)
    #expect(try reason(input("See {{ product.title }}", named: 100), everyone) != nil)
    #expect(try reason(input("See {{ product.title }}", named: 100, ["brand": "segment"]), returning) == nil)
    #expect(try reason(input("{{ segment.visits }}", named: 100), returning) == nil)
    #expect(try reason(input("{{ segment.visits }}", named: 100), everyone) != nil)
    #expect(try reason(input("{{ nonsense }}", named: 100), returning) != nil)
    // The brand of a segment without one is the member's own.
    #expect(try reason(input("{{ segment.brand }}", named: 100), returning) == nil)
    #expect(try reason(input("{{ segment.brand }}", named: 100), everyone) == nil)
    #expect(try reason(input("{{ segment.brand }}", named: 0), everyone) != nil)
  }

  /// What was recorded before there was a proof is decided as it was.
  @Test func aRecordWithoutTagsIsLeftAlone() throws {
    var input = try input("Hi {{ customer.first_name }}", named: 0)
    let json = input.json
    #expect(try PlannerInput(json: json, box: AxisRegistry.box).tags == input.tags)
    input.tags = nil
    #expect(try reason(input, everyone) == nil && input.factsJSON["tags"] == nil)
  }

  @Test func pathsAreWalked() {
    let value: LiquidValue = .object([
      "list": .array([.object(["title": .string("x"), "blank": .string(" \n")]), .null]), "zero": .int(0),
      "no": .bool(false), "none": .array([]),
    ])
    for (path, isFilled) in [
      ("a.list[0].title", true), ("a.list[0].blank", false), ("a.list[1].title", false), ("a.list[-2].title", true),
      ("a.list.first.title", true), ("a.list.last", false), ("a.list.size", true), ("a.none.size", false),
      ("a.list[7]", false),
      ("a.zero", true), ("a.no", false), ("a.none", false), ("a.other.deep", false), ("a", true), ("a[0]", false),
    ] {
      #expect(TagPath(path).isFilled(in: value) == isFilled, "\(path)")
    }
  }
}
