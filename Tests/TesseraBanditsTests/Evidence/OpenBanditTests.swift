import TesseraBandits
import Testing

/// Number for number what the Open Bandit Pipeline 0.5.7 says of the same files.
@Suite(.enabled(if: OpenBanditLog.folder != nil, OpenBanditLog.absent))
struct OpenBanditTests {
  @Test(arguments: [
    (campaign: "men", ips: 0.004_533_56, snips: 0.004_604_23), ("women", 0.006_813_47, 0.006_810_97),
  ])
  func sameNumbersAsTheirs(campaign: String, ips: Double, snips: Double) throws {
    var evaluation = OffPolicy()
    for row in try OpenBanditLog(campaign).rows { evaluation.add(row) }
    #expect(evaluation.persons == 10_000 && evaluation.support.unusableRows == 0)
    let (weighted, normalized) = (try #require(evaluation.estimate(.ips)), try #require(evaluation.estimate(.snips)))
    #expect(abs(weighted.value - ips) < 6e-9)
    #expect(abs(normalized.value - snips) < 6e-9)
    // On the policy itself 69 and 46 of 10,000 were clicked: what is true is known to ±0.0016 and ±0.0013.
    let (truth, slack) = campaign == "men" ? (0.0069, 0.0016) : (0.0046, 0.0013)
    for interval in [weighted.interval, normalized.interval] {
      #expect(interval.lower < truth + slack && interval.upper > truth - slack)
    }
    #expect(weighted.warnings == [] && normalized.warnings == [])
  }

  /// The README of the reference has [.0025, .0070] for men, by resampling.
  @Test func intervalIsTheResampledOne() throws {
    var evaluation = OffPolicy()
    for row in try OpenBanditLog("men").rows { evaluation.add(row) }
    let interval = try #require(evaluation.estimate(.ips)).interval
    #expect(abs(interval.lower - 0.0025) < 3e-4 && abs(interval.upper - 0.0070) < 6e-4, "\(interval)")
  }
}
