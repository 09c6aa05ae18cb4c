import TesseraAgents
import TesseraModel
import TesseraStorage

/// A segment with two arms and one change, as an agent is shown it.
enum AnswerFixture {
  static let at = Instant(milliseconds: 1_780_000_000_000)

  static let table = ArmTable([
    .init(
      id: "a1", placement: "home", part: ActionPart(creative: "news", offer: nil), facts: [:], speaksOfBrand: true,
      speaksOfCategory: false, hasOffer: false),
    .init(
      id: "a2", placement: "home", part: ActionPart(creative: "best", offer: nil), facts: [:], speaksOfBrand: false,
      speaksOfCategory: false, hasOffer: false),
    .init(
      id: "a3", placement: "home", part: ActionPart(creative: "elsewhere", offer: nil), facts: [:],
      speaksOfBrand: false, speaksOfCategory: false, hasOffer: false),
  ])

  static var brief: SegmentBrief {
    let changes = [
      DigestChange(
        kind: .restock, key: "x", reach: 1,
        facts: JSONObject([("title", "Retro Nuptse"), ("sku", "NF-1"), ("price", .number("315"))])),
      DigestChange(kind: .removed, key: "y", reach: 1, facts: JSONObject([("title", "Old Parka")])),
    ]
    let arms = ["a1", "a2"].map {
      SegmentDigest.ArmState(id: $0, mean: 0.03, deviation: 0.01, exposures: 100, probability: 0.5)
    }
    return SegmentBrief(
      digest: SegmentDigest(
        segment: Segment(axes: ["visits"], values: [.word("new")]), description: "new visitor", people: 50,
        activeLately: 20, messageable: 0, funnel: JSONObject(), changes: changes, arms: arms, last: nil),
      table: table, at: at, cycle: 1)
  }

  /// Tags as simple as the tests need them: `{{ path }}` and `{{ path | default: … }}`.
  static let copy = CopyCheck(
    slots: ["title", "body"].map {
      CopySlot(placement: "home", field: $0, lengthMax: 60, mergeTags: ["customer.first_name"])
    }, blockedWords: ["miracle"]
  ) { text in
    let tags = text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().map { part -> CopyTag in
      let inner = part.split(separator: "}}").first ?? ""
      let path = inner.split(separator: "|").first ?? ""
      return CopyTag(
        path: path.filter { !$0.isWhitespace }, hasFallback: inner.contains("default"))
    }
    return .success(tags)
  }

  static func validate(_ answer: AgentAnswer) -> AcceptedAnswer {
    AnswerValidator(brief, exchanges: [], copy: copy).validate(answer)
  }

  static func answer(_ effects: [ArmEffect] = [], _ copies: [ProposedCopy] = []) -> AgentAnswer {
    AgentAnswer(
      segment: brief.segment.id, verdict: .supplement, summary: "", effects: effects, copies: copies)
  }

  static func effect(
    _ arm: String = "a1", _ kind: ArmEffect.Kind = .boost, _ code: ReasonCode = .restock, evidence: [String] = ["e1"],
    hours: Int = 24
  ) -> ArmEffect {
    ArmEffect(
      arm: arm, kind: kind, strength: .small, confidence: "high", reasonCode: code, reason: "", evidence: evidence,
      expiresHours: hours)
  }
}
