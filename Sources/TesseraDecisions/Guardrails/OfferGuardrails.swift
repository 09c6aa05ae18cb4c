import TesseraModel

/// An offer that has ended is not made.
struct OfferExpiryGuardrail: Guardrail {
  let code = "offer-ended"

  func objection(to candidate: Candidate) -> String? {
    guard let end = candidate.offer.endsAt, end <= candidate.input.at else { return nil }
    return "the offer ended at \(end)"
  }
}

/// An offer whose budget is used up is not made.
struct OfferBudgetGuardrail: Guardrail {
  let code = "offer-budget"

  func objection(to candidate: Candidate) -> String? {
    guard let budget = candidate.offer.budgetOrders else { return nil }
    let used = candidate.input.offerOrders[candidate.offer.id] ?? 0
    return used >= budget ? "\(used) of \(budget) orders have used the offer's code" : nil
  }
}

/// A discount must leave the offer's least margin, by the mean margin of what the creative speaks of.
struct MarginGuardrail: Guardrail {
  let code = "margin-floor"

  func objection(to candidate: Candidate) -> String? {
    guard candidate.offer.kind == .percentage, candidate.offer.marginFloor > 0 else { return nil }
    let catalog = candidate.input.catalog
    let shelf =
      candidate.brand.flatMap { catalog.brands[$0] } ?? candidate.category.flatMap { catalog.categories[$0] }
      ?? catalog.all
    guard let margin = shelf.margin else { return nil }
    let discount = candidate.offer.value.approximate / 100
    guard discount < 1 else { return "a discount of 100 % leaves no margin" }
    let left = (margin - discount) / (1 - discount)
    guard left < candidate.offer.marginFloor else { return nil }
    return
      "it would leave a margin of \(Int((left * 100).rounded())) %, below \(Int((candidate.offer.marginFloor * 100).rounded())) %"
  }
}
