/// How long ago the newest order was placed.
enum LastOrderAxis {
  static let definition = """
    {"axis": "last-order", "last": "orders", "cuts": ["7d", "30d", "90d"],
     "none": "never", "values": ["under-7d", "under-30d", "under-90d", "over-90d"],
     "says": {"under-7d": "last ordered less than 7 days ago", "under-30d": "last ordered less than 30 days ago",
       "under-90d": "last ordered less than 90 days ago", "over-90d": "last ordered 90 days ago or longer"}}
    """
}
