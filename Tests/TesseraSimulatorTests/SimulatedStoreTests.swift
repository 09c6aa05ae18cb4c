import TesseraModel
import TesseraSimulator
import Testing

@Suite struct SimulatedStoreTests {
  private let end = Instant(milliseconds: 1_780_000_000_000)

  @Test func theSameSeedMakesTheSameStore() {
    let a = SimulatedStore(customers: 200, seed: 3, endingAt: end).history().map(\.body)
    let b = SimulatedStore(customers: 200, seed: 3, endingAt: end).history().map(\.body)
    let c = SimulatedStore(customers: 200, seed: 4, endingAt: end).history().map(\.body)
    #expect(a == b)
    #expect(a != c)
  }

  @Test func everyFactIsValidUniqueAndPast() throws {
    let facts = SimulatedStore(customers: 500, seed: 1, endingAt: end).history()
    var ids: Set<String> = []
    for entry in facts {
      let read = try FactEntry(kind: entry.fact.kind, json: try JSONParser.parse(entry.body))
      #expect(read.fact == entry.fact)
      guard case .event(let event) = entry.fact else { continue }
      #expect(ids.insert(event.id).inserted)
      #expect(event.at <= end)
    }
    #expect(ids.count > 1_500)
  }

  /// There is something to learn: the best action in context beats a random one clearly, and no action is best for all.
  @Test func theTruthHasRoom() {
    let store = SimulatedStore(customers: 1_000, seed: 1, endingAt: end)
    let truth = ResponseModel()
    let creatives = ["brand-spotlight", "category-guide", "new-arrivals", "bestsellers", "welcome"]
    let offers = ["none", "free-shipping", "ten-percent"]
    var (best, uniform) = (0.0, 0.0)
    var winners: Set<String> = []
    for shopper in store.shoppers {
      let situation = ResponseModel.Situation(
        isResearching: shopper.number.isMultiple(of: 2), hasBasket: false, isNew: false)
      var rates: [(String, Double)] = []
      for creative in creatives {
        for offer in offers {
          let rate = truth.clickRate(shopper, situation, placement: "home_hero", creative: creative, offer: offer)
          rates.append((creative + offer, rate))
        }
      }
      let top = rates.max { $0.1 < $1.1 }
      winners.insert(top?.0 ?? "")
      best += top?.1 ?? 0
      uniform += rates.reduce(0) { $0 + $1.1 } / Double(rates.count)
    }
    #expect(best > 1.8 * uniform)
    #expect(winners.count >= 4)
  }

  @Test func visitsFollowFromTheSeed() {
    let store = SimulatedStore(customers: 1_000, seed: 1, endingAt: end)
    func run() -> [[UInt8]] {
      var live = LiveShoppers(store, seed: 9)
      return live.visits(from: end, to: end.adding(Instant.hour)).flatMap { $0.opening.map(\.body) }
    }
    let first = run()
    #expect(first == run())
    #expect(!first.isEmpty)
  }
}
