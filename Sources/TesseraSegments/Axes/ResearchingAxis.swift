import TesseraModel

/// The category someone has been researching: at least three product views in the last 7 days. The most views win; ties
/// go to the most recent view, then to the first name.
enum ResearchingAxis {
  static let definition = """
    {"axis": "researching", "top": "category", "weights": {"product_viewed": 1}, "window": "7d", "at_least": 3,
     "ties": "latest", "says": {"name": "has been researching {name} for the last 7 days"}}
    """

  /// The same for the basket, which tells what is being researched from everything else.
  static let score = TopScore(
    AxisTop(
      names: .category, weights: ["product_viewed": 1], lineWeight: 0, refundWeight: 0, halfLife: nil,
      window: 7 * Instant.day, atLeast: 3, shareMillionths: nil, latestWins: true))
}
