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
    people: Int, rates: [Double], clings: Double = 0, countsAll: Bool = false, _ random: inout SplitMix64
  ) throws -> AgentLift {
    let placement = try #require(placement)
    let (q, on, off) = (0.5, [0.8, 0.2], [0.4, 0.6])
    var lift = AgentLift()
    for person in 0..<people {
      let isOn = random.unit() < q
      let willing = random.unit() < clings ? 0.6 : 0
      for visit in 0..<(1 + random.below(5)) {
        let action = random.unit() < (isOn ? on : off)[0] ? 0 : 1
        func units(_ p: Double) -> UInt64 { UInt64(p * Double(Propensity.one)) }
        let receipt = Receipt(
          cycle: 1, decision: [1, 2, 3, 4, 5, 6, 7, 8], placement: placement.code, group: .decisioned, agentOn: isOn,
          action: BanditSamples.actions[action].code, propensity: units(q * on[action] + (1 - q) * off[action]),
          propensityOff: units(off[action]), propensityOn: units(on[action]), at: BanditSamples.t,
          context: ContextCode(codes: [1]), subject: "c\(person)")
        let isClicked = random.unit() < rates[action] + willing
        let term = AgentLift.term(receipt, reward: isClicked ? 1 : 0, baseline: 0.05, lowest: 0)
        lift.add(try #require(term), weight: 1, isFirst: countsAll || visit == 0)
      }
    }
    return lift
  }

  /// An agent that does nothing, for people of whom a few click at nearly every visit: 300 stores, looked at always.
  @Test func whatDoesNoHarmIsSeldomSwitchedOff() throws {
    var random = SplitMix64(seed: 91)
    let proven = try (0..<300).count { _ in
      try AgentLiftTests.lift(people: 1_500, rates: [0.05, 0.05], clings: 0.1, &random).doesHarm
    }
    #expect(proven <= 15, "\(proven) of 300")
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

  /// Each term lies within the bound that is known before the reward is.
  @Test func boundsHold() throws {
    var random = SplitMix64(seed: 94)
    let placement = try #require(AgentLiftTests.placement)
    for _ in 0..<2_000 {
      func units() -> UInt64 { 1 + random.next() % (Propensity.one - 1) }
      let receipt = Receipt(
        cycle: 1, decision: [1, 2, 3, 4, 5, 6, 7, 8], placement: placement.code, group: .decisioned, agentOn: false,
        action: 1, propensity: units(), propensityOff: units(), propensityOn: units(), at: BanditSamples.t,
        context: ContextCode(codes: [1]), subject: "c")
      let lowest = random.oneIn(2) ? 0.0 : -1
      let baseline = lowest + (1 - lowest) * random.unit()
      let reward = lowest + (1 - lowest) * random.unit()
      guard let term = AgentLift.term(receipt, reward: reward, baseline: baseline, lowest: lowest) else { continue }
      #expect(abs(term.value) <= term.bound)
    }
  }
}
