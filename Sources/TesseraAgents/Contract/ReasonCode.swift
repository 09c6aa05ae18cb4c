/// Why an agent changes something: a code, never free text where a code will do. Each earns a track record.
package enum ReasonCode: String, Sendable, CaseIterable {
  case restock, markdown, calendar, fatigue, other
  case newProduct = "new_product"
  case lowStock = "low_stock"
  case outOfStock = "out_of_stock"
  case priceChanged = "price_changed"
  case highReturns = "high_returns"
  case lowMargin = "low_margin"
  case armConflict = "arm_conflict"
  case offerNotNeeded = "offer_not_needed"
  case peerResult = "peer_result"
  case copyMismatch = "copy_mismatch"
  case suspiciousText = "suspicious_text"

  /// The kinds of evidence that can bear it: kinds of changes, and tools. Empty for any.
  var evidence: Set<String> {
    switch self {
    case .restock: ["restock", "catalog_changes", "product_facts"]
    case .newProduct: ["new", "catalog_changes", "product_facts"]
    case .markdown: ["markdown", "catalog_changes", "product_facts"]
    case .lowStock: ["low_stock", "removed", "catalog_changes", "product_facts"]
    case .outOfStock: ["removed", "low_stock", "catalog_changes", "product_facts"]
    case .priceChanged: ["price_up", "markdown", "catalog_changes", "product_facts"]
    case .highReturns: ["returns", "return_rates", "product_facts"]
    case .lowMargin: ["product_facts", "offer_rules"]
    case .calendar: ["offer_rules"]
    case .fatigue: ["arm_shift", "arm_results", "segment_trend"]
    case .peerResult: ["similar_segments", "past_supplements"]
    case .armConflict, .offerNotNeeded, .copyMismatch, .suspiciousText, .other: []
    }
  }
}
