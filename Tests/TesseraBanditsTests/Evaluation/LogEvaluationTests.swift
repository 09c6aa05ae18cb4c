import TesseraBandits
import TesseraModel
import Testing

@Suite struct LogEvaluationTests {
  private func evaluation(
    _ text: String, _ policy: String, holdout: Bool = false, clip: Double = .infinity
  ) throws -> LogEvaluation {
    var rules = LogEvaluation.Rules(policy: policy)
    (rules.isHoldout, rules.clip) = (holdout, clip)
    return try LogEvaluation(try LoggedTable.read(text), rules)
  }

  private func values(_ evaluation: LogEvaluation) throws -> (ips: Double, snips: Double) {
    (try #require(evaluation[.ips]).value.value, try #require(evaluation[.snips]).value.value)
  }

  /// Weights 1, 1, 2 and ⅔.
  @Test func uniformByHand() throws {
    let text = "action,propensity,reward\na,0.5,1\nb,0.5,0\na,0.25,1\nb,0.75,1\n"
    let whole = try evaluation(text, "uniform")
    let (ips, snips) = try values(whole)
    #expect(abs(ips - 11.0 / 12) < 1e-12 && abs(snips - 11.0 / 14) < 1e-12)
    #expect(try #require(whole.logged).value == 0.75 && whole.rows == 4 && whole.persons == 4)
    #expect(abs(try #require(whole[.ips]).gain.value - 1.0 / 6) < 1e-12)
    let clipped = try evaluation(text, "uniform", clip: 1)
    #expect(abs(try values(clipped).ips - 8.0 / 12) < 1e-12)
    #expect(clipped.clip == 1)
    #expect(try #require(clipped[.ips]).value.support.clippedShare == 0.25)
  }

  /// By the mean of what was seen a is the best of the first seven, by weights of 1/p it is b: 2.5/8.25 to 1.25/8.25.
  @Test func bestByHand() throws {
    let text = """
      action,propensity,reward
      a,0.8,1
      a,0.2,0
      b,0.8,0
      b,0.4,1
      b,0.4,0
      a,0.5,0
      b,0.5,0
      b,0.5,1
      a,0.5,1
      b,0.25,0
      """
    let held = try evaluation(text, "best", holdout: true)
    #expect(held.rows == 3 && held.notes.contains("The best single action is b."))
    let (ips, snips) = try values(held)
    #expect(abs(ips - 2.0 / 3) < 1e-12 && abs(snips - 1.0 / 3) < 1e-12)
    #expect(abs(try #require(held.logged).value - 2.0 / 3) < 1e-12)
    #expect(try #require(held[.ips]).value.support.missingShare == 0)
  }

  /// Weights ½, 2, 0 and 1; there is no more of the policy, so no reward model can be asked about it.
  @Test func targetByHand() throws {
    let text = "action,propensity,reward,target\na,0.5,4,0.25\nb,0.5,-1,1\na,0.25,9,0\nb,1,2,1\n"
    let whole = try evaluation(text, "target")
    let (ips, snips) = try values(whole)
    #expect(abs(ips - 0.5) < 1e-12 && abs(snips - 2 / 3.5) < 1e-12)
    #expect(whole[.dm] == nil && whole[.dr] == nil && whole.estimates.count == 2)
    #expect(whole.notes.contains { $0.hasPrefix("dm and dr need the whole distribution") })
    let half = try evaluation(text, "target", holdout: true)
    #expect(abs(try values(half).ips - 1) < 1e-12)
    #expect(half.rows == 2)
  }

  /// What is logged alike and judged as alike weighs 1 everywhere, so that the mean is the log's to the last bit.
  @Test func uniformOfAUniformLogIsTheLog() throws {
    var random = SplitMix64(seed: 34)
    for actions in [2, 3, 7] {
      var text = "action,reward,x\n"
      for row in 0..<600 {
        text += "a\(row < actions ? row : random.below(actions)),\(random.below(1_000)).\(random.below(100)),"
        text += "x\(random.below(5))\n"
      }
      let columns = try LogColumns(parsing: "propensity=1/\(actions)")
      let whole = try LogEvaluation(try LoggedTable.read(text, columns: columns), .init(policy: "uniform"))
      let logged = try #require(whole.logged)
      for estimator in [OffPolicyEstimator.ips, .snips] {
        let estimate = try #require(whole[estimator])
        #expect(estimate.value.value == logged.value && estimate.gain.value == 0 && estimate.gain.standardError < 1e-9)
        #expect(abs(estimate.value.standardError - logged.standardError) < 1e-9 * logged.standardError)
        #expect(estimate.value.support.weightMax == 1 && estimate.value.support.effectiveSampleSize == 600)
      }
      #expect(whole.warnings == [])
    }
  }

  /// A person's rows say no more than they would as one: doubled they give the same interval.
  @Test func rowsOfAPersonAreNotIndependent() throws {
    var random = SplitMix64(seed: 35)
    let heading = "action,propensity,reward,target,person\n"
    var (once, twice, apart) = (heading, heading, heading)
    for person in 0..<300 {
      let row = "a\(random.below(2)),0.5,\(random.below(3)),\(Double(random.below(5)) / 4)"
      once += row + ",p\(person)\n"
      twice += row + ",p\(person)\n" + row + ",p\(person)\n"
      apart += row + ",p\(person)\n" + row + ",q\(person)\n"
    }
    let errors = try [once, twice, apart].map { text in
      try #require(try evaluation(text, "target")[.snips]).value.standardError
    }
    #expect(abs(errors[0] - errors[1]) < 1e-12 && errors[2] < 0.75 * errors[1])
    #expect(try [twice, apart].map { try evaluation($0, "target").persons } == [300, 600])
  }

  /// What was learned of a policy and of rewards comes from other rows: pure chance looks like no gain.
  @Test(arguments: [false, true]) func chanceIsNotPraised(holdout: Bool) throws {
    var (gap, variance, praise) = (0.0, 0.0, 0.0)
    for seed in 1...10 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var text = "action,reward,x,y\n"
      for _ in 0..<1_200 {
        text += "a\(random.below(6)),\(random.oneIn(5)),x\(random.below(4)),y\(random.below(4))\n"
      }
      let columns = try LogColumns(parsing: "propensity=1/6")
      var rules = LogEvaluation.Rules(policy: "greedy")
      rules.isHoldout = holdout
      let greedy = try LogEvaluation(try LoggedTable.read(text, columns: columns), rules)
      let (dr, dm) = (try #require(greedy[.dr]).value, try #require(greedy[.dm]).value)
      gap += dr.value - 0.2
      variance += dr.standardError * dr.standardError
      praise += dm.value - 0.2
    }
    #expect(gap.magnitude < 2.5 * variance.squareRoot(), "\(gap / 10)")
    // The model does praise it: that is what the note of dm is about.
    #expect(praise / 10 > 0.02 && praise > 2 * gap)
  }

  /// Halves are made of people, not of lines, so that another order of the lines gives the same halves.
  @Test func theOrderOfTheRowsDoesNotMatter() throws {
    var random = SplitMix64(seed: 38)
    let rows = (0..<500).map { row in
      "a\(random.below(3)),0.3,\(random.oneIn(3)),p\(row % 200),x\(random.below(4))\n"
    }
    let values = try [rows, random.shuffled(rows)].map { rows in
      let whole = try evaluation("action,propensity,reward,person,x\n" + rows.joined(), "greedy")
      return (try #require(whole[.dr]).value.value, try #require(whole[.dr]).value.standardError)
    }
    #expect(abs(values[0].0 - values[1].0) < 1e-12 && abs(values[0].1 - values[1].1) < 1e-12)
  }

  /// What was true of the first rows is not of the last ones: the reward model does not know, and that is said.
  @Test func aModelThatIsOffIsNoticed() throws {
    var random = SplitMix64(seed: 39)
    var text = "action,propensity,reward\n"
    for row in 0..<1_000 { text += "a\(random.below(2)),0.5,\(random.oneIn(row < 700 ? 20 : 3))\n" }
    let (held, whole) = (try evaluation(text, "uniform", holdout: true), try evaluation(text, "uniform"))
    #expect(
      held.warnings.count == 1 && held.warnings[0].hasPrefix("dm: Of what was logged the reward model expects 0.0"))
    #expect(whole.warnings == [])
  }

  @Test func everyPolicyIsJudged() throws {
    var random = SplitMix64(seed: 36)
    var text = "action,propensity,reward,target,x\n"
    for _ in 0..<300 { text += "a\(random.below(3)),0.333,\(random.oneIn(3)),0.2,x\(random.below(3))\n" }
    #expect(Set(PolicyRegistry.names).isSubset(of: LogEvaluation.policyNames))
    for policy in LogEvaluation.policyNames {
      for holdout in [false, true] {
        let (one, again) = (
          try evaluation(text, policy, holdout: holdout), try evaluation(text, policy, holdout: holdout)
        )
        #expect(one.rows == (holdout ? 90 : 300) && one.policy == policy)
        #expect(one.estimates.count == (policy == "target" ? 2 : 5))
        #expect(one.json == again.json)
      }
    }
  }

  @Test func theReportHasEverything() throws {
    var random = SplitMix64(seed: 37)
    var text = "action,propensity,reward,x\na,2,1,x\n"
    for _ in 0..<1_500 { text += "a\(random.below(2)),0.5,\(random.oneIn(4)),x\(random.below(3))\n" }
    let json = try evaluation(text, "best").json
    #expect(json["rows"]?.integer == 1_500 && json["rejected"]?.integer == 1 && json["actions"]?.integer == 2)
    #expect(json["contexts"]?.integer == 3 && json["clip"] == .null && json["policy"] == "best")
    #expect(json["warnings"]?.elements?.first?.text?.hasPrefix("Left out: 1 of 1") == true)
    #expect(json["logged"]?["value"]?.double != nil)
    let estimates = try #require(json["estimates"]?.elements)
    #expect(estimates.compactMap { $0["estimator"]?.text } == ["ips", "snips", "dm", "dr", "dr_sn"])
    for estimate in estimates {
      let numbers = ["sequence_low", "low", "value", "high", "sequence_high"].compactMap { estimate[$0]?.double }
      #expect(numbers.count == 5 && numbers == numbers.sorted(), "\(estimate)")
      for name in ["standard_error", "effective_sample_size", "weight_max", "clipped", "missing_support", "gain"] {
        #expect(estimate[name]?.double != nil, "\(name)")
      }
    }
    // Before a thousand people a sequence says nothing.
    let short = try evaluation("action,propensity,reward\n" + "a,0.5,1\nb,0.5,0\n", "uniform").json
    #expect(short["estimates"]?.elements?.first?["sequence_low"] == .null)
  }

  /// An action that was never logged where the policy is judged has no weight there, and is said to be missing.
  @Test func whatWasNeverTriedIsMissing() throws {
    var text = "action,propensity,reward\n"
    for row in 0..<100 { text += row < 70 ? "a\(row % 4),0.25,0\n" : "a\(row % 2),0.5,1\n" }
    let held = try evaluation(text, "uniform", holdout: true)
    #expect(try #require(held[.ips]).value.support.missingShare == 0.5)
    #expect(held.warnings.contains { $0.hasPrefix("ips: 50\u{202F}% of what this policy would do was never tried") })
  }

  @Test func questionsThatCannotBeAnsweredAreExplained() throws {
    let small = "action,propensity,reward\na,0.5,1\n"
    var wide = "action,propensity,reward,target\n"
    for row in 0..<400 { wide += "a\(row % 200),0.005,\(row % 3),0.01\n" }
    let errors = [
      (small, "thomson", "did you mean \"thompson\"?"), (small, "target", "needs a column target"),
      (small, "greedy", "too small"), (small, "best", "it has 1 person"),
      (wide, "thompson", "the learner takes 128 at most"),
    ]
    for (text, policy, part) in errors {
      do {
        _ = try evaluation(text, policy)
        Issue.record("judged \(policy)")
      } catch { #expect("\(error)".contains(part), "\(error)") }
    }
    let bare = try evaluation(wide, "best")
    #expect(bare.estimates.count == 2 && bare.notes.contains { $0.contains("128 actions at most") })
    #expect(try evaluation(small, "uniform").rows == 1)
  }
}
