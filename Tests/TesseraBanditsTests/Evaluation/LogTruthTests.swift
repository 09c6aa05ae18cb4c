import TesseraBandits
import Testing

/// A log whose truth is known: people of six kinds, four actions, and a policy that prefers some actions by kind.
struct LogWorld {
  static let actions = 4
  private static let kinds = 6

  private static func rate(_ kind: Int, _ action: Int) -> Double {
    // The third kind likes the first action most of all, which few others like.
    0.05 + 0.08 * Double(action) + 0.06 * Double((kind * 5 + action * 3) % 4) + (kind == 3 && action == 0 ? 0.3 : 0)
  }

  private static func propensity(_ kind: Int, _ action: Int) -> Double { [0.1, 0.2, 0.3, 0.4][(kind + action) % 4] }

  /// The policy to be judged: mostly what is best for the kind.
  private static func target(_ kind: Int, _ action: Int) -> Double {
    let best = (0..<actions).max { rate(kind, $0) < rate(kind, $1) }
    return action == best ? 0.7 : 0.1
  }

  private static func mean(_ share: (_ kind: Int, _ action: Int) -> Double) -> Double {
    var sum = 0.0
    for kind in 0..<kinds { for action in 0..<actions { sum += share(kind, action) * rate(kind, action) } }
    return sum / Double(kinds)
  }

  /// What a policy would earn a row of everyone that there is.
  static func truth(_ policy: String) -> Double {
    switch policy {
    case "uniform": mean { _, _ in 0.25 }
    case "target": mean(target)
    default: mean { _, action in action == 3 ? 1 : 0 }
    }
  }

  static func log(seed: UInt64, rows: Int, scale: Double = 1) throws -> LoggedTable {
    var random = SplitMix64(seed: seed)
    var text = "action,propensity,reward,target,age,city\n"
    for _ in 0..<rows {
      let kind = random.below(kinds)
      var (action, point) = (0, random.unit())
      while point >= propensity(kind, action), action < actions - 1 {
        point -= propensity(kind, action)
        action += 1
      }
      let reward = random.unit() < rate(kind, action) ? scale : 0
      text += "a\(action),\(propensity(kind, action)),\(reward),\(target(kind, action)),\(kind % 3),c\(kind / 3)\n"
    }
    return try LoggedTable.read(text)
  }
}

@Suite struct LogTruthTests {
  /// Nineteen in twenty is what 95 % intervals promise; of 15 with fixed seeds at least 13 must do.
  @Test(arguments: ["uniform", "best", "target"]) func intervalsHoldTheTruth(_ policy: String) throws {
    let truth = LogWorld.truth(policy)
    let names: [OffPolicyEstimator] = policy == "target" ? [.ips, .snips] : [.ips, .snips, .dr, .selfNormalizedDR]
    var inside = [Int](repeating: 0, count: names.count)
    var errors = inside.map { _ in 0.0 }
    for seed in 1...15 as ClosedRange<UInt64> {
      let evaluation = try LogEvaluation(try LogWorld.log(seed: seed, rows: 1_200), .init(policy: policy))
      #expect(evaluation.warnings == [])
      for (i, name) in names.enumerated() {
        let estimate = try #require(evaluation[name])
        inside[i] += estimate.value.interval.contains(truth) ? 1 : 0
        errors[i] += estimate.value.standardError
        #expect(estimate.sequence.contains(truth))
      }
    }
    #expect(inside.allSatisfy { $0 >= 13 }, "\(inside)")
    // A reward model makes them narrower.
    if names.count > 2 { #expect(errors[2] < errors[0] && errors[3] < errors[0]) }
  }

  /// The best single action is found, and a policy that looks at people does better than any single one.
  @Test func theBestIsFound() throws {
    let table = try LogWorld.log(seed: 40, rows: 6_000)
    let best = try LogEvaluation(table, .init(policy: "best"))
    #expect(best.notes.contains("The best single action is a3 in both halves."))
    let (greedy, single) = (
      try #require(try LogEvaluation(table, .init(policy: "greedy"))[.dr]), try #require(best[.dr])
    )
    #expect(greedy.value.value > single.value.value && single.gain.interval.lower > 0)
  }

  /// In another unit the numbers are the same in that unit: rewards of 0 and 40 are no clicks, and are learned as
  /// money.
  @Test func theUnitOfTheRewardsDoesNotMatter() throws {
    let tables = try [1, 40, -0.001].map { try LogWorld.log(seed: 41, rows: 2_000, scale: $0) }
    let all = try tables.map { try LogEvaluation($0, .init(policy: "best")) }
    let (base, baseDR) = (try #require(all[0][.ips]).value, try #require(all[0][.dr]).value)
    for (evaluation, scale) in zip(all, [1.0, 40]) {
      let (ips, dr) = (try #require(evaluation[.ips]).value, try #require(evaluation[.dr]).value)
      #expect(abs(ips.value / scale - base.value) < 1e-9)
      #expect(abs(dr.value / scale - baseDR.value) < 0.3 * dr.standardError / scale)
    }
    // Losses: the best action is the one that loses least.
    #expect(all[2].notes.contains { $0.contains("a0") })
    #expect(try #require(all[2][.dm]).value.value < 0)
  }
}
