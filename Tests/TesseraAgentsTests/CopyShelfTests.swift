import TesseraAgents
import TesseraModel
import Testing

@Suite struct CopyShelfTests {
  private static let at = Instant(milliseconds: 1_780_000_000_000)

  private static func variant(_ headline: String, segment: String = "new", parent: String = "news") -> ProposedVariant {
    ProposedVariant(
      ProposedCopy(arm: "a1", slot: "home", style: "practical", headline: headline, body: "It is here.", evidence: []),
      parent: parent, segment: Segment(axes: ["visits", "brand"], values: [.word(segment), .any]), label: segment,
      run: "run_1", author: "m", at: at)
  }

  @Test func aSegmentHasOneTextOfACreativeAtATime() throws {
    var shelf = CopyShelf()
    let first = CopyShelfTests.variant("Back again")
    #expect(first.axes.map(\.axis) == ["visits"])
    let news = [
      shelf.propose(first), shelf.propose(CopyShelfTests.variant("Another")),
      shelf.propose(CopyShelfTests.variant("Another", segment: "loyal")),
    ]
    #expect(news == [true, false, true])
    try shelf.judge(first.id, .reject, by: "marketer", at: CopyShelfTests.at)
    // What was rejected is not proposed again in the same words.
    let again = [shelf.propose(first), shelf.propose(CopyShelfTests.variant("Better words"))]
    #expect(again == [false, true])
  }

  /// Every judgement in every state: only those that make sense are possible.
  @Test func statesFollowEachOther() throws {
    let allowed: [ProposedVariant.State: [CopyShelf.Judgement: ProposedVariant.State]] = [
      .pending: [.approve: .live, .reject: .rejected], .live: [.stop: .stopped], .rejected: [:], .stopped: [:],
      .lapsed: [:],
    ]
    for (state, next) in allowed {
      for judgement in CopyShelf.Judgement.allCases {
        var variant = CopyShelfTests.variant("Back again")
        variant.state = state
        var shelf = try #require(CopyShelf(bytes: JSONWriter.bytes([variant.json])))
        if let after = next[judgement] {
          try shelf.judge(variant.id, judgement, by: "marketer", at: CopyShelfTests.at)
          #expect(shelf[variant.id]?.state == after)
        } else {
          #expect(throws: CopyShelf.Problem.notNow(state)) {
            try shelf.judge(variant.id, judgement, by: "marketer", at: CopyShelfTests.at)
          }
          #expect(shelf[variant.id]?.state == state)
        }
      }
    }
    var empty = CopyShelf()
    #expect(throws: CopyShelf.Problem.unknown("x")) {
      try empty.judge("x", .approve, by: "marketer", at: CopyShelfTests.at)
    }
  }

  @Test func timeEndsEachState() throws {
    func state(_ headline: String, approved: Bool, after: Int64) throws -> ProposedVariant.State? {
      var shelf = CopyShelf()
      let variant = CopyShelfTests.variant(headline)
      shelf.propose(variant)
      if approved { try shelf.judge(variant.id, .approve, by: "marketer", at: CopyShelfTests.at) }
      shelf.lapse(at: CopyShelfTests.at.adding(after))
      return shelf[variant.id]?.state
    }
    #expect(try state("Back", approved: false, after: 7 * Instant.day - 1) == .pending)
    #expect(try state("Back", approved: false, after: 7 * Instant.day) == .lapsed)
    #expect(try state("Back", approved: true, after: 30 * Instant.day - 1) == .live)
    #expect(try state("Back", approved: true, after: 30 * Instant.day) == .lapsed)
    #expect(try state("Now 80", approved: true, after: 2 * Instant.day) == .lapsed)
  }

  @Test func aPlacementHasOnlySoManyLiveTexts() throws {
    var shelf = CopyShelf()
    let variants = (0...CopyShelf.liveMaxInPlacement).map { CopyShelfTests.variant("Back", segment: "s\($0)") }
    for variant in variants { shelf.propose(variant) }
    for variant in variants.dropLast() { try shelf.judge(variant.id, .approve, by: "rules", at: CopyShelfTests.at) }
    #expect(throws: CopyShelf.Problem.full(placement: "home")) {
      try shelf.judge(variants[CopyShelf.liveMaxInPlacement].id, .approve, by: "rules", at: CopyShelfTests.at)
    }
    #expect(CopyShelf(bytes: shelf.bytes) == shelf)
  }
}
