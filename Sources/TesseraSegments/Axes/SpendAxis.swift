/// How much someone spends against all others: net revenue of the last 365 days, cut at the median, the ninth decile
/// and the last hundredth.
enum SpendAxis {
  static let definition = """
    {"axis": "spend", "sum": "net-revenue", "window": "365d", "percentiles": [50, 90, 99],
     "none": "none", "values": ["low", "mid", "high", "top"],
     "says": {"low": "is in the lower half by spend", "mid": "is in the upper half by spend",
       "high": "is in the top tenth by spend", "top": "is in the top hundredth by spend"}}
    """
}
