import TesseraAgents
import TesseraModel
import Testing

@testable import TesseraRuntime

/// What looks cost, from what was measured.
@Suite struct AgentEconomicsTests {
  private static func run(
    segments: Int, hasTools: Bool = false, _ usages: [ModelUsage], cost: Int = 0
  ) -> AgentRunRecord {
    let looked = (0..<segments).map { i in
      AgentRunRecord.Looked(
        segment: "s_\(i)", label: "", gate: .never, value: 0, digest: "", accepted: AcceptedAnswer(segment: "s_\(i)"))
    }
    let exchanges = usages.map {
      AgentRunRecord.Exchange(
        request: [], response: "", attempts: 1, milliseconds: 1, end: "end", usage: $0, cost: cost / usages.count)
    }
    return AgentRunRecord(
      id: "run", cycle: 1, at: Instant(milliseconds: 0), author: "m", contract: "", hasTools: hasTools,
      segments: looked, tools: [], exchanges: exchanges, shop: "")
  }

  private static let shared = run(
    segments: 4, [ModelUsage(input: 800, cacheWrite5m: 100, cacheRead: 900, output: 400)], cost: 8_000)
  private static let alone = run(segments: 1, [ModelUsage(input: 300, cacheRead: 1_200, output: 90)])
  private static let asked = run(
    segments: 1, hasTools: true,
    [ModelUsage(input: 300, cacheRead: 1_000, output: 50), ModelUsage(input: 500, cacheRead: 1_000, output: 70)],
    cost: 30_000)

  @Test func whatSegmentsShareIsDividedAndWhatAllCallsBeginWithIsNot() throws {
    let tokens = try #require(LookTokens(measured: [Self.shared]))
    #expect(tokens.prefix == 1_000 && tokens.own == 200 && tokens.output == 100 && tokens.measured == 4)
  }

  @Test func looksByThemselvesSayMoreOfOneCall() throws {
    let all = try #require(LookTokens(measured: [Self.shared, Self.asked, Self.alone]))
    #expect(all.prefix == 1_200 && all.own == 300 && all.output == 90 && all.measured == 1)
    let asked = try #require(LookTokens(measured: [Self.shared, Self.asked]))
    #expect(asked.prefix == 2_000 && asked.own == 800 && asked.output == 120)
    #expect(LookTokens(measured: []) == nil && LookTokens(measured: [Self.run(segments: 1, [])]) == nil)
  }

  @Test func anHourHasSoManyLooksWithToolsAndTheRestShares() throws {
    let price = try #require(
      ModelPrices.builtin.row("claude-haiku-5-5", at: Instant(milliseconds: 1_795_600_000_000)))
    let cost = LookCost([Self.shared, Self.asked, Self.alone], estimate: nil, price: price, together: 5)
    #expect(cost.isSharedMeasured && cost.isWithToolsMeasured)
    #expect(abs(cost.withTools - 30e-6) < 1e-12 && abs(cost.shared - 2e-6) < 1e-12)
    #expect(abs(cost.hour(looks: 100, withToolsMax: 20) - (20 * 30e-6 + 80 * 2e-6)) < 1e-12)
    #expect(abs(cost.hour(looks: 5, withToolsMax: 20) - 5 * 30e-6) < 1e-12)
    let tokens = LookTokens(prefixBytes: 30_000, digestBytes: 3_000)
    // Ten thousand tokens from the cache, a thousand read, 540 written.
    #expect(abs(tokens.alone(price, isCached: true) - (10_000 * 0.01 + 1_000 * 0.1 + 540 * 0.5) / 1e6) < 1e-12)
    #expect(abs(tokens.alone(price, isCached: false) - (11_000 * 0.1 + 540 * 0.5) / 1e6) < 1e-12)
    #expect(tokens.shared(price, together: 15) < tokens.alone(price, isCached: true))
    let guessed = LookCost([], estimate: tokens, price: price, together: 15)
    #expect(!guessed.isSharedMeasured && guessed.withTools > guessed.shared && guessed.shared > 0)
  }

  @Test func reportsAddUpAndTroublesAreCounted() {
    func report(_ cycle: Int, _ trouble: String?) -> JSONValue {
      [
        "cycle": .integer(cycle), "customers_active": 100, "segments_decided": 10,
        "agent": [
          "looked": 3, "runs": 2, "tokens_in": 500, "cost": .double(0.006), "why_skipped": ["unchanged": 7],
          "trouble": .optional(trouble),
        ],
      ]
    }
    let tally = AgentTally([report(3, "busy"), report(2, "busy"), report(1, nil), ["cycle": 0]])
    #expect(tally.cycles == 3 && tally.looked == 9 && tally["tokens_in"] == 1_500)
    #expect(abs((tally.costPerLook ?? 0) - 0.002) < 1e-9 && abs((tally.costPerHour ?? 0) - 0.006) < 1e-9)
    #expect(abs((tally.costPerCustomer ?? 0) - 0.000_06) < 1e-9)
    #expect(tally.troubles.map(\.cycles) == [2] && tally.troubles.first?.last == 3)
    #expect(tally.json["why_skipped"]?["unchanged"] == 21)
    #expect(AgentTally([]).costPerHour == nil)
  }
}
