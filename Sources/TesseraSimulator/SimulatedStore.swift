package import TesseraModel

/// A store with a history and known ground truth: the same for the same size, seed and end.
package struct SimulatedStore: Sendable {
  package let catalog: SimulatedCatalog
  package let shoppers: [Shopper]
  package let endingAt: Instant
  private let seed: UInt64

  /// How far the history reaches back, days.
  package static let historyDays = 400

  package init(customers: Int, seed: UInt64, endingAt: Instant) {
    var generator = SeededGenerator(seed: seed)
    catalog = SimulatedCatalog(&generator, endingAt: endingAt)
    shoppers = (0..<max(1, customers)).map { Shopper(number: $0, &generator) }
    self.endingAt = endingAt
    self.seed = seed
  }

  /// Everything that happened before `endingAt`: products first, then all else in order of time.
  package func history() -> [FactEntry] {
    var writer = HistoryWriter(catalog: catalog, generator: SeededGenerator(seed: seed &+ 1), end: endingAt)
    for shopper in shoppers { writer.live(shopper) }
    let sorted = writer.facts.sorted { ($0.at, $0.number) < ($1.at, $1.number) }
    return catalog.versions.map { FactEntry(product: $0) } + sorted.map(\.entry)
  }
}
