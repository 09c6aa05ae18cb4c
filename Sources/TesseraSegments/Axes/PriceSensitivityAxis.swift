/// How someone buys, over the orders of the last 365 days: the share of units bought discounted, and the share of
/// orders with a code.
enum PriceSensitivityAxis {
  static let definition = """
    {"axis": "price-sensitivity", "rules": [
      {"value": "unknown", "no": "orders", "window": "365d"},
      {"value": "coupons", "share": "orders", "where": {"discount_code": true}, "window": "365d", "at_least": "50%"},
      {"value": "deals", "share": "units", "where": {"discounted": true}, "window": "365d", "at_least": "50%"},
      {"value": "mixed", "share": "units", "where": {"discounted": true}, "window": "365d", "at_least": "20%"},
      {"value": "full-price", "no": "orders", "where": {"discount_code": true}, "window": "365d"},
      {"value": "mixed"}],
     "values": ["unknown", "full-price", "mixed", "deals", "coupons"],
     "says": {"full-price": "buys at full price", "mixed": "buys reduced now and then", "deals": "buys mostly reduced",
       "coupons": "buys with discount codes"}}
    """
}
