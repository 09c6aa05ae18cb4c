/// A creative about a brand or category needs something of it in stock.
struct StockGuardrail: Guardrail {
  let code = "out-of-stock"

  func objection(to candidate: Candidate) -> String? {
    let catalog = candidate.input.catalog
    if let brand = candidate.brand, (catalog.brands[brand]?.available ?? 0) == 0 {
      return "no product of \(brand) is in stock"
    }
    if let category = candidate.category, (catalog.categories[category]?.available ?? 0) == 0 {
      return "no product in \(category) is in stock"
    }
    return nil
  }
}
