import Foundation
import TesseraBandits
import TesseraModel
import Testing

/// An agent is switched off for what is proven, not for what a week of people who come back makes it look like.
@Suite struct AgentLiftTests {
  private static let placement = try? BanditSamples.placement("p", reward: "click", hours: 1)

  /// People of a segment, each with one draw of the agent and some visits; action 0 is what the agent wants shown.
  /// - Parameters:
  ///   - rates: of a click, by action.
  ///   - clings: how much those who clicked once are more willing; it is the person's, not the action's.
  private static func lift(
    people: Int, rates: [Double], clings: Double = 0, willingness: Double = 0.6, visits: Int = 5,
    baseline: Double = 0.05,
    _ random: inout SplitMix64, look: (AgentLift) -> Void = { _ in }
  ) throws -> AgentLift {
    let placement = try #require(placement)
    let (q, on, off) = (0.5, [0.8, 0.2], [0.4, 0.6])
    var lift = AgentLift()
    for person in 0..<people {
      let isOn = random.unit() < q
      let willing = random.unit() < clings ? willingness : 0
      for visit in 0..<(1 + random.below(visits)) {
        let action = random.unit() < (isOn ? on : off)[0] ? 0 : 1
        func units(_ p: Double) -> UInt64 { UInt64(p * Double(Propensity.one)) }
        let receipt = Receipt(
          cycle: 1, decision: [1, 2, 3, 4, 5, 6, 7, 8], placement: placement.code, group: .decisioned, agentOn: isOn,
          action: BanditSamples.actions[action].code, propensity: units(q * on[action] + (1 - q) * off[action]),
          propensityOff: units(off[action]), propensityOn: units(on[action]), at: BanditSamples.t,
          context: ContextCode(codes: [1]), subject: "c\(person)")
        let isClicked = random.unit() < rates[action] + willing
        let term = try #require(
          AgentLift.term(receipt, reward: isClicked ? 1 : 0, baseline: baseline, lowest: 0))
        lift.add(term.value, weight: 1, of: person)
        if visit == 0 { lift.bet(term) }
      }
      if person % 100 == 99 { look(lift) }
    }
    return lift
  }

  /// An agent that does nothing, for people of whom a few click at nearly every visit: 300 stores, looked at always.
  @Test(arguments: [0.01, 0.1, 0.5])
  func whatDoesNoHarmIsSeldomSwitchedOff(_ baseline: Double) throws {
    var random = SplitMix64(seed: 91)
    let chances = try (0..<300).map { _ in
      try AgentLiftTests.lift(
        people: 1_500, rates: [0.05, 0.05], clings: 0.1, baseline: baseline, &random
      ).harmPValueBound
    }
    #expect(chances.count { $0 <= 0.05 } <= 15, "\(chances.count { $0 <= 0.05 }) of 300")
    #expect(chances.count { $0 <= 0.002 } <= 2)
  }

  /// Whatever is drawn and earned, the expected capital of a bet is 1 where the agent does nothing: over all histories
  /// of four exposures whose actions are drawn and rewarded, with a baseline far from the truth.
  @Test(arguments: [0.0, 0.05, 0.9])
  func betsOnWhatDoesNothingEarnNothing(_ baseline: Double) throws {
    let placement = try #require(AgentLiftTests.placement)
    let (q, on, off, rate) = (0.5, [0.9, 0.1], [0.5, 0.5], 0.01)
    func units(_ p: Double) -> UInt64 { UInt64(p * Double(Propensity.one)) }
    let terms = try (0..<2).map { action in
      try (0..<2).map { reward in
        let receipt = Receipt(
          cycle: 1, decision: [1, 2, 3, 4, 5, 6, 7, 8], placement: placement.code, group: .decisioned, agentOn: false,
          action: 1, propensity: units(q * on[action] + (1 - q) * off[action]), propensityOff: units(off[action]),
          propensityOn: units(on[action]), at: BanditSamples.t, context: ContextCode(codes: [1]), subject: "c")
        return try #require(AgentLift.term(receipt, reward: Double(reward), baseline: baseline, lowest: 0))
      }
    }
    var expected = 0.0
    for history in 0..<256 {
      var claim = try #require(BettingClaim(mean: .below, 0, lower: -1, upper: 1))
      var probability = 1.0
      for step in 0..<4 {
        let (action, reward) = (history >> (2 * step) & 1, history >> (2 * step + 1) & 1)
        probability *= (q * on[action] + (1 - q) * off[action]) * (reward == 1 ? rate : 1 - rate)
        let term = terms[action][reward]
        claim.add(term.value, within: -term.bound...term.bound)
      }
      expected += probability * exp(claim.logCapital)
    }
    #expect(abs(expected - 1) < 1e-6, "\(expected)")
  }

  /// The agent wants shown what earns 4 % where the rest earns 12 %.
  @Test func harmIsFound() throws {
    var random = SplitMix64(seed: 92)
    let proven = try (0..<40).count { _ in
      try AgentLiftTests.lift(people: 6_000, rates: [0.04, 0.12], &random).doesHarm
    }
    #expect(proven >= 36, "\(proven) of 40")
  }

  @Test func gainIsNoHarm() throws {
    var random = SplitMix64(seed: 93)
    let lift = try AgentLiftTests.lift(people: 3_000, rates: [0.12, 0.04], &random)
    #expect(!lift.doesHarm && lift.mean > 0 && lift.harmPValueBound > 0.5)
    #expect(lift.interval.contains(0.4 * 0.08), "\(lift.interval)")
  }

  /// An agent that does nothing, or earns something, for people of whom some click at nearly every visit: 40 stores,
  /// four looks.
  @Test(arguments: [[0.05, 0.05], [0.09, 0.05]]) func intervalsHoldForPeopleWhoComeBack(_ rates: [Double]) throws {
    var random = SplitMix64(seed: 95)
    let truth = 0.4 * (rates[0] - rates[1])
    var left = 0
    for _ in 0..<40 {
      var isLeft = false
      _ = try AgentLiftTests.lift(people: 400, rates: rates, clings: 0.1, willingness: 0.9, visits: 40, &random) {
        lift in
        isLeft = isLeft || !lift.interval.contains(truth)
      }
      left += isLeft ? 1 : 0
    }
    #expect(left <= 3, "\(left) of 40")
  }

  /// Each term lies within the bound that is known before the reward is.
  @Test func boundsHold() throws {
    var random = SplitMix64(seed: 94)
    let placement = try #require(AgentLiftTests.placement)
    for _ in 0..<2_000 {
      let (q, on, off) = (0.01 + 0.98 * random.unit(), random.unit(), random.unit())
      func units(_ p: Double) -> UInt64 { UInt64(p * Double(Propensity.one)) }
      let receipt = Receipt(
        cycle: 1, decision: [1, 2, 3, 4, 5, 6, 7, 8], placement: placement.code, group: .decisioned, agentOn: false,
        action: 1, propensity: units(q * on + (1 - q) * off), propensityOff: units(off), propensityOn: units(on),
        at: BanditSamples.t, context: ContextCode(codes: [1]), subject: "c")
      let lowest = random.oneIn(2) ? 0.0 : -1
      let baseline = lowest + (1 - lowest) * random.unit()
      let reward = lowest + (1 - lowest) * random.unit()
      guard let term = AgentLift.term(receipt, reward: reward, baseline: baseline, lowest: lowest) else { continue }
      #expect(abs(term.value) <= term.bound * 1.000_001)
    }
  }
}
