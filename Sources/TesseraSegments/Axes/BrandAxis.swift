/// The brand someone leans to. Score per brand = Σ w·2^(−age/30 d), w = 1 a view, 3 an addition to the cart, 5 an
/// ordered line, −5 a refunded line. The highest score wins if it is at least 2 and at least 35 % of the sum of the
/// positive scores; ties go to the first name.
enum BrandAxis {
  static let definition = """
    {"axis": "brand", "top": "brand",
     "weights": {"product_viewed": 1, "product_added_to_cart": 3, "line": 5, "refund": -5},
     "half_life": "30d", "at_least": 2, "of_total": "35%", "says": {"name": "leans to {name}"}}
    """
}
