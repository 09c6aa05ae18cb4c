/// How long someone has been with the shop: since the record's `created_at`, else since the first event or order.
enum TenureAxis {
  static let definition = """
    {"axis": "tenure", "first": "joined", "cuts": ["7d", "60d", "365d"],
     "none": "unknown", "values": ["under-7d", "under-60d", "under-1y", "over-1y"],
     "says": {"under-7d": "joined less than 7 days ago", "under-60d": "joined less than 60 days ago",
       "under-1y": "joined less than a year ago", "over-1y": "joined over a year ago"}}
    """
}
