#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The truth of the simulated store: how likely a shopper is to click what they are shown. Effects add up on the logit
/// scale. There is no best action for everyone: a decisioning layer that learns who likes what has something to gain,
/// and one that does not has not.
package struct ResponseModel: Sendable {
  /// What matters of the shopper's situation beside their traits.
  package struct Situation: Sendable {
    package var isResearching: Bool
    package var hasBasket: Bool
    package var isNew: Bool

    package init(isResearching: Bool, hasBasket: Bool, isNew: Bool) {
      (self.isResearching, self.hasBasket, self.isNew) = (isResearching, hasBasket, isNew)
    }
  }

  package init() {}

  /// P(click | shown), 0 to 1.
  package func clickRate(
    _ shopper: Shopper, _ situation: Situation, placement: String, creative: String, offer: String
  ) -> Double {
    let base = placement == "email" ? -3.4 : placement == "cart" ? -3.0 : -3.3
    let logit = base + need(shopper, situation, creative) + style(shopper, creative) + price(shopper, offer)
    return 1 / (1 + exp(-logit))
  }

  /// P(order in this visit | shown), 0 to 1.
  package func orderRate(
    _ shopper: Shopper, _ situation: Situation, placement: String, creative: String, offer: String
  ) -> Double {
    let base = situation.hasBasket ? -2.6 : -4.6
    let logit = base + 0.6 * need(shopper, situation, creative) + 0.4 * style(shopper, creative) + price(shopper, offer)
    return 1 / (1 + exp(-logit))
  }

  /// Does the creative speak to what this shopper is after?
  private func need(_ shopper: Shopper, _ situation: Situation, _ creative: String) -> Double {
    switch creative {
    case "brand-spotlight", "email-brand-news": shopper.brand != nil ? 1.3 : -0.6
    case "category-guide", "email-category-guide": situation.isResearching ? 1.5 : -0.4
    case "basket-reminder", "email-basket": situation.hasBasket ? 1.2 : -1.0
    case "basket-reassurance": shopper.price == .fullPrice ? 0.9 : 0.1
    case "basket-bestsellers": shopper.style == .editorial ? 0.7 : -0.2
    case "welcome": situation.isNew ? 0.8 : -0.8
    case "new-arrivals": shopper.style == .editorial ? 0.9 : -0.1
    case "email-winback": situation.isNew ? -0.5 : 0.3
    default: 0.2
    }
  }

  private func style(_ shopper: Shopper, _ creative: String) -> Double {
    let style: Shopper.Style =
      switch creative {
      case "brand-spotlight", "email-brand-news": .brandLed
      case "new-arrivals", "welcome", "basket-bestsellers", "email-bestsellers", "email-winback": .editorial
      default: .practical
      }
    return style == shopper.style ? 0.4 : -0.1
  }

  private func price(_ shopper: Shopper, _ offer: String) -> Double {
    switch (offer, shopper.price) {
    case ("ten-percent", .coupons): 1.1
    case ("ten-percent", .deals): 0.8
    case ("ten-percent", .mixed): 0.3
    case ("ten-percent", .fullPrice): -0.2
    case ("free-shipping", .mixed): 0.5
    case ("free-shipping", .deals): 0.3
    case ("free-shipping", _): 0.1
    default: 0
    }
  }
}
