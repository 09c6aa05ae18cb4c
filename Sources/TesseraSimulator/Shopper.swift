/// A simulated person: what they like, and what they do not say.
package struct Shopper: Sendable {
  /// How a shopper responds to prices, which the price sensitivity axis can only guess.
  package enum PriceType: Int, Sendable, CaseIterable {
    case fullPrice, mixed, deals, coupons
  }

  /// The kind of creative that moves a shopper.
  package enum Style: Int, Sendable, CaseIterable {
    case practical, editorial, brandLed
  }

  package let number: Int
  /// Nil for a visitor without an account.
  package let customer: String?
  /// The browser's id.
  package let anonymous: String
  package let firstName: String
  /// The brand they prefer, if any.
  package let brand: Int?
  /// The category they are after these days.
  package let category: Int
  package let price: PriceType
  package let style: Style
  package let email: Bool
  package let sms: Bool
  package let push: Bool
  /// Visits a day, on average.
  package let visitRate: Double

  static let names = [
    "Ana", "Ben", "Cleo", "Dara", "Eli", "Finn", "Gia", "Hugo", "Ida", "Jon", "Kai", "Lena", "Mina", "Noor", "Otto",
    "Pia", "Quinn", "Remy", "Sol", "Tess", "Uma", "Vik", "Wren", "Xan", "Yara", "Zoe",
  ]

  init(number: Int, _ generator: inout SeededGenerator) {
    self.number = number
    customer = generator.happens(0.45) ? "c\(number + 1)" : nil
    anonymous = "v\(number + 1)"
    firstName = Shopper.names[generator.below(Shopper.names.count)]
    brand = generator.happens(0.6) ? generator.weighted(SimulatedCatalog.popularity) : nil
    category = generator.below(SimulatedCatalog.categories.count)
    price = PriceType.allCases[generator.weighted([0.35, 0.25, 0.2, 0.2])]
    style = Style.allCases[generator.weighted([0.4, 0.35, 0.25])]
    email = generator.happens(0.55)
    sms = generator.happens(0.1)
    push = generator.happens(0.08)
    visitRate = generator.happens(0.2) ? 0.25 : 0.05
  }
}
