/// How someone sends back what they bought: the share of the ordered lines of the last 365 days that were refunded.
/// Not in use until a store names it.
enum ReturnsAxis {
  static let definition = """
    {"axis": "returns", "rules": [
      {"value": "unknown", "no": "lines", "window": "365d"},
      {"value": "keeps", "no": "lines", "where": {"refunded": true}, "window": "365d"},
      {"value": "often", "share": "lines", "where": {"refunded": true}, "window": "365d", "at_least": "30%"},
      {"value": "sometimes"}],
     "values": ["unknown", "keeps", "sometimes", "often"],
     "says": {"keeps": "has sent nothing back", "sometimes": "sends something back now and then",
       "often": "sends back a third or more"}}
    """
}
