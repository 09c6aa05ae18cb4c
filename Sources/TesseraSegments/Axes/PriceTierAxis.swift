/// Which products of a category someone goes for: the cheapest third, the middle or the dearest third. Scored like the
/// brand, over 90 days' half-life; the highest tier wins with half of the sum. Not in use until a store names it.
enum PriceTierAxis {
  static let definition = """
    {"axis": "price-tier", "top": "tier",
     "weights": {"product_viewed": 1, "product_added_to_cart": 3, "line": 5, "refund": -5},
     "half_life": "90d", "at_least": 3, "of_total": "50%",
     "says": {"budget": "goes for the cheaper products", "mid": "goes for mid-priced products",
       "premium": "goes for the dearer products"}}
    """
}
