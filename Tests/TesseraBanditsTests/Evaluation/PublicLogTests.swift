import TesseraBandits
import Testing

/// What is known of public experiments comes out again, from the files as they are.
@Suite(.enabled(if: PublicLog.folder != nil, PublicLog.absent))
struct PublicLogTests {
  /// Saito, Aihara, Matsutani and Narita 2020: number for number what the Open Bandit Pipeline 0.5.7 says of `bts`.
  @Test(arguments: [
    (campaign: "men", ips: 0.004_533_56, snips: 0.004_604_23), ("women", 0.006_813_47, 0.006_810_97),
  ])
  func openBanditAsTheirs(campaign: String, ips: Double, snips: Double) throws {
    var target: [Substring: Substring] = [:]
    for line in try PublicLog.lines("open_bandit_sample/bts_action_dist_\(campaign).csv").dropFirst() {
      guard let comma = line.lastIndex(of: ",") else { continue }
      target[line[..<comma]] = line[line.index(after: comma)...]
    }
    var text = "item_id,position,click,propensity_score,target\n"
    for line in try PublicLog.lines("open_bandit_sample/random_\(campaign).csv.gz").dropFirst() {
      // row, timestamp, item_id, position, click, propensity_score
      let fields = line.split(separator: ",", maxSplits: 6, omittingEmptySubsequences: false)
      let key = Substring(fields[2] + "," + fields[3])
      text += "\(key),\(fields[4]),\(fields[5]),\(try #require(target[key]))\n"
    }
    let columns = try LogColumns(parsing: "action=item_id,propensity=propensity_score,reward=click")
    let evaluation = try LogEvaluation(try LoggedTable.read(text, columns: columns), .init(policy: "target"))
    #expect(evaluation.rows == 10_000 && evaluation.warnings == [])
    #expect(abs(try #require(evaluation[.ips]).value.value - ips) < 6e-9)
    #expect(abs(try #require(evaluation[.snips]).value.value - snips) < 6e-9)
  }

  /// Hillstrom 2008: of three e-mails, each to a third, the one for men brought 18.2 % to the shop.
  @Test func hillstromFindsTheEMailForMen() throws {
    let table = try PublicLog.table(
      "hillstrom/hillstrom_dev.csv.gz",
      "action=segment,propensity=1/3,reward=visit,context=mens,context=zip_code,context=channel")
    #expect(table.count == 44_821 && table.actions.count == 3)
    let best = try LogEvaluation(table, .init(policy: "best"))
    #expect(best.notes.contains("The best single action is Mens E-Mail in both halves."))
    let dr = try #require(best[.dr])
    #expect(abs(dr.value.value - 0.182) < 0.003 && abs(dr.value.standardError - 0.0031) < 2e-4, "\(dr.value.value)")
    #expect(abs(try #require(best[.snips]).value.value - 0.182_024_876) < 1e-9)
    #expect(dr.gain.interval.lower > 0.03 && best.warnings == [])
  }

  /// Karlan and List 2007: a third got the control letter, the rest one of 36 offers. Nothing is wrong with that log,
  /// and nothing can be won with it.
  @Test func charitableGivingHasNothingWrong() throws {
    let table = try PublicLog.table(
      "charitable_giving/charitable_giving_dev.csv.gz",
      "action=arm,reward=gave,context=female,context=ratio,context=size,context=ask")
    #expect(table.count == 34_954 && table.actions.count == 37)
    let uniform = try LogEvaluation(table, .init(policy: "uniform"))
    #expect(uniform.warnings == [])
    #expect(uniform.notes.contains("Left out of the context: ratio, size, ask (they follow from the action)."))
    let dr = try #require(uniform[.dr])
    // 1.84 % of the controls gave, and 2.21 % of the others.
    #expect(dr.value.interval.contains((0.0184 + 36 * 0.0221) / 37), "\(dr.value.interval)")
    #expect(dr.value.support.missingShare == 0 && dr.value.standardError < 0.001)
  }
}
