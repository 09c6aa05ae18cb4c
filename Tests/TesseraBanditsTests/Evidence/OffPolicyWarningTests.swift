import TesseraBandits
import Testing

@Suite struct OffPolicyWarningTests {
  private func estimate(
    _ rows: [LoggedRow], _ estimator: OffPolicyEstimator = .ips, clip: Double = .infinity
  ) throws -> OffPolicyEstimate {
    var evaluation = OffPolicy(clip: clip)
    for row in rows { evaluation.add(row) }
    return try #require(evaluation.estimate(estimator))
  }

  /// Half the rows rewarded.
  private func rows(
    _ count: Int, propensity: Double = 0.5, target: Double = 0.5, missing: Double = 0
  ) -> [LoggedRow] {
    (0..<count).map {
      LoggedRow(
        reward: Double($0 % 2), propensity: propensity, targetProbability: target,
        model: .init(logged: 0.5, target: 0.5), unsupportedShare: missing)
    }
  }

  @Test func nothingIsSaidOfAGoodLog() throws {
    for estimator in [OffPolicyEstimator.ips, .snips, .dr, .selfNormalizedDR] {
      #expect(try estimate(rows(1_000), estimator).warnings == [])
    }
  }

  @Test func smallSamples() throws {
    let heavy = rows(12_345, target: 0) + rows(37, propensity: 0.01, target: 0.01)
    #expect(
      try estimate(heavy).warnings.first == "The effective sample size is 37 of 12\u{202F}382: do not decide on this.")
  }

  @Test func whatWasNeverTried() throws {
    let some = rows(1_000, target: 0.44, missing: 0.12)
    func warning(_ estimator: OffPolicyEstimator) throws -> String? { try estimate(some, estimator).warnings.first }
    let start = "12\u{202F}% of what this policy would do was never tried in the log: "
    #expect(try warning(.dr) == start + "the number there is the model's guess.")
    #expect(try warning(.ips) == start + "it is counted as earning nothing.")
    #expect(try warning(.snips) == start + "it is counted as earning what the rest does.")
    #expect(try estimate(rows(1_000, target: 0.496, missing: 0.008)).warnings == [])
  }

  @Test func aHeavyRow() throws {
    let heavy = rows(1_000) + rows(1, propensity: 0.001, target: 0.2)
    #expect(
      try estimate(heavy).warnings.contains(
        "A single exposure carries 17\u{202F}% of the weight: chance in it moves the whole number."))
  }

  @Test func fewRewards() throws {
    let none = Array(repeating: LoggedRow(reward: 0, propensity: 0.5, targetProbability: 0.5), count: 1_000)
    #expect(try estimate(none).warnings == ["No exposure that counts was rewarded: there is no interval yet."])
    #expect(
      try estimate(none + rows(14)).warnings == [
        "Only 7 exposures that count were rewarded: the interval is rough."
      ])
    #expect(
      try estimate(none + rows(2)).warnings == ["Only 1 exposure that counts was rewarded: the interval is rough."])
  }

  @Test func clipping() throws {
    let some = rows(1_000) + rows(20, propensity: 0.1, target: 0.5)
    let warning = try #require(try estimate(some, clip: 2).warnings.first)
    #expect(warning.hasPrefix("2.0\u{202F}% of the exposures would weigh more than 2.0 and were counted at that"))
  }

  @Test func propensitiesThatDidNotServe() throws {
    var random = SplitMix64(seed: 43)
    let off = (0..<1_000).map { _ in
      LoggedRow(reward: 1, propensity: 0.4 + 0.2 * random.unit(), targetProbability: 0.6)
    }
    let warning = try #require(try estimate(off).warnings.first)
    #expect(warning.hasPrefix("The weights average 1.2") && warning.contains("instead of 1.00"))
  }

  @Test func unusableRowsAndTheModelAlone() throws {
    let bad = LoggedRow(reward: 1, propensity: 0, targetProbability: 0.5)
    #expect(
      try estimate(rows(1_000) + [bad, bad], .dm).warnings == [
        "This number is the model's guess alone: the interval leaves out how wrong the model may be.",
        "2 rows of the log are not counted: no propensity above 0 was logged, or a number makes no sense.",
      ])
  }
}
