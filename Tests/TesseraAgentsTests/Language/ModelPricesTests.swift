import TesseraAgents
import TesseraModel
import Testing

@Suite struct ModelPricesTests {
  let prices = ModelPrices.builtin
  let now = (try? Instant(parsing: "2026-11-25")) ?? Instant(milliseconds: 0)

  @Test func builtinRows() {
    #expect(prices.rows.count == 7)
    #expect(prices.row("claude-haiku-5-5", at: now)?.cacheWrite1h == 200_000)
    #expect(prices.row("claude-fable-5-1", at: now)?.cacheRead == 1_000_000)
  }

  /// In nano-dollars: a token of haiku's input costs 100, of its output 500.
  @Test func exactCost() {
    let usage = ModelUsage(input: 10, cacheWrite5m: 20, cacheWrite1h: 30, cacheRead: 40, output: 50)
    let cost = 10 * 100 + 20 * 125 + 30 * 200 + 40 * 10 + 50 * 500
    #expect(prices.cost(usage, model: "claude-haiku-5-5", at: now) == cost)
    #expect(prices.cost(usage, model: "claude-haiku-5-5", isBatch: true, at: now) == cost / 2)
    // 5 nano-dollars a token, halved and rounded up
    let odd = ModelPrices(rows: [row(input: 5_001)])
    #expect(odd.cost(ModelUsage(input: 1), model: "m", at: now) == 6)
    #expect(odd.cost(ModelUsage(input: 1), model: "m", isBatch: true, at: now) == 3)
    #expect(odd.cost(ModelUsage(), model: "m", at: now) == 0)
  }

  @Test func longPrompts() {
    let haiku = "claude-haiku-5-5"
    #expect(prices.cost(ModelUsage(input: 100_000, output: 1), model: haiku, at: now) == 100_000 * 100 + 500)
    let long = ModelUsage(input: 1, cacheRead: 100_000, output: 1)
    #expect(prices.cost(long, model: haiku, at: now) == 5 * (100 + 100_000 * 10 + 500), "on every token")
    #expect(
      prices.cost(ModelUsage(input: 100_001), model: "claude-sonnet-5-5", at: now) == 100_001 * 2_000)
  }

  @Test func reserve() {
    func reserved(_ isBatch: Bool) -> Int? {
      prices.reserve(
        promptTokensEstimate: 1_000, outputTokensMax: 4_000, model: "claude-haiku-5-5", isBatch: isBatch, at: now)
    }
    #expect(reserved(false) == 1_000 * 125 + 4_000 * 500)
    #expect(reserved(true) == (1_000 * 200 + 4_000 * 500) / 2)
    let usage = ModelUsage(input: 500, cacheWrite5m: 500, output: 4_000)
    #expect(prices.cost(usage, model: "claude-haiku-5-5", at: now) ?? .max <= reserved(false) ?? 0)
    #expect(TokenEstimate.tokens(bytes: 5) == 2 && TokenEstimate.tokens(bytes: 6) == 3)
  }

  @Test func names() {
    #expect(prices.row("gpt-6-luna-2026-10-01", at: now)?.model == "gpt-6-luna")
    #expect(prices.row("claude-haiku-5-5-20261001", at: now)?.model == "claude-haiku-5-5")
    #expect(prices.row("claude-haiku-5-5-latest", at: now) != nil)
    #expect(prices.row("gpt-6-luna-pro", at: now) == nil && prices.row("gpt-6", at: now) == nil)
    #expect(prices.cost(ModelUsage(input: 1), model: "unknown", at: now) == nil)
    #expect(prices.reserve(promptTokensEstimate: 1, outputTokensMax: 1, model: "unknown", at: now) == nil)
    #expect(prices.row("gpt-6-luna", at: Instant(milliseconds: 0)) == nil, "nothing is known of that time")
  }

  @Test func configuration() throws {
    let later: JSONValue = [
      ["model": "gpt-6-luna", "from": "2026-12-01", "input": "0.2", "output": 1],
      ["model": "home", "from": "2026-01-01", "input": 0, "output": 0],
    ]
    let all = try prices.extended(with: later, path: "agents.prices")
    #expect(all.row("gpt-6-luna", at: now)?.input == 100_000)
    let december = try Instant(parsing: "2026-12-01")
    #expect(all.row("gpt-6-luna", at: december)?.input == 200_000)
    #expect(all.row("gpt-6-luna", at: december)?.cacheRead == 20_000)
    #expect(all.cost(ModelUsage(input: 9), model: "home", at: now) == 0)
    #expect(try prices.extended(with: nil, path: "") == prices)
  }

  @Test(arguments: [
    (#"[{"from":"2026-01-01","input":1,"output":1}]"#, "prices[0].model: is missing"),
    (#"[{"model":"m","from":"x","input":1,"output":1}]"#, "prices[0].from: must be a day like 2026-10-01"),
    (#"[{"model":"m","from":"2026-01-01","input":1}]"#, "prices[0].output: is missing"),
    (#"{}"#, "prices: must be a list"),
  ])
  func mistakes(_ text: String, _ message: String) {
    do throws(ConfigurationError) {
      _ = try ModelPrices(text: text)
      Issue.record("accepted")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test func finePricesAreRefused() {
    let text = #"[{"model":"m","from":"2026-01-01","input":0.0000001,"output":1}]"#
    #expect(throws: ConfigurationError.self) { try ModelPrices(text: text) }
  }

  func row(input: Int) -> ModelPrices.Row {
    let text = #"[{"model":"m","from":"2026-01-01","input":0,"output":0}]"#
    let base = try? ModelPrices(text: text.replacing("\"input\":0", with: "\"input\":0.00\(input)"))
    return base?.rows.first ?? prices.rows[0]
  }
}
