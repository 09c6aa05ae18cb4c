import Foundation
import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments
import Testing

@Suite struct PlannerTests {
  /// The whole plan as it was when last looked at. `TESSERA_RECORD=1` writes it anew, to be read before it is kept;
  /// another plan asks for another number of `Planner.rules`.
  @Test func goldenPlan() throws {
    let book = Planner(try PlannerFixture.input()).plan()
    let rules = "rules \(Planner.rules)\n"
    var text = rules + String(decoding: book.bytes, as: UTF8.self)
    for (id, record) in book.records.sorted(by: { $0.key < $1.key }) {
      text += id + " " + JSONWriter.pretty(try JSONParser.parse(record)) + "\n"
    }
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/tiny-book.txt")
    if ProcessInfo.processInfo.environment["TESSERA_RECORD"] == "1" {
      let before = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      try #require(before == text || !before.hasPrefix(rules), "the plan is another: raise Planner.rules")
      try Data(text.utf8).write(to: file)
    }
    let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    for (i, (ours, theirs)) in zip(text.split(separator: "\n"), golden.split(separator: "\n")).enumerated()
    where ours != theirs {
      Issue.record("line \(i + 1): \(ours) instead of \(theirs)")
      break
    }
    let isSame = text.utf8.elementsEqual(golden.utf8)
    #expect(isSame)
  }

  @Test func sameInputSameBytes() throws {
    let first = Planner(try PlannerFixture.input()).plan()
    for _ in 0..<3 {
      let again = Planner(try PlannerFixture.input()).plan()
      #expect(again.bytes == first.bytes)
      #expect(again.records == first.records)
    }
    let other = Planner(try PlannerFixture.input { $0.previous = "" }).plan()
    #expect(other.bytes != first.bytes)
    #expect(other.records == first.records)  // what is decided does not depend on the chain
  }

  @Test func threadsDoNotChangeTheBook() async throws {
    let input = try PlannerFixture.input()
    let (one, many) = (Planner(input).prepare(), await PreparedPlan.parallel(Planner(input)))
    let (first, second) = (one.book(overlays: input.overlays), await many.parallelBook(overlays: input.overlays))
    #expect(second.bytes == first.bytes && second.records == first.records)
  }

  @Test func recordedInputGivesTheSameBook() throws {
    let input = try PlannerFixture.input()
    let bytes = JSONWriter.bytes(input.json)
    let again = try PlannerInput(json: try JSONParser.parse(bytes), box: AxisRegistry.box)
    #expect(JSONWriter.bytes(again.json) == bytes)
    #expect(Planner(again).plan().bytes == Planner(input).plan().bytes)
    #expect(Planner(again).plan().records == Planner(input).plan().records)
    #expect(throws: ConfigurationError.self) { try PlannerInput(json: ["format": 2], box: AxisRegistry.box) }
  }

  @Test func bookRoundTrip() throws {
    let book = Planner(try PlannerFixture.input()).plan()
    let back = try #require(DecisionBook(bytes: book.bytes, records: book.records))
    #expect(back.bytes == book.bytes)
    #expect(back.entries.map(\.segment) == book.entries.map(\.segment))
    #expect(DecisionBook(bytes: Array(book.bytes.dropFirst()), records: [:]) == nil)
    for (id, record) in book.records {
      #expect(Decision.id(bytes: Decision.idBytes(of: record)) == id)
      let decision = try #require(Decision(json: try JSONParser.parse(record)))
      #expect(decision.record == record)
      #expect(JSONWriter.bytes(try JSONParser.parse(record)) == record)
    }
    for entry in book.entries {
      #expect(entry.decisions.allSatisfy { book.records[$0] != nil } && entry.decisions.count == 2)
    }
  }

  /// Whole numbers that sum to 2³², none below the floor, for every decision and with and without the agent.
  @Test func propensitiesSumAndKeepTheFloor() throws {
    for floor in ["0", "0.03", "1"] {
      let policy = try PlannerFixture.policy { $0["bandit"] = ["exploration_floor": .number(floor)] }
      let book = Planner(try PlannerFixture.input { $0.policy = policy }).plan()
      for decision in try PlannerFixture.decisions(book) where !decision.arms.isEmpty {
        let count = Double(decision.arms.count)
        let least = min(0.5, max(policy.bandit.explorationFloor, 0.001 * count)) / count
        for p in [decision.arms.map(\.off), decision.arms.map(\.on)] {
          #expect(p.reduce(0, +) == Propensity.one)
          // Two units for the rounding to nine decimals and to whole numbers.
          #expect(p.allSatisfy { Double($0) >= least * Double(Propensity.one) - 6 }, "\(decision.placement) \(p)")
        }
      }
    }
  }

  @Test func termsAddUpAndScoresLieInTheirIntervals() throws {
    for decision in try PlannerFixture.decisions(Planner(try PlannerFixture.input()).plan()) {
      for arm in decision.arms {
        // Every term and the score are rounded to nine decimals by themselves.
        #expect(abs(arm.terms.reduce(0) { $0 + $1.value } - arm.score) < 0.5e-9 * Double(arm.terms.count + 2))
        #expect(arm.interval.contains(arm.score))
      }
      #expect(decision.arms.map(\.action) == decision.arms.map(\.action).sorted())
      let all = Set(decision.arms.map(\.action) + decision.exclusions.map(\.action))
      #expect(all.count == decision.arms.count + decision.exclusions.count)
      let policy = try PlannerFixture.policy()
      #expect(all == Set(policy.actions(for: try #require(policy.placement(decision.placement)))))
    }
  }

  /// The overlay lifts what it boosts, lowers what it suppresses, in its own segment and placement and nowhere else.
  @Test func overlayActsWhereItIsMeant() throws {
    let input = try PlannerFixture.input()
    let target = input.overlays[0]
    var touched = 0
    for decision in try PlannerFixture.decisions(Planner(input).plan()) {
      guard decision.segment.id == target.segment, decision.placement == target.placement else {
        #expect(decision.arms.allSatisfy { $0.on == $0.off } && decision.overlay == nil)
        continue
      }
      touched += 1
      #expect(decision.overlay == target)
      for arm in decision.arms {
        if arm.action.creative == "brand-news" { #expect(arm.on > arm.off) }
        if arm.action == Action(creative: "bestsellers", offer: "ten", channel: "onsite") { #expect(arm.on < arm.off) }
      }
    }
    #expect(touched == 1)
    let without = try PlannerFixture.input { $0.overlays = [] }
    let off = try PlannerFixture.decisions(Planner(without).plan()).first {
      $0.segment.id == target.segment && $0.placement == "home"
    }
    let on = try PlannerFixture.decisions(Planner(input).plan()).first {
      $0.segment.id == target.segment && $0.placement == "home"
    }
    #expect(off?.arms.map(\.off) == on?.arms.map(\.off))  // never the bandit's own numbers
  }

  @Test func nobodyActiveStillDecidesForEveryone() throws {
    let book = Planner(try PlannerFixture.input { $0.census = PlannerFixture.census([]) }).plan()
    #expect(book.entries.count == 1)
    #expect(book.entries[0].description == "everyone")
    #expect(book.entries[0].members == 0)
  }
}
